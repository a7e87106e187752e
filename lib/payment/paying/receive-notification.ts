import { HINT_WAIT_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { Deps } from "../deps.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { NoticeRejectionReason, Notification, PaidTrade, Protocol, SignedBytes } from "../ports/gateway.ts";
import type { TradeCheck, Tx } from "../ports/store.ts";
import { bookRefundNotice } from "../refunds/refund-notice.ts";
import { checkHintedTrade, keepHint } from "./check-hinted-trade.ts";
import { type Conclusion, concludePayment, lockOrderOf } from "./conclude-payment.ts";
import { settleAtOnce } from "./settle-at-once.ts";

/** What the notify route answers from; `accepted` means that the change is on disk. */
export type NotifyOutcome =
  | {
      readonly kind: "accepted";
      readonly protocol: Protocol;
      readonly result: "settles" | "late" | "extra" | "mismatch" | "repeated" | "unknown_order" | "hint" | "noted";
      /** When the shopper paid, according to WeChat; null if the notice is not about a payment. */
      readonly paidAt: Date | null;
      readonly about: NoticeSubject | null;
    }
  | { readonly kind: "rejected"; readonly protocol: Protocol; readonly reason: NoticeRejectionReason };

/** The trade or refund that a notice names. */
interface NoticeSubject {
  readonly accountId: string;
  readonly about: "trade" | "refund";
  readonly number: string;
}

function subjectOf(notice: Notification): NoticeSubject | null {
  const { accountId } = notice;
  if (notice.kind === "other") return null;
  return notice.kind === "payment"
    ? { accountId, about: "trade", number: notice.trade.number }
    : { accountId, about: "refund", number: notice.refundNumber };
}

/**
 * A call of the notify route: verified, then booked with its receipt in one transaction. The plain case is one statement;
 * what is not plain, or changed in that moment, is judged again under the order's lock. An exception rolls all of
 * it back, so that WeChat's repeat finds the world as it was. A notice that is only a hint is kept, and WeChat is asked.
 */
export async function receiveNotification(deps: Deps, notice: SignedBytes): Promise<NotifyOutcome> {
  const read = await deps.gateways.readNotification(notice);
  const now = deps.clock.now();
  if (read.kind === "rejection") {
    const { reason, protocol } = read;
    deps.log[reason === "probe" ? "info" : "warn"]("notify.rejected", { reason, protocol });
    await deps.store.recordRejection({ reason, protocol, at: now });
    return { kind: "rejected", protocol, reason };
  }
  const evidence: Evidence = { kind: "notice", accountIds: read.accountIds, protocol: read.protocol };
  const receipt = { notification: read, receivedAt: now };
  const isSettled =
    read.kind === "payment" && (await settleAtOnce(deps, { trade: read.trade, evidence, receipt, now }));
  const { result, check } = isSettled ? SETTLED : await bookUnderLock(deps, { notice: read, evidence, now });
  if (check !== null) await checkHintInTime(deps, check);
  const paidAt = read.kind === "payment" ? read.trade.paidAt : null;
  deps.log.info("notify.accepted", { result, kind: read.kind });
  return { kind: "accepted", protocol: read.protocol, result, paidAt, about: subjectOf(read) };
}

type ReceiptResult = Extract<NotifyOutcome, { kind: "accepted" }>["result"];

interface Booked {
  readonly result: ReceiptResult;
  /** What WeChat is asked once the notice is on disk. */
  readonly check: TradeCheck | null;
}

interface Read<Kind extends Notification = Notification> {
  readonly notice: Kind;
  readonly evidence: Evidence;
  readonly now: Date;
}

const just = (result: ReceiptResult): Booked => ({ result, check: null });
const SETTLED = just("settles");

const bookUnderLock = (deps: Deps, read: Read): Promise<Booked> =>
  deps.store.transaction(async (tx) => {
    // The order before the receipt, as `settle` takes them: the same notice twice in one moment would wait for itself.
    if (read.notice.kind === "payment") await lockOrderOf(tx, read.notice.trade);
    const isNew = await tx.insertReceipt({ notification: read.notice, receivedAt: read.now });
    return isNew ? bookNotice(deps, tx, read) : bookRepeat(deps, tx, read);
  });

async function bookNotice(deps: Deps, tx: Tx, { notice, evidence, now }: Read): Promise<Booked> {
  if (notice.kind === "refund") await bookRefundNotice(deps, tx, { notice, evidence });
  // Kinds that change nothing by themselves are kept in the receipt alone.
  return notice.kind === "payment" ? bookPaymentNotice(deps, tx, { notice, evidence, now }) : just("noted");
}

/** A payment is known by what it says, not by its notice's id: the right notice may follow a wrong one under the same id. */
async function bookRepeat(deps: Deps, tx: Tx, { notice, evidence, now }: Read): Promise<Booked> {
  if (notice.kind !== "payment") return just("repeated");
  const conclusion = await concludePayment(deps, tx, { trade: notice.trade, evidence, now });
  return just(conclusion.kind === "judged" ? conclusion.verdict : "repeated");
}

type PaymentNotice = Extract<Notification, { kind: "payment" }>;

async function bookPaymentNotice(deps: Deps, tx: Tx, read: Read<PaymentNotice>): Promise<Booked> {
  const { notice, evidence, now } = read;
  const conclusion: Conclusion = await concludePayment(deps, tx, { trade: notice.trade, evidence, now });
  switch (conclusion.kind) {
    case "judged":
      return just(conclusion.verdict);
    case "being_reversed":
      return just("noted");
    case "hint": {
      const check = await keepHint(deps, tx, { hint: conclusion, notice, now });
      return { result: conclusion.reason === "mismatch" ? "mismatch" : "hint", check };
    }
    case "unknown_order":
      await raiseUnknownOrder(tx, notice.trade, now);
      return just("unknown_order");
  }
}

/** Asks at once, but WeChat waits for our answer only so long: what takes longer goes on behind it. */
async function checkHintInTime(deps: Deps, check: TradeCheck): Promise<void> {
  const asked = checkHintedTrade(deps, check).catch((cause) => deps.log.error("notify.hint.failed", { cause }));
  await withTimeout(asked, HINT_WAIT_MS, () => {});
}

const raiseUnknownOrder = (tx: Tx, trade: PaidTrade, now: Date): Promise<boolean> =>
  tx.raiseAlert({
    kind: "unknown_order",
    cause: `unknown_order:${trade.transactionId}`,
    orderId: null,
    detail: { number: trade.number, transactionId: trade.transactionId, paidFen: trade.totalFen },
    at: now,
  });
