import type { PromotionOf } from "../case.ts";
import type { Runs } from "./runs.ts";

/** 满赠: up to `qty` units of the gift's lines, which are already in the cart, cost nothing. @param runs the gift's lines */
export function gift(promotion: PromotionOf<"gift">, runs: Runs, perLine: Float64Array): void {
  let left = promotion.gift.qty;
  for (let i = 0; i < runs.size && left > 0; i += 1) {
    const units = Math.min(left, runs.count[i] ?? 0);
    perLine[runs.line[i] ?? 0] = units * (runs.unitAmount[i] ?? 0);
    left -= units;
  }
}
