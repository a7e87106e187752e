export {
  type Promotion,
  type PromotionInput,
  promotionSchema,
  type RejectionReason,
} from "#lib/contract/promotions.ts";
export type {
  AppliedPromotion,
  CartLine,
  PromotionCase,
  PromotionContext,
  RejectedPromotion,
  Solution,
} from "./case.ts";
export { describePromotion } from "./describe-promotion.ts";
export { type Nudge, type NudgeOptions, nudge, type Product } from "./nudge.ts";
export { nudgeSentence, rejectionSentence, type SentenceLocale } from "./sentences.ts";
export { solvePromotions } from "./solve-promotions.ts";
