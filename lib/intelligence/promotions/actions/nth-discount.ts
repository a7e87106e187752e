import type { PromotionOf } from "../case.ts";
import { mulDivFloor } from "../share-out.ts";
import { giveHits, groupedUnits, type Runs } from "./runs.ts";

/** 第N件M折: the last unit of every group of n is cheaper. */
export function nthDiscount(promotion: PromotionOf<"nth_discount">, runs: Runs, perLine: Float64Array): void {
  const { n, payBps, maxTimes } = promotion;
  giveHits({
    runs,
    grouped: groupedUnits(runs, n, maxTimes),
    hitsBefore: (position) => Math.floor(position / n),
    each: (unitAmount) => mulDivFloor(unitAmount, 10_000 - payBps, 10_000),
    perLine,
  });
}
