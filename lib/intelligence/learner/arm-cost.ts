import type { OfferOutcome } from "./offer-policy.ts";

/** What an offer was said to cost when it was made, and what it then cost, over the outcomes in which it could cost anything. */
export interface ArmCost {
  toldFen: number;
  cameFen: number;
}

/** What the shop says weighs as much as this many outcomes. */
const TOLD_COUNT = 20;

/** @param isCoupon a return coupon costs something only when it is settled, long after the payment */
export function recordCost(costs: Map<string, ArmCost>, outcome: OfferOutcome, isCoupon: boolean): void {
  const offer = outcome.ctx.arms.find(({ id }) => id === outcome.arm);
  const isKnown = isCoupon ? outcome.kind === "coupon" : outcome.kind === "pay" && outcome.converted;
  if (offer === undefined || !isKnown) return;
  const cost = costs.get(offer.id) ?? { toldFen: 0, cameFen: 0 };
  cost.toldFen += offer.expectedCost;
  cost.cameFen += outcome.costFen;
  costs.set(offer.id, cost);
}

/** What an offer is expected to cost: what the shop says of it, corrected by how that came out so far. */
export function learnedCostFen(
  costs: ReadonlyMap<string, ArmCost>,
  offer: { readonly id: string; readonly expectedCost: number; readonly maxCost: number },
): number {
  const { toldFen = 0, cameFen = 0 } = costs.get(offer.id) ?? {};
  const prior = TOLD_COUNT * offer.expectedCost;
  if (prior <= 0) return offer.expectedCost;
  return Math.min(offer.maxCost, (offer.expectedCost * (cameFen + prior)) / (toldFen + prior));
}
