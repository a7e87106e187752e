import { subtractFen } from "#lib/base/fen.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { Deps } from "../deps.ts";
import { afterPayment } from "../domain/after-payment.ts";
import { type Attempt, isLive } from "../domain/attempt.ts";
import type { Order } from "../domain/order.ts";
import { type Judgement, judgeTrade } from "../domain/settlement.ts";
import { orderView } from "../domain/views.ts";
import { splitOf } from "../domain/voucher.ts";
import type { FormerPrice } from "../offer-port.ts";
import type { PaidTrade } from "../ports.ts";
import type { AlertDraft, Announcement, LockedOrder, Tx } from "../store-port.ts";
import { adoptPayment } from "./adopt-payment.ts";

export type Conclusion =
  | { readonly kind: "unknown_order" }
  /** A charge that is being taken back: what WeChat said of it before does not count any more. */
  | { readonly kind: "being_reversed" }
  | { readonly kind: "judged"; readonly verdict: Judgement["verdict"]; readonly orderId: string };

export interface Conclude {
  readonly trade: PaidTrade;
  readonly now: Date;
  /** The account that a notice came for; a trade we asked about ourselves is one of ours anyway. */
  readonly accountId?: string;
}

/**
 * Books a paid trade, once. Notices and queries both end here, under the order's row lock: whoever comes second finds
 * the attempt succeeded and changes nothing.
 */
export async function concludePayment(deps: Deps, tx: Tx, conclude: Conclude): Promise<Conclusion> {
  const { trade, now } = conclude;
  const locked = (await tx.lockOrderOfTrade(trade.number)) ?? (await tx.lockOrderOfNumber(trade.number));
  const attempt = locked && (await attemptOf(deps, tx, { locked, ...conclude }));
  if (locked === null || attempt === null) return { kind: "unknown_order" };
  if (attempt.reverseSince !== null) return { kind: "being_reversed" };
  const former = await formerPrice(tx, locked, attempt);
  const order = former?.order ?? locked.order;
  const judgement = judgeTrade({ order, attempt, trade });
  if (former !== null && judgement.verdict === "settles") await tx.offers.restore(order.id, { ...former, at: now });
  if (judgement.verdict !== "repeated") {
    const { verdict, journal } = judgement;
    const booked = { attemptId: attempt.id, orderId: order.id, trade, split: splitOf(trade), verdict, journal, now };
    const isBooked = await tx.bookPayment(booked);
    if (!isBooked) return { kind: "unknown_order" };
    await tell(deps, tx, { locked, attempt, judgement, trade, now });
  }
  return { kind: "judged", verdict: judgement.verdict, orderId: order.id };
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
async function attemptOf(
  deps: Deps,
  tx: Tx,
  { locked, trade, now, accountId }: Conclude & { readonly locked: LockedOrder },
): Promise<Attempt | null> {
  const named = locked.attempts.find((one) => one.number === trade.number);
  if (named !== undefined && named.status !== "succeeded") return named;
  const paid = locked.attempts.find((one) => one.transactionId === trade.transactionId);
  if (paid !== undefined || accountId === undefined) return paid ?? named ?? null;
  return adoptPayment(deps, tx, { found: locked, trade, accountId, now });
}

interface Told extends Conclude {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
}

async function tell(deps: Deps, tx: Tx, told: Told): Promise<void> {
  const { locked, attempt, judgement, now } = told;
  const alert = alertOf(told);
  if (alert !== null) await tx.raiseAlert(alert);
  const type = announcedType(judgement.verdict);
  if (type !== null && locked.heardEvents.includes(type)) {
    const payload = await viewAfter(deps, tx, told);
    await tx.announce({ id: deps.ids.make("event"), type, orderId: locked.order.id, payload, at: now });
  }
  // The order is paid: a second trade that is still open could be paid too, so it is closed at once.
  if (judgement.verdict === "settles") {
    const other = locked.attempts.find((one) => one.id !== attempt.id && isLive(one));
    if (other !== undefined) await tx.hurryCheck(other.id, now);
  }
}

function announcedType(verdict: Told["judgement"]["verdict"]): Announcement["type"] | null {
  if (verdict === "settles") return "order.paid";
  return verdict === "mismatch" ? "order.amount_mismatch" : null;
}

/** The order as it will stand once this transaction has committed. */
async function viewAfter(deps: Deps, tx: Tx, told: Told): Promise<OrderView> {
  const { order, attempts } = told.locked;
  return orderView(afterPayment({ order, attempts, items: await tx.items(order.id) }, told), deps.payUrl(order.id));
}

function alertOf({ locked, attempt, judgement, trade, now }: Told): AlertDraft | null {
  if (judgement.verdict === "settles") return null;
  const kinds = { late: "late_payment", extra: "extra_payment", mismatch: "amount_mismatch" } as const;
  return {
    kind: kinds[judgement.verdict],
    cause: `${judgement.verdict}:${attempt.id}`,
    orderId: locked.order.id,
    detail: {
      transactionId: trade.transactionId,
      paidFen: trade.totalFen,
      dueFen: attempt.dueFen,
      differing: judgement.verdict === "mismatch" ? judgement.differing.join(",") : null,
    },
    at: now,
  };
}
