import { subtractFen } from "#lib/base/fen.ts";
import { keysOf } from "#lib/base/promotion-code.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import type { QuoteRequest, QuoteView } from "#lib/contract/quote.ts";
import { nudge } from "#lib/intelligence/index.ts";
import { describePromotion, nudgeSentence, rejectionSentence } from "#lib/texts/offers.ts";
import type { Deps } from "../deps.ts";
import { draftItems } from "../domain/order.ts";
import { type Cart, caseOf, type PromotionStanding, type RejectedOffer, totalOf } from "../domain/price-cart.ts";
import { decideOrderScene } from "../orders/order-scene.ts";
import { cartFor, priced, refuseDeadCodes } from "./price-order.ts";

/**
 * The best legal combination for a cart, why nothing else, and what a little more would bring. Stores and draws nothing.
 * @throws AppError `invalid_request` for a promotion code that is not known
 */
export async function quote(deps: Deps, request: QuoteRequest): Promise<QuoteView> {
  const { shopperId = null, promotionCodes = [], channel = null, metadata = {} } = request;
  await refuseDeadCodes(deps, promotionCodes, { once: null });
  const codes = keysOf(promotionCodes);
  const items = draftItems(deps.ids, request.items);
  const open = await deps.store.promotions.open({ codes, all: true, shopperId });
  const { isNewCustomer } = open;
  // The demo's promotions are for its own shop; other shops are shown their own promotions only.
  const standings = open.standings.filter(({ rule }) => rule.code !== DEMO_CODE || promotionCodes.includes(DEMO_CODE));
  const now = deps.clock.now();
  const decided = await decideOrderScene(deps, { items, metadata, dueFen: totalOf(items), now });
  const scene = decided?.scene ?? null;
  const wish = { orderId: null, items, metadata, shopperId, codes, channel, isNewCustomer, now, scene };
  const cart = cartFor(deps, wish)(standings);
  const price = priced(deps, cart);
  const amountTotal = totalOf(items);
  const rules = new Map(standings.map((standing) => [standing.rule.id, standing]));
  return {
    amountTotal,
    amountDiscount: price.discountFen,
    amountDue: subtractFen(amountTotal, price.discountFen),
    applied: price.applied.map(({ id, version, name, amountFen, lines, terms }) => ({
      id,
      version,
      name,
      discount: amountFen,
      lines: [...lines],
      sentence: describePromotion(terms),
    })),
    rejected: price.rejected.map((rejected) => {
      const { id, reason } = rejected;
      return { id, name: rejected.name ?? id, reason, sentence: whyNot(rejected, rules.get(id)) };
    }),
    nudge: nudgeOf(cart, new Set(price.rejected.filter(({ because }) => because !== undefined).map(({ id }) => id))),
    lineDiscounts: [...price.lineDiscounts],
    optimal: price.optimal,
  };
}

/** @param barred promotions that no larger cart would open */
function nudgeOf(cart: Cart, barred: ReadonlySet<string>): QuoteView["nudge"] {
  const best = nudge(caseOf({ ...cart, standings: cart.standings.filter(({ rule }) => !barred.has(rule.id)) }));
  if (best === null) return null;
  const { promotionId, gap, gain } = best;
  return { promotionId, gap, gain, sentence: nudgeSentence(best) };
}

function whyNot({ name, reason, because }: RejectedOffer, standing: PromotionStanding | undefined): string {
  const rule = standing?.rule;
  const range = rule?.type === "random_off" ? rule : undefined;
  return rejectionSentence({ name, reason, because, range, window: rule?.window });
}
