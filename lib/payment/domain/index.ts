export {
  type Attempt,
  type AttemptStatus,
  attemptMachine,
  type Channel,
  type Handover,
  type Resolution,
  type Verdict,
} from "./attempt.ts";
export type { Confirmation, Evidence, HintReason } from "./evidence.ts";
export type { JournalEntry, LedgerAccount } from "./ledger.ts";
export {
  type DecidedScene,
  type Order,
  type OrderDiscount,
  type OrderItem,
  type OrderStatus,
  orderMachine,
} from "./order.ts";
export { type DecisionDraft, type PricingFacts, type PromotionStanding, priceCart } from "./price-cart.ts";
export { protocolOf } from "./protocol.ts";
export {
  type Refund,
  type RefundFailure,
  type RefundItem,
  type RefundMove,
  type RefundOrigin,
  type RefundStatus,
  refundMachine,
} from "./refund.ts";
export { orderView, publicStatus, settlingAttempt, statusView } from "./views.ts";
