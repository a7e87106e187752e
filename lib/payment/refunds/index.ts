export { listRefunds, readRefund } from "./read-refunds.ts";
export { bookForeignRefund } from "./refund-notice.ts";
export {
  previewRefund,
  type RefundOrder,
  type RefundOrderResult,
  type RefundPreview,
  refundOrder,
} from "./refund-order.ts";
export { checkRefund } from "./send-refund.ts";
