import type { PromotionOf } from "../case.ts";
import type { Measured } from "./measured.ts";

/** 阶梯满减: the largest reduction whose tier is reached. */
export function tieredOff(promotion: PromotionOf<"tiered_off">, { base }: Measured): number {
  let most = 0;
  for (const { threshold, off } of promotion.tiers) if (threshold <= base && off > most) most = off;
  return most;
}
