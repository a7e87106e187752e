export type { PromotionCase, Solution } from "./case.ts";
export { describePromotion } from "./describe-promotion.ts";
export { nudge } from "./nudge.ts";
export { nudgeSentence, rejectionSentence } from "./sentences.ts";
export { solvePromotions } from "./solve-promotions.ts";
