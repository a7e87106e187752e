export { chooseOffer, type OfferDecision, type WeighedArm } from "./choose-offer.ts";
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
export { type Pacing, pace } from "./offer-costs.ts";
export { newModel, type OfferModel } from "./offer-model.ts";
export { NONE, type OfferArm, type OfferContext } from "./offer-policy.ts";
