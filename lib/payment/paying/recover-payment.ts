import { AppError } from "#lib/base/app-error.ts";
import type { Fen } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX, REFUNDABLE_MS } from "#lib/base/limits.ts";
import { addMs, earlier, SECOND_MS } from "#lib/base/time.ts";
import { outTradeNoSchema } from "#lib/contract/order-request.ts";
import { orderText } from "#lib/texts/order.ts";
import { fill } from "#lib/texts/words.ts";
import type { Deps } from "../deps.ts";
import { plausibleTime } from "../domain/evidence.ts";
import { newOrder, type Order } from "../domain/order.ts";
import type { PaidTrade } from "../ports/gateway.ts";
import { type Conclude, concludePayment } from "./conclude-payment.ts";
import { queryEvidence } from "./query-trade.ts";

/** A payment of ours that WeChat's bill shows and no order of ours has. */
export interface RecoverPayment {
  /** Asks WeChat. */
  readonly accountId: string;
  readonly number: string;
  readonly transactionId: string;
  readonly totalFen: Fen;
  readonly discrepancyId: string;
  readonly person: string;
}

/** `other_app`: no account of ours has the app id that WeChat names. */
export type NotRecovered = "absent" | "not_paid" | "differs" | "other_app";

export type Recovery =
  | { readonly kind: "recovered"; readonly orderId: string }
  | { readonly kind: "not_recovered"; readonly why: NotRecovered };

/**
 * Makes an order again that was lost here although it was paid: WeChat is asked, and only what it confirms is booked. Where an
 * order has the payment by now, nothing is made.
 * @throws AppError `gateway_unavailable` when there is no certain answer; then nothing was changed
 */
export async function recoverPayment(deps: Deps, wish: RecoverPayment): Promise<Recovery> {
  const gateway = await deps.gateways.of(wish.accountId);
  const answer = await gateway.findTrade(wish.number);
  if (answer.kind === "unknown") {
    throw new AppError("gateway_unavailable", `WeChat Pay gave no certain answer: ${answer.cause}`, { retryAfterS: 5 });
  }
  if (answer.kind === "refused") return { kind: "not_recovered", why: "absent" };
  const { payment } = answer.value;
  if (payment === null) return { kind: "not_recovered", why: "not_paid" };
  const isAsOnBill =
    payment.number === wish.number &&
    payment.transactionId === wish.transactionId &&
    payment.totalFen === wish.totalFen &&
    payment.merchantNumber === gateway.merchantNumber &&
    payment.currency === "CNY";
  if (!isAsOnBill || payment.totalFen < 1 || payment.totalFen > AMOUNT_FEN_MAX) {
    return { kind: "not_recovered", why: "differs" };
  }
  const recovery = await makeOrder(deps, wish, { trade: payment, evidence: queryEvidence(gateway), adopts: true });
  deps.log.warn("payment.recovered", { number: wish.number, ...recovery });
  return recovery;
}

async function makeOrder(deps: Deps, wish: RecoverPayment, answer: Omit<Conclude, "now">): Promise<Recovery> {
  const { trade } = answer;
  const now = deps.clock.now();
  return deps.store.transaction(async (tx): Promise<Recovery> => {
    await tx.lockRecovery(trade.transactionId);
    const conclude = { ...answer, now };
    const known = await concludePayment(deps, tx, conclude);
    if (known.kind === "judged") return { kind: "recovered", orderId: known.orderId };
    if (known.kind === "being_reversed") return { kind: "not_recovered", why: "not_paid" };
    const order = lostOrder(deps, trade, now);
    const made = await tx.insertRecovered({
      ...{ order, trade, askedAccountId: wish.accountId, discrepancyId: wish.discrepancyId, person: wish.person, now },
      ...{ itemId: deps.ids.make("item"), attemptId: deps.ids.make("attempt") },
    });
    if (made === "no_account") return { kind: "not_recovered", why: "other_app" };
    // Also where the shop has just made the order anew: then it is that one which is paid.
    const booked = await concludePayment(deps, tx, conclude);
    if (booked.kind !== "judged") throw new AppError("conflict", "the payment belongs to another order");
    return { kind: "recovered", orderId: booked.orderId };
  });
}

/** What is known of it: its number, its amount and when it was paid. */
function lostOrder({ ids }: Deps, { number, totalFen, paidAt }: PaidTrade, now: Date): Order {
  // If the time of the payment is not known, it is booked as of now, and an alert says so.
  const createdAt = earlier(plausibleTime(paidAt, addMs(now, -REFUNDABLE_MS), now) ?? now, now);
  return newOrder({
    id: ids.make("order"),
    outTradeNo: outTradeNoSchema.safeParse(number).success ? number : ids.orderNumber(now),
    totalFen,
    description: fill(orderText.recovered, { number }),
    metadata: { recovered: "wechat" },
    createdAt,
    expiresAt: addMs(createdAt, SECOND_MS),
  });
}
