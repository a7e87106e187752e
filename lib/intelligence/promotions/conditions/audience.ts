import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { PromotionContext } from "../case.ts";

/** All that is given must hold; a list holds when any of it does. */
export function audienceHolds(audience: PromotionInput["audience"], context: PromotionContext): boolean {
  if (audience === undefined) return true;
  const { newCustomer, segments, channels } = audience;
  if (newCustomer !== undefined && newCustomer !== (context.isNewCustomer ?? false)) return false;
  if (segments !== undefined && !segments.some((segment) => context.segments?.includes(segment))) return false;
  return channels === undefined || (context.channel != null && channels.includes(context.channel));
}
