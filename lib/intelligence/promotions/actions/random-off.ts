import type { PromotionOf } from "../case.ts";

/** 随机立减: the amount was drawn once and is only looked up here. */
export const randomOff = (promotion: PromotionOf<"random_off">, draws: Readonly<Record<string, number>>): number =>
  draws[promotion.id] ?? 0;
