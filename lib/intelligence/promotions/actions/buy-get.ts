import type { PromotionOf } from "../case.ts";
import { giveHits, groupedUnits, type Runs } from "./runs.ts";

/** 买M赠N: the last `get` units of every group are free. */
export function buyGet(promotion: PromotionOf<"buy_get">, runs: Runs, perLine: Float64Array): void {
  const { buy, get, maxTimes } = promotion;
  const groupSize = buy + get;
  giveHits({
    runs,
    grouped: groupedUnits(runs, groupSize, maxTimes),
    hitsBefore: (position) => get * Math.floor(position / groupSize) + Math.max(0, (position % groupSize) - buy),
    each: (unitAmount) => unitAmount,
    perLine,
  });
}
