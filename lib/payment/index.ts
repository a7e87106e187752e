// The front door of payments: what the rest of the product may use, by topic.

export { declineOf, type PaidByCode } from "./counter/index.ts";
export type { Deps } from "./deps.ts";
export * from "./domain/index.ts";
export type { OpenedPage } from "./orders/index.ts";
export {
  type NotifyOutcome,
  type NotRecovered,
  PRIVATE_PAYER,
  type ProviderAnswer,
  type RefundAnswer,
  type StartPayment,
} from "./paying/index.ts";
export * from "./ports/index.ts";
export type { CodeAnswer, PastPreview, PresentedOffers, PromotionPreview, Promotions } from "./pricing/index.ts";
export { PaymentProcessor } from "./processor.ts";
export type { RefundOrder, RefundPreview } from "./refunds/index.ts";
