import type { Deps } from "../deps.ts";
import type { Notification, PaidTrade, Protocol, RejectionReason, SignedBytes } from "../ports.ts";
import type { Tx } from "../store-port.ts";
import { type Conclusion, concludePayment } from "./conclude-payment.ts";
import { bookRefundNotice } from "./refund-notice.ts";
import { settleAtOnce } from "./settle-at-once.ts";

/** What the notify route answers from; `accepted` means that the change is on disk. */
export type NotifyOutcome =
  | {
      readonly kind: "accepted";
      readonly protocol: Protocol;
      readonly result: "settles" | "late" | "extra" | "mismatch" | "repeated" | "unknown_order" | "noted";
      /** When the shopper paid, by WeChat's word; null where the notice tells of no payment. */
      readonly paidAt: Date | null;
    }
  | { readonly kind: "rejected"; readonly protocol: Protocol; readonly reason: RejectionReason };

/**
 * A call of the notify route: verified, then booked with its receipt in one transaction. The plain case is one statement;
 * whatever is not plain, or changed in that moment, is judged again under the order's lock. Whatever is thrown rolls all of
 * it back, so that WeChat's repeat finds the world as it was.
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
  const isSettled = read.kind === "payment" && (await settleAtOnce(deps, { notice: read, now }));
  const result = isSettled ? "settles" : await bookUnderLock(deps, { notice: read, now });
  const paidAt = read.kind === "payment" ? read.trade.paidAt : null;
  deps.log.info("notify.accepted", { result, kind: read.kind });
  return { kind: "accepted", protocol: read.protocol, result, paidAt };
}

type Result = Extract<NotifyOutcome, { kind: "accepted" }>["result"];

const bookUnderLock = (deps: Deps, { notice, now }: { notice: Notification; now: Date }): Promise<Result> =>
  deps.store.transaction(async (tx) => {
    const isNew = await tx.insertReceipt({ notification: notice, receivedAt: now });
    return isNew ? bookNotice(deps, tx, { notice, now }) : "repeated";
  });

async function bookNotice(deps: Deps, tx: Tx, { notice, now }: { notice: Notification; now: Date }): Promise<Result> {
  if (notice.kind === "refund") await bookRefundNotice(deps, tx, notice);
  // Kinds that change nothing by themselves are kept in the receipt alone.
  if (notice.kind !== "payment") return "noted";
  const conclusion: Conclusion = await concludePayment(deps, tx, {
    ...{ trade: notice.trade, accountId: notice.accountId, now },
  });
  if (conclusion.kind === "judged") return conclusion.verdict;
  if (conclusion.kind === "being_reversed") return "noted";
  await raiseUnknownOrder(tx, notice.trade, now);
  return "unknown_order";
}

const raiseUnknownOrder = (tx: Tx, trade: PaidTrade, now: Date): Promise<void> =>
  tx.raiseAlert({
    kind: "unknown_order",
    cause: `unknown_order:${trade.transactionId}`,
    orderId: null,
    detail: { number: trade.number, transactionId: trade.transactionId, paidFen: trade.totalFen },
    at: now,
  });
