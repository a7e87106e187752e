import type { PromotionOf } from "../case.ts";
import type { Measured } from "./measured.ts";

/** 满减, 立减, and with `every` 每满减. */
export function amountOff(promotion: PromotionOf<"amount_off">, { base }: Measured): number {
  const each = promotion.threshold?.amount;
  if (promotion.every !== true || each === undefined || each <= 0) return promotion.off;
  const reached = (base - (base % each)) / each;
  return promotion.off * Math.min(reached, promotion.maxTimes ?? reached);
}
