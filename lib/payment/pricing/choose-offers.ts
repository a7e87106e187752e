import { AppError } from "#lib/base/app-error.ts";
import { OFFER_ROUNDS_MAX, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import type { Deps } from "../deps.ts";
import { orderNotFound, refuseWhileCharged } from "../orders/read-orders.ts";
import { endAttempt } from "../paying/check-attempt.ts";
import { requirePayable } from "../paying/start-payment.ts";
import { type PricingChoices, type Repriced, repriceOrder } from "./reprice-order.ts";

export interface ChooseOffers {
  readonly orderId: string;
  /** Optional promotions the shopper wants, all of them. */
  readonly offers: readonly string[];
  /** The channel it will be paid by, where that is known. */
  readonly channel?: string | null | undefined;
}

/**
 * Prices the order for these optional offers, without opening a trade. One that is open at the old price is ended first; if
 * it turns out paid, the order is paid and nothing changes.
 * @throws AppError `not_found`, `order_not_payable`, `gateway_unavailable`; `invalid_request` at `offers[n]`
 */
export async function chooseOffers(deps: Deps, { orderId, offers, channel = null }: ChooseOffers): Promise<void> {
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const price = await priceOnce(deps, orderId, { channel, offers });
    if (price.kind !== "in_the_way") return;
    await endAttempt(deps, price.attempt);
  }
  throw new AppError("gateway_unavailable", "the order is being paid at this moment", { retryAfterS: 2 });
}

async function priceOnce(
  deps: Deps,
  orderId: string,
  ask: PricingChoices,
): Promise<Exclude<Repriced, { kind: "again" }>> {
  for (let round = 1; ; round++) {
    const price = await deps.store.transaction(async (tx) => {
      const locked = await tx.lockOrder(orderId);
      if (locked === null) throw orderNotFound();
      requirePayable(locked.order, deps.clock.now());
      refuseWhileCharged(locked.attempts);
      return repriceOrder(deps, tx, { locked, ask, isLastRound: round >= OFFER_ROUNDS_MAX });
    });
    if (price.kind !== "again") return price;
  }
}
