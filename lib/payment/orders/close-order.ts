import { AppError } from "#lib/base/app-error.ts";
import { START_ROUNDS_MAX } from "#lib/base/limits.ts";
import type { Deps } from "../deps.ts";
import { liveAttempt } from "../domain/attempt.ts";
import { orderMachine, orderNotFound } from "../domain/order.ts";
import { orderView } from "../domain/views.ts";
import { endAttempt } from "../paying/check-attempt.ts";
import type { LockedOrder, Tx } from "../ports/store.ts";

/**
 * Closes a pending order: its live attempt is ended at WeChat first, so that an order which turns out paid becomes paid.
 * An order that is not pending stays as it is.
 * @throws AppError `not_found`; `gateway_unavailable` (nothing closed)
 */
export async function closeOrder(deps: Deps, orderId: string): Promise<void> {
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const file = await deps.store.findOrder(orderId);
    if (file === null) throw orderNotFound();
    if (file.order.status !== "pending") return;
    const live = liveAttempt(file.attempts);
    if (live !== undefined && (await endAttempt(deps, live)) === "paid") return;
    if (await closeIfQuiet(deps, orderId)) return;
  }
  // Each round a new attempt was opened under our hands.
  throw new AppError("gateway_unavailable", "the order is being paid at this moment", { retryAfterS: 2 });
}

/** Closes the order unless an attempt is live; looked at under the lock, since one may have been opened meanwhile. */
function closeIfQuiet(deps: Deps, orderId: string): Promise<boolean> {
  return deps.store.transaction(async (tx) => {
    const locked = await tx.lockOrder(orderId);
    if (locked === null || locked.order.status !== "pending") return true;
    if (liveAttempt(locked.attempts) !== undefined) return false;
    const now = deps.clock.now();
    await tx.closeOrder(orderId, now);
    await announceClosed(deps, tx, { locked, now });
    deps.log.info("order.closed", { orderId });
    return true;
  });
}

async function announceClosed(deps: Deps, tx: Tx, { locked, now }: { locked: LockedOrder; now: Date }): Promise<void> {
  const order = orderMachine.move(locked.order, "closed", { closedAt: now });
  const items = await tx.items(order.id);
  await tx.announce({
    id: deps.ids.make("event"),
    type: "order.closed",
    orderId: order.id,
    payload: orderView({ order, items, attempts: locked.attempts }, deps.payUrl(order.id)),
    at: now,
  });
}
