import type { PromotionInput } from "#lib/contract/promotions.ts";

/** @param reached the amount and the pieces of the eligible lines */
export function thresholdHolds(
  threshold: PromotionInput["threshold"],
  reached: { readonly amount: number; readonly quantity: number },
): boolean {
  if (threshold === undefined) return true;
  if (threshold.amount !== undefined && reached.amount < threshold.amount) return false;
  return threshold.qty === undefined || reached.quantity >= threshold.qty;
}
