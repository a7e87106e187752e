export { type AnswerApproval, answerApproval } from "./approve-refund.ts";
export { checkRefund } from "./check-refund.ts";
export { type FinishAbnormal, type FinishedAbnormal, finishAbnormal } from "./finish-abnormal.ts";
export { findRefunds, listRefunds, readRefund } from "./read-refunds.ts";
export { bookForeignRefund } from "./refund-notice.ts";
export {
  previewRefund,
  type RefundOrder,
  type RefundOrderResult,
  type RefundPreview,
  refundOrder,
} from "./refund-order.ts";
