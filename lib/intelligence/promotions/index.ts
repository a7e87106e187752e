export type { PromotionCase, Solution } from "./case.ts";
export { nudge } from "./nudge.ts";
export { solvePromotions } from "./solve-promotions.ts";
