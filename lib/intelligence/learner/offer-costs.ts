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

/** The price of a fen of budget. Source: smart.md §4.1.5: the dual variable of "most margin for the money there is". */
export interface Pacing {
  lambda: number;
  shoppers: number;
}

const STEP = 0.02;
const LAMBDA_MAX = 20;
/** One dear offer may cost many targets. To cut that would bias the price downwards and spend the money early; its step is cut. */
const STEP_MAX = 0.3;
/** Of what is reserved, the part that is expected to be spent. */
const RESERVED_SPENT = 0.3;
/** A run that lasts longer than expected must not spend all it has left on the next shopper. */
const SHOPPERS_LEFT_MIN = 0.02;

export const newPacing = (): Pacing => ({ lambda: 0, shoppers: 0 });

export function pace(
  pacing: Pacing,
  now: {
    readonly expectedCost: number;
    readonly budgetFen: number;
    readonly spent: number;
    readonly reserved: number;
    readonly expectedShoppers: number;
  },
): void {
  pacing.shoppers += 1;
  const left = Math.max(1, SHOPPERS_LEFT_MIN * now.expectedShoppers, now.expectedShoppers - pacing.shoppers);
  const target = Math.max(0, now.budgetFen - now.spent - RESERVED_SPENT * now.reserved) / left;
  const excess = target > 0 ? now.expectedCost / target - 1 : now.expectedCost > 0 ? Number.POSITIVE_INFINITY : -1;
  const step = Math.max(-STEP_MAX, Math.min(STEP_MAX, STEP * excess));
  pacing.lambda = Math.min(LAMBDA_MAX, Math.max(0, pacing.lambda + step));
}
