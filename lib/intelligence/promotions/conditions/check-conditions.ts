import type { PromotionInput, RejectionReason } from "#lib/contract/promotions.ts";
import type { PromotionContext } from "../case.ts";
import { audienceHolds } from "./audience.ts";
import { codeHolds } from "./code.ts";
import { drawHolds } from "./draw.ts";
import { userLimitHolds } from "./user-limit.ts";
import { windowHolds } from "./window.ts";

/** The static filter of smart.md §3.2: what can be said without looking at the cart. Null when all holds. */
export function failedCondition(
  promotion: PromotionInput,
  context: PromotionContext,
  nowMs: number,
): RejectionReason | null {
  if (!windowHolds(promotion.window, nowMs)) return "window";
  if (!audienceHolds(promotion.audience, context)) return "audience";
  if (!codeHolds(promotion.code, context)) return "code";
  if (!userLimitHolds(promotion, context)) return "user_limit";
  // Its time comes with the order: of the published reasons this is the one that is true.
  if (!drawHolds(promotion, context)) return "window";
  if (promotion.budgetLeft != null && promotion.budgetLeft <= 0) return "budget";
  return null;
}
