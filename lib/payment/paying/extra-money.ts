import { AppError } from "#lib/base/app-error.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import { journalOfAcceptance } from "../domain/ledger.ts";
import { orderMachine, orderNotFound } from "../domain/order.ts";
import type { RefundOrigin } from "../domain/refund.ts";
import { orderView, settlingAttempt } from "../domain/views.ts";
import type { LockedOrder, Tx } from "../ports/store.ts";
import { type Requested, requestRefund } from "../refunds/refund-order.ts";
import { deliverRefund } from "../refunds/send-refund.ts";

/** A payment that settles nothing: late, extra, or other than asked. */
export interface ExtraPayment {
  readonly orderId: string;
  readonly transactionId: string;
}

/**
 * Gives back all that is left of a payment that settles nothing.
 * @throws AppError `not_found`; `conflict` when it settles its order or is not in our account; `amount_exceeds_refundable`
 */
export async function refundExtraPayment(
  deps: Deps,
  payment: ExtraPayment & { readonly reason?: string | undefined; readonly origin?: RefundOrigin },
): Promise<Requested> {
  const { reason = null, origin = "request" } = payment;
  const requested = await deps.store.transaction(async (tx) => {
    const { locked, attempt } = await lockExtra(tx, payment);
    if (!(await tx.refunds.isBooked(attempt.id))) {
      throw new AppError(
        "conflict",
        "this payment went to another merchant or was made in another currency, so it cannot be refunded here",
      );
    }
    const wish = { amountFen: null, items: null };
    return requestRefund(deps, tx, { locked, attempt, wish, reason, origin });
  });
  await deliverRefund(deps, requested);
  return requested;
}

/**
 * Takes a late payment as the payment of its closed order, which is paid from then on.
 * @throws AppError `not_found`; `conflict` when the payment is not late, not open, or not the amount that was due
 */
export async function acceptLatePayment(deps: Deps, payment: ExtraPayment): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const { locked, attempt } = await lockExtra(tx, payment);
    const { order } = locked;
    const why = whyNotAcceptable(locked, attempt);
    if (why !== null || attempt.paidAt === null)
      throw new AppError("conflict", `the payment cannot be accepted: ${why}`);
    const { paidAt } = attempt;
    const now = deps.clock.now();
    const journal = journalOfAcceptance(order, attempt);
    await tx.refunds.accept({ orderId: order.id, attemptId: attempt.id, paidAt, journal, now });
    await announcePaid(deps, tx, { locked, attempt, paidAt, now });
    deps.log.info("payment.accepted", { orderId: order.id, attemptId: attempt.id });
  });
}

function whyNotAcceptable({ order, attempts }: LockedOrder, attempt: Attempt): string | null {
  if (attempt.verdict !== "late") return `it is ${attempt.verdict}, not late`;
  if (attempt.resolution !== "open" || attempt.refundedFen > 0) return "it is being given back";
  if (order.status !== "closed" || settlingAttempt(attempts) !== undefined) return "its order is not closed";
  return attempt.paidFen === order.dueFen ? null : "it is not the amount that is due";
}

interface Accepted {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly paidAt: Date;
  readonly now: Date;
}

async function announcePaid(deps: Deps, tx: Tx, { locked, attempt, paidAt, now }: Accepted): Promise<void> {
  const order = orderMachine.move(locked.order, "paid", { paidAt });
  const settling: Attempt = { ...attempt, verdict: "settles", resolution: "accepted" };
  const attempts = locked.attempts.map((one) => (one.id === attempt.id ? settling : one));
  const payload = orderView({ order, items: await tx.items(order.id), attempts }, deps.payUrl(order.id));
  await tx.announce({ id: deps.ids.make("event"), type: "order.paid", orderId: order.id, payload, at: now });
}

async function lockExtra(
  tx: Tx,
  { orderId, transactionId }: ExtraPayment,
): Promise<{ locked: LockedOrder; attempt: Attempt }> {
  const locked = await tx.lockOrder(orderId);
  if (locked === null) throw orderNotFound();
  const attempt = locked.attempts.find((one) => one.transactionId === transactionId);
  if (attempt === undefined) throw new AppError("not_found", "the order has no such payment");
  if (attempt.verdict === "settles") throw new AppError("conflict", "this payment settles its order");
  return { locked, attempt };
}
