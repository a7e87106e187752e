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
