export { chooseOffer, type OfferDecision, type WeighedArm } from "./choose-offer.ts";
export { createPolicy, type LearningPolicy } from "./create-policy.ts";
export { explain } from "./explain.ts";
export {
  type FoldedEvent,
  foldEvents,
  fromStored,
  isReadable,
  isSameModel,
  modelWith,
  type StoredModel,
  toStored,
} from "./grow-model.ts";
export { foldOutcomes, newModel, type OfferModel } from "./offer-model.ts";
export {
  NONE,
  type OfferArm,
  type OfferChoice,
  type OfferContext,
  type OfferOutcome,
  type OfferPolicy,
  type PolicyOptions,
} from "./offer-policy.ts";
export { newPacing, type Pacing, pace } from "./pacing.ts";
