import type { PromotionContext } from "../case.ts";

export const codeHolds = (code: string | undefined, context: PromotionContext): boolean =>
  code === undefined || (context.codes?.includes(code) ?? false);
