export {
  ABNORMAL_REFUND_BANKS,
  type AbnormalApplication,
  type AbnormalDestination,
  isOpen,
} from "./abnormal-refund.ts";
export {
  type Attempt,
  attemptMachine,
  type Channel,
  type Handover,
  type Resolution,
} from "./attempt.ts";
export type { JournalEntry } from "./ledger.ts";
export {
  GIVEN_FIELDS,
  type Order,
  type OrderItem,
  type OrderPlace,
  orderMachine,
} from "./order.ts";
export { type DecisionDraft, type PricingFacts, type PromotionStanding, priceCart } from "./price-cart.ts";
export { conflictsOf } from "./promotion-conflicts.ts";
export { type PromotionStage, paceOf, promotionStage, STAGES, type StoredPromotion } from "./promotion-stage.ts";
export { protocolOf } from "./protocol.ts";
export {
  type Refund,
  type RefundMove,
  refundMachine,
} from "./refund.ts";
export {
  type ApprovalEnd,
  CONSOLE_REFUND,
  type RefundApproval,
  type RefundAsker,
  type RefundRules,
} from "./refund-approval.ts";
export type { PastOrder } from "./replay-promotion.ts";
export { orderView, statusView } from "./views.ts";
