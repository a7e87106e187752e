import type { Payment, StoredRefund, StoredRefundStatus, StoredTrade } from "../../books/records.ts";
import { splitOf, unsettled } from "../../books/shoppers.ts";
import { TRADE_STATE_TEXTS, TRADE_TYPES } from "../../books/trades.ts";
import { beijingCompact, beijingTime } from "../../clock.ts";
import type { XmlFields } from "./xml.ts";

// The sandbox's records as API v2 shows them: every value is a text.

/** The fields that payment notices and queries of paid orders share. */
export function paidFields(trade: StoredTrade, payment: Payment): XmlFields {
  const settled = trade.total - unsettled(payment);
  return {
    openid: payment.openid,
    is_subscribe: "N",
    trade_type: TRADE_TYPES[trade.product],
    bank_type: payment.bankType,
    total_fee: String(trade.total),
    ...(settled === trade.total ? {} : { settlement_total_fee: String(settled) }),
    fee_type: "CNY",
    cash_fee: String(trade.total - payment.coupon),
    cash_fee_type: "CNY",
    ...couponFields(payment),
    transaction_id: payment.transactionId,
    out_trade_no: trade.outTradeNo,
    attach: trade.attach,
    time_end: beijingCompact(new Date(payment.paidAt)),
    ...(trade.v2?.deviceInfo ? { device_info: trade.v2.deviceInfo } : {}),
  };
}

/** A voucher is one coupon. A discount without a voucher comes as two if it can, so that clients meet `_0` and `_1`. */
function couponFields({ coupon, couponType, transactionId, voucher }: Payment): XmlFields {
  if (coupon === 0) return {};
  const parts = coupon === 1 || voucher !== undefined ? [coupon] : [Math.ceil(coupon / 2), Math.floor(coupon / 2)];
  const numbered = parts.flatMap((part, index) => [
    [`coupon_type_${index}`, couponType === "NOCASH" ? "NO_CASH" : "CASH"],
    [`coupon_id_${index}`, voucher?.id ?? `${transactionId.slice(-11)}${index}`],
    [`coupon_fee_${index}`, String(part)],
  ]);
  return { coupon_fee: String(coupon), coupon_count: String(parts.length), ...Object.fromEntries(numbered) };
}

export function tradeFields(trade: StoredTrade): XmlFields {
  const state = { trade_state: trade.state, trade_state_desc: TRADE_STATE_TEXTS[trade.state] };
  if (trade.payment !== null) return { ...paidFields(trade, trade.payment), ...state };
  const deviceInfo = trade.v2?.deviceInfo ?? "";
  return { device_info: deviceInfo, total_fee: String(trade.total), out_trade_no: trade.outTradeNo, ...state };
}

/** The names of refund statuses in API v2. */
export const REFUND_STATES: Readonly<Record<StoredRefundStatus, string>> = {
  PROCESSING: "PROCESSING",
  SUCCESS: "SUCCESS",
  ABNORMAL: "CHANGE",
  CLOSED: "REFUNDCLOSE",
};

/** `2017-12-15 09:46:01`, Beijing time. */
export const plainTime = (moment: number): string => beijingTime(new Date(moment));

const splitFields = (refund: StoredRefund, at = ""): XmlFields => {
  const { coupon, unsettled: ours } = splitOf(refund);
  return {
    [`settlement_refund_fee${at}`]: String(refund.amount - ours),
    [`coupon_refund_fee${at}`]: String(coupon),
    [`coupon_refund_count${at}`]: coupon === 0 ? "0" : "1",
  };
};

export const refundFields = (refund: StoredRefund): XmlFields => ({
  transaction_id: refund.transactionId,
  out_trade_no: refund.outTradeNo,
  out_refund_no: refund.outRefundNo,
  refund_id: refund.refundId,
  refund_channel: "ORIGINAL",
  refund_fee: String(refund.amount),
  total_fee: String(refund.total),
  settlement_total_fee: String(splitOf(refund).settlementTotal),
  fee_type: "CNY",
  cash_fee: String(splitOf(refund).payerTotal),
  cash_refund_fee: String(refund.amount - splitOf(refund).coupon),
  ...splitFields(refund),
});

/** One of several, as `refundquery` numbers them. */
export const numberedRefund = (refund: StoredRefund, index: number): XmlFields => ({
  [`out_refund_no_${index}`]: refund.outRefundNo,
  [`refund_id_${index}`]: refund.refundId,
  [`refund_channel_${index}`]: "ORIGINAL",
  [`refund_fee_${index}`]: String(refund.amount),
  ...splitFields(refund, `_${index}`),
  [`refund_status_${index}`]: REFUND_STATES[refund.status],
  [`refund_account_${index}`]: "REFUND_SOURCE_UNSETTLED_FUNDS",
  [`refund_recv_accout_${index}`]: "支付用户零钱",
  ...(refund.successAt === null ? {} : { [`refund_success_time_${index}`]: plainTime(refund.successAt) }),
});
