import { CODEPAY_GIVEN_UP_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { CounterOrder, OpenCharge } from "#lib/contract/counter.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, isFresh, isLive, liveAttempt } from "../domain/attempt.ts";
import { orderNotFound } from "../domain/order.ts";
import { orderView } from "../domain/views.ts";
import { declineOf, waitsFor } from "./pay-by-code.ts";

/** An order as who stands at the counter needs to see it: how it can be paid now, and what is being charged. */
export async function readCounterOrder(deps: Deps, orderId: string): Promise<CounterOrder> {
  const file = await deps.store.findOrder(orderId);
  if (file === null) throw orderNotFound();
  const now = deps.clock.now();
  const { order, attempts } = file;
  const view = orderView(file, deps.payUrl(orderId));
  const live = order.status === "pending" ? liveAttempt(attempts) : undefined;
  const leftMs = order.expiresAt.getTime() - now.getTime();
  return {
    id: order.id,
    number: order.outTradeNo,
    status: view.status,
    version: order.version,
    description: order.description,
    items: view.items.map(({ name, amount, quantity }) => ({ name, amount, quantity })),
    amountTotal: view.amountTotal,
    amountDiscount: view.amountDiscount,
    amountDue: view.amountDue,
    amountPaid: view.amountPaid,
    codeUrl: leftMs > 0 ? codeOf(live, now) : null,
    leftMs: Math.max(0, leftMs),
    spanMs: order.expiresAt.getTime() - order.createdAt.getTime(),
    charge: chargeOf(live, now),
    declined: declinedOf(attempts),
    paidAt: view.paidAt,
  };
}

const codeOf = (live: Attempt | undefined, now: Date): string | null =>
  live?.handover?.kind === "code" && isFresh(live, now) ? live.handover.codeUrl : null;

function chargeOf(live: Attempt | undefined, now: Date): OpenCharge | null {
  if (live?.channel !== "codepay") return null;
  const decidedBy = addMs(live.createdAt, CODEPAY_GIVEN_UP_MS);
  return { waitsFor: waitsFor(live), leftMs: Math.max(0, decidedBy.getTime() - now.getTime()) };
}

function declinedOf(attempts: readonly Attempt[]): CounterOrder["declined"] {
  const last = attempts.findLast(({ channel }) => channel === "codepay");
  return last === undefined || isLive(last) || last.status === "succeeded" ? null : declineOf(last.failure);
}
