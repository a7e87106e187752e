import { subtractFen } from "#lib/base/fen.ts";
import { TRADE_NUMBER_CHARS_MAX } from "#lib/base/limits.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, freeNumber, isLive } from "../domain/attempt.ts";
import { confirmationOf, type Evidence, type HintReason, hintReason, withTime } from "../domain/evidence.ts";
import type { Order } from "../domain/order.ts";
import { afterPayment, type DifferingField, type Judgement, judgeTrade } from "../domain/settlement.ts";
import type { TimedTrade } from "../domain/trade.ts";
import { orderView } from "../domain/views.ts";
import { splitOf } from "../domain/voucher.ts";
import type { PaidTrade } from "../ports/gateway.ts";
import type { FormerPrice } from "../ports/offers.ts";
import type { AlertDraft, Announcement, LockedOrder, Tx } from "../ports/store.ts";

export type Conclusion =
  | { readonly kind: "unknown_order" }
  /** A charge that is being taken back: what WeChat said of it before does not count any more. */
  | { readonly kind: "being_reversed" }
  /** A notice that decides nothing: WeChat has to be asked. */
  | Hint
  | { readonly kind: "judged"; readonly verdict: Judgement["verdict"]; readonly orderId: string };

export interface Hint {
  readonly kind: "hint";
  readonly reason: HintReason;
  readonly locked: LockedOrder;
  /** The attempt that the notice names, where there is one. */
  readonly attempt: Attempt | null;
  readonly differing: readonly DifferingField[];
}

export interface Conclude {
  readonly trade: PaidTrade;
  readonly evidence: Evidence;
  readonly now: Date;
  /** Whether money that no attempt explains gets one: it was asked about by its number. Notices adopt by their own rule. */
  readonly adopts?: boolean;
}

/** Under the order's lock, with a time that can be kept. */
interface Held extends Conclude {
  readonly trade: TimedTrade;
  readonly locked: LockedOrder;
}

/**
 * Books a paid trade, once. Notices and queries both end here, under the order's row lock: the second one finds
 * the attempt succeeded and changes nothing. A notice that does not count, or disagrees with the order, books nothing.
 */
export async function concludePayment(deps: Deps, tx: Tx, conclude: Conclude): Promise<Conclusion> {
  const { evidence, now } = conclude;
  const locked = await lockOrderOf(tx, conclude.trade);
  if (locked === null) return { kind: "unknown_order" };
  const trade = withTime(conclude.trade, locked.order, now);
  const held: Held = { ...conclude, trade, locked };
  const reason = hintReason({ attempts: locked.attempts, trade, evidence });
  if (reason !== null) return hint(held, reason, []);
  const attempt = await attemptOf(deps, tx, held);
  if (attempt === null) return { kind: "unknown_order" };
  if (attempt.reverseSince !== null) return { kind: "being_reversed" };
  return judge(deps, tx, { ...held, attempt });
}

/** By the trade's number, which may be an order's that has no such trade. */
export const lockOrderOf = async (tx: Tx, { number }: PaidTrade): Promise<LockedOrder | null> =>
  (await tx.lockOrderOfTrade(number)) ?? (await tx.lockOrderOfNumber(number));

async function judge(deps: Deps, tx: Tx, held: Held & { readonly attempt: Attempt }): Promise<Conclusion> {
  const { attempt, locked, trade, evidence, now } = held;
  const former = await formerPrice(tx, locked, attempt);
  const order = former?.order ?? locked.order;
  const judgement = judgeTrade({ order, attempt, trade });
  if (judgement.verdict === "mismatch" && evidence.kind === "notice")
    return hint(held, "mismatch", judgement.differing);
  if (former !== null && judgement.verdict === "settles") await tx.offers.restore(order.id, { ...former, at: now });
  if (judgement.verdict !== "repeated") {
    const { verdict, journal } = judgement;
    const confirmation = confirmationOf(attempt, evidence);
    const ids = { attemptId: attempt.id, orderId: order.id };
    const isBooked = await tx.bookPayment({
      ...{ ...ids, trade, split: splitOf(trade), verdict, journal, confirmation, now },
    });
    if (!isBooked) return { kind: "unknown_order" };
    await announcePayment(deps, tx, { ...held, attempt, judgement });
  }
  return { kind: "judged", verdict: judgement.verdict, orderId: order.id };
}

function hint({ locked, trade }: Held, reason: HintReason, differing: readonly DifferingField[]): Hint {
  const attempt = locked.attempts.find((one) => one.number === trade.number) ?? null;
  return { kind: "hint", reason, locked, attempt, differing };
}

/**
 * The order as it was when the trade was opened, where it was priced anew since: the shopper paid what we had asked for, so
 * that is what the order costs.
 */
async function formerPrice(
  tx: Tx,
  { order }: LockedOrder,
  { status, dueFen }: Attempt,
): Promise<(FormerPrice & { readonly order: Order }) | null> {
  if (status === "succeeded" || order.status !== "pending" || dueFen === order.dueFen) return null;
  const discountFen = subtractFen(order.totalFen, dueFen);
  const price = await tx.offers.formerPrice(order.id, discountFen);
  return price && { ...price, order: { ...order, discountFen, dueFen, discounts: price.discounts } };
}

