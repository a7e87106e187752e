// The front door of payments: what the rest of the product may use, by topic.

export { declineOf, type PaidByCode, type PayByCode } from "./counter/index.ts";
export type { Deps } from "./deps.ts";
export * from "./domain/index.ts";
export type { CreateOrderResult, ListedOrders } from "./orders/index.ts";
export {
  type AskByNumber,
  type NotifyOutcome,
  type NotRecovered,
  PRIVATE_PAYER,
  type ProviderAnswer,
  type RecoverPayment,
  type Recovery,
  type RefundAnswer,
  type StartPayment,
} from "./paying/index.ts";
export * from "./ports/index.ts";
export type { ListedPromotions, PresentedOffers, PresentOffers, Promotions } from "./pricing/index.ts";
export { PaymentProcessor } from "./processor.ts";
export type { RefundOrder, RefundOrderResult, RefundPreview } from "./refunds/index.ts";
export type { SweepReport } from "./sweep.ts";
