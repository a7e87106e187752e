import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { PromotionContext } from "../case.ts";

export function userLimitHolds({ id, limitPerUser }: PromotionInput, context: PromotionContext): boolean {
  return limitPerUser == null || (context.usage?.[id] ?? 0) < limitPerUser;
}
