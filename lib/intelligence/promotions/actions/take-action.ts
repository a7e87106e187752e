import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { PromotionOf } from "../case.ts";
import { amountOff } from "./amount-off.ts";
import { bundlePrice } from "./bundle-price.ts";
import { buyGet } from "./buy-get.ts";
import { gift } from "./gift.ts";
import type { Measured } from "./measured.ts";
import { nthDiscount } from "./nth-discount.ts";
import { percentOff } from "./percent-off.ts";
import { randomOff } from "./random-off.ts";
import type { Runs } from "./runs.ts";
import { tieredOff } from "./tiered-off.ts";

export type UnitPromotion = PromotionOf<"nth_discount" | "buy_get" | "bundle_price" | "gift">;
export type AmountPromotion = Exclude<PromotionInput, UnitPromotion>;

/** Types that say how much each unit gets; the others say one amount, to be spread. */
export const worksOnUnits = (promotion: PromotionInput): promotion is UnitPromotion =>
  promotion.type === "nth_discount" ||
  promotion.type === "buy_get" ||
  promotion.type === "bundle_price" ||
  promotion.type === "gift";

/** Step 3 of smart.md §3.2 before any limit, for the types that take off one amount. */
export function amountTaken(
  promotion: AmountPromotion,
  measured: Measured,
  draws: Readonly<Record<string, number>>,
): number {
  switch (promotion.type) {
    case "amount_off":
      return amountOff(promotion, measured);
    case "tiered_off":
      return tieredOff(promotion, measured);
    case "percent_off":
      return percentOff(promotion, measured);
    case "random_off":
      return randomOff(promotion, draws);
  }
}

/** The same for the types that work on units. @param perLine zero where a run's line is; gets the amounts */
export function unitsTaken(promotion: UnitPromotion, runs: Runs, perLine: Float64Array): void {
  switch (promotion.type) {
    case "nth_discount":
      nthDiscount(promotion, runs, perLine);
      break;
    case "buy_get":
      buyGet(promotion, runs, perLine);
      break;
    case "bundle_price":
      bundlePrice(promotion, runs, perLine);
      break;
    case "gift":
      gift(promotion, runs, perLine);
      break;
  }
}
