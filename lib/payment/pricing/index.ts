export { type CodeAnswer, type EnterCode, enterCode } from "./enter-code.ts";
export { Promotions } from "./manage-promotions.ts";
export { type PresentedOffers, type PresentOffers, presentOffers } from "./present-offers.ts";
export { type PastPreview, type PromotionPreview, PromotionPreviews } from "./preview-promotion.ts";
export { PromotionCodes } from "./promotion-codes.ts";
export { quote } from "./quote.ts";
export { type ChooseOffers, chooseOffers } from "./reprice-order.ts";
