export {
  type Promotion,
  type PromotionInput,
  promotionSchema,
  type RejectionReason,
} from "#lib/contract/promotions.ts";
export { benchEngine, type EngineFigure } from "./bench.ts";
export type {
  AppliedPromotion,
  CartLine,
  PromotionCase,
  PromotionContext,
  RejectedPromotion,
  Solution,
} from "./case.ts";
export { describePromotion } from "./describe-promotion.ts";
export { chooseOffer, type OfferDecision, type WeighedArm } from "./learner/choose-offer.ts";
export { createPolicy, type LearningPolicy } from "./learner/create-policy.ts";
export { explain } from "./learner/explain.ts";
export {
  type FoldedEvent,
  foldEvents,
  fromStored,
  isReadable,
  isSameModel,
  modelWith,
  type StoredModel,
  toStored,
} from "./learner/grow-model.ts";
export { foldOutcomes, newModel, type OfferModel } from "./learner/offer-model.ts";
export {
  NONE,
  type OfferArm,
  type OfferChoice,
  type OfferContext,
  type OfferOutcome,
  type OfferPolicy,
  type PolicyOptions,
} from "./learner/offer-policy.ts";
export { newPacing, type Pacing, pace } from "./learner/pacing.ts";
export { type Nudge, type NudgeOptions, nudge, type Product } from "./nudge.ts";
export { nudgeSentence, rejectionSentence, type SentenceLocale } from "./sentences.ts";
export { benchOffers, FRESH_SEEDS_FROM, type OfferBenchOptions, type OfferRow } from "./simulator/bench-offers.ts";
export { benchWorlds, type WorldRow } from "./simulator/bench-worlds.ts";
export { offerTable } from "./simulator/offer-table.ts";
export { solvePromotions } from "./solve-promotions.ts";
