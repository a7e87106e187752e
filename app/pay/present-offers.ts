import { PAGE_CHANNELS } from "#lib/contract/order.ts";
import type { OpenedPage, PresentedOffers } from "#lib/payment/index.ts";
import { chooseWay } from "./choose-way.ts";
import type { PageContext } from "./context.ts";
import type { PayPageRequest } from "./page-request.ts";

export interface Offered extends OpenedPage {
  /** Null where none were looked for. */
  readonly presented: PresentedOffers | null;
}

interface Ask {
  readonly context: Pick<PageContext, "payments" | "now">;
  readonly pageRequest: PayPageRequest;
  readonly read: OpenedPage;
}

/**
 * The offers of this visit, before any trade is opened: one may be chosen now and is then part of the price, so the order is
 * read again. Who only looks, or is no person, chooses nothing.
 */
export async function presentOffers({ context: { payments, now }, pageRequest, read }: Ask): Promise<Offered> {
  const { order, status } = read;
  const ended = status.status !== "pending" || Date.parse(status.expiresAt) <= now();
  if (ended || pageRequest.onlyLooking || pageRequest.agent.env === "bot") return { ...read, presented: null };
  const way = chooseWay(pageRequest);
  const presented = await payments
    .presentOffers({
      orderId: order.id,
      channel: PAGE_CHANNELS.find((channel) => channel === way) ?? null,
      shopperId: pageRequest.shopper.shopperId,
      personalised: !pageRequest.shopper.optOut,
      snapshot: read.snapshot,
    })
    .catch(() => null);
  const discount = presented?.applied.reduce((sum, { amount }) => sum + amount, 0) ?? order.amountDiscount;
  if (discount === order.amountDiscount) return { ...read, presented };
  return { ...((await payments.openPage(order.id)) ?? read), presented };
}
