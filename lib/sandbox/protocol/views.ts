import { beijingTimestamp } from "#lib/base/time.ts";
import type { Payment, Refund, Trade } from "../records.ts";
import { STATE_WORDS, TRADE_TYPES } from "../words.ts";

// What v3 shows of the sandbox's records (wechatpay.md §6.2, §6.5, §9.3).

/** The transaction, in queries and in notices. Of an unpaid one WeChat shows little more than its number. */
export function transactionView(trade: Trade): Record<string, unknown> {
  const { payment } = trade;
  const head = {
    mchid: trade.mchid,
    appid: trade.appid,
    out_trade_no: trade.outTradeNo,
    trade_state: trade.state,
    trade_state_desc: STATE_WORDS[trade.state],
  };
  if (payment === null) {
    return { ...head, attach: "", payer: {}, amount: { total: trade.total, currency: "CNY" }, promotion_detail: [] };
  }
  return {
    ...head,
    transaction_id: payment.transactionId,
    trade_type: TRADE_TYPES[trade.product],
    bank_type: payment.bankType,
    attach: trade.attach,
    success_time: beijingTimestamp(new Date(payment.paidAt)),
    payer: { openid: payment.openid },
    amount: {
      total: trade.total,
      payer_total: trade.total - payment.coupon,
      currency: "CNY",
      payer_currency: "CNY",
    },
    ...(payment.coupon > 0 ? { promotion_detail: [couponView(payment)] } : {}),
  };
}

const couponView = ({ coupon, couponType = "CASH", transactionId }: Payment) => ({
  coupon_id: transactionId.slice(-12),
  name: "微信支付立减",
  scope: "GLOBAL",
  type: couponType,
  amount: coupon,
  stock_id: "10008888",
  wechatpay_contribute: couponType === "CASH" ? coupon : 0,
  merchant_contribute: couponType === "CASH" ? 0 : coupon,
  other_contribute: 0,
  currency: "CNY",
});

export const refundView = (refund: Refund): Record<string, unknown> => ({
  refund_id: refund.refundId,
  out_refund_no: refund.outRefundNo,
  transaction_id: refund.transactionId,
  out_trade_no: refund.outTradeNo,
  channel: "ORIGINAL",
  user_received_account: "支付用户零钱",
  ...(refund.successAt === null ? {} : { success_time: beijingTimestamp(new Date(refund.successAt)) }),
  create_time: beijingTimestamp(new Date(refund.createdAt)),
  status: refund.status,
  funds_account: "AVAILABLE",
  amount: {
    total: refund.total,
    refund: refund.amount,
    payer_total: refund.total,
    payer_refund: refund.amount,
    settlement_refund: refund.amount,
    settlement_total: refund.total,
    discount_refund: 0,
    currency: "CNY",
    from: [],
  },
  promotion_detail: [],
});