/** A payment is known by WeChat's number of it: another one under the number of an attempt that was paid is other money. */
async function attemptOf(deps: Deps, tx: Tx, held: Held): Promise<Attempt | null> {
  const { locked, trade, evidence, now, adopts = evidence.kind === "notice" } = held;
  const named = locked.attempts.find((one) => one.number === trade.number);
  if (named !== undefined && named.status !== "succeeded") return named;
  const paid = locked.attempts.find((one) => one.transactionId === trade.transactionId);
  if (paid !== undefined || !adopts) return paid ?? named ?? null;
  const accountId = named === undefined ? evidence.accountIds[0] : confirmationOf(named, evidence).accountId;
  if (accountId === undefined) return null;
  return adoptPayment(deps, tx, { found: locked, trade, accountId, now });
}

interface JudgedPayment extends Held {
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
}

async function announcePayment(deps: Deps, tx: Tx, judged: JudgedPayment): Promise<void> {
  const { locked, attempt, judgement, trade, now } = judged;
  const alert = alertOfPayment(judged);
  if (alert !== null) await tx.raiseAlert(alert);
  if (trade.isPaidAtOurs) await tx.raiseAlert(alertOfTime(judged));
  const type = ANNOUNCED[judgement.verdict];
  const payload = await viewAfter(deps, tx, judged);
  await tx.announce({ id: deps.ids.make("event"), type, orderId: locked.order.id, payload, at: now });
  // The order is paid: a second trade that is still open could be paid too, so it is closed at once.
  if (judgement.verdict === "settles") {
    const other = locked.attempts.find((one) => one.id !== attempt.id && isLive(one));
    if (other !== undefined) await tx.hurryCheck(other.id, now);
  }
}

const ANNOUNCED: Readonly<Record<JudgedPayment["judgement"]["verdict"], Announcement["type"]>> = {
  settles: "order.paid",
  late: "payment.late",
  extra: "payment.extra",
  mismatch: "order.amount_mismatch",
};

/** The order as it will stand once this transaction has committed. */
async function viewAfter(deps: Deps, tx: Tx, judged: JudgedPayment): Promise<OrderView> {
  const { order, attempts } = judged.locked;
  return orderView(afterPayment({ order, attempts, items: await tx.items(order.id) }, judged), deps.payUrl(order.id));
}

interface UnforeseenPayment {
  readonly found: LockedOrder;
  readonly trade: PaidTrade;
  /** The account with the keys that opened the notice. */
  readonly accountId: string;
  readonly now: Date;
}

/**
 * An attempt for money that WeChat vouches for and no attempt of ours explains: the order's row is older than the trade
 * (a database that was restored), or one number was paid twice. It is judged like any other, so it is shown and can be
 * given back. It starts as `failed`, because the order may have a live attempt as well.
 */
async function adoptPayment(deps: Deps, tx: Tx, what: UnforeseenPayment): Promise<Attempt | null> {
  const { found, trade, accountId, now } = what;
  const { order, attempts } = found;
  const own = attempts.some((one) => one.number === trade.number) ? null : trade.number;
  const next = (attempts.at(-1)?.sequence ?? 0) + 1;
  const id = deps.ids.make("attempt");
  const free = await freeNumber(order.outTradeNo, next, (number) => tx.isNumberTaken(number, order.id));
  await tx.insertUnforeseenAttempt({
    ...{ id, orderId: order.id, sequence: free?.sequence ?? next, accountId },
    // Money is never refused for want of a number.
    number: own ?? free?.number ?? id.slice(0, TRADE_NUMBER_CHARS_MAX),
    // The payment does not say its channel; every refund uses WeChat's own number of the payment.
    ...{ channel: attempts.at(-1)?.channel ?? "native", dueFen: order.dueFen, payerRef: null },
    ...{ checkAt: now, createdAt: now },
  });
  deps.log.warn("payment.unforeseen", { orderId: order.id, attemptId: id });
  const after = await tx.lockOrder(order.id);
  return after?.attempts.find((one) => one.id === id) ?? null;
}

// Alerts for payments that do not simply settle their order. One per attempt and cause, whether a notice or a query saw it first.

interface Judged {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
  readonly trade: TimedTrade;
  readonly now: Date;
}

/** Null for a payment that settles its order. */
function alertOfPayment({ locked, attempt, judgement, trade, now }: Judged): AlertDraft | null {
  const { verdict } = judgement;
  if (verdict === "settles") return null;
  if (verdict === "mismatch") return alertOfMismatch({ locked, attempt, trade, differing: judgement.differing, now });
  return {
    kind: verdict === "late" ? "late_payment" : "extra_payment",
    cause: `${verdict}:${attempt.id}`,
    orderId: locked.order.id,
    detail: { transactionId: trade.transactionId, paidFen: trade.totalFen, dueFen: attempt.dueFen, differing: null },
    at: now,
  };
}

export interface Differing {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly trade: PaidTrade;
  readonly differing: readonly DifferingField[];
  readonly now: Date;
}

export const alertOfMismatch = ({ locked, attempt, trade, differing, now }: Differing): AlertDraft => ({
  kind: "amount_mismatch",
  cause: `mismatch:${attempt.id}`,
  orderId: locked.order.id,
  detail: {
    transactionId: trade.transactionId,
    paidFen: trade.totalFen,
    dueFen: attempt.dueFen,
    differing: differing.join(","),
  },
  at: now,
});

/** WeChat's time of the payment was missing or absurd. */
const alertOfTime = ({ locked, attempt, trade, now }: Omit<Judged, "judgement">): AlertDraft => ({
  kind: "payment_time_replaced",
  cause: `payment_time_replaced:${attempt.id}`,
  orderId: locked.order.id,
  detail: { transactionId: trade.transactionId, paidFen: trade.totalFen },
  at: now,
});
