export { checkAttempt } from "./check-attempt.ts";
export { checkHintedTrade } from "./check-hinted-trade.ts";
export { acceptLatePayment, type ExtraPayment, refundExtraPayment } from "./extra-money.ts";
export {
  type AskByNumber,
  type ProviderAnswer,
  queryRefundAt,
  queryTradeAt,
  type RefundAnswer,
} from "./query-by-number.ts";
export { type NotifyOutcome, receiveNotification } from "./receive-notification.ts";
export { type NotRecovered, type RecoverPayment, type Recovery, recoverPayment } from "./recover-payment.ts";
export { PRIVATE_PAYER, type StartPayment, startPayment } from "./start-payment.ts";
