import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { PromotionContext } from "../case.ts";

/** A random reduction exists only once its amount was drawn, when the order is made. */
export const drawHolds = ({ id, type }: PromotionInput, context: PromotionContext): boolean =>
  type !== "random_off" || context.draws?.[id] !== undefined;
