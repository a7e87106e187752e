import type { Payment, StoredRefund, StoredTrade } from "../../books/records.ts";
import { splitOf } from "../../books/shoppers.ts";
import { TRADE_STATE_TEXTS, TRADE_TYPES } from "../../books/trades.ts";
import { beijingTimestamp } from "../../clock.ts";

// The sandbox's records as API v3 shows them.

/** A transaction in answers. WeChat shows little more than number and amount of an unpaid one. */
export function transactionView(trade: StoredTrade): Record<string, unknown> {
  const { payment } = trade;
  if (payment !== null) return { promotion_detail: [], ...paymentView(trade, payment) };
  return {
    ...headView(trade),
    amount: { total: trade.total, payer_currency: "CNY" },
    promotion_detail: [],
    scene_info: { device_id: "" },
  };
}

const headView = (trade: StoredTrade) => ({
  mchid: trade.mchid,
  appid: trade.appid,
  out_trade_no: trade.outTradeNo,
  trade_state: trade.state,
  trade_state_desc: TRADE_STATE_TEXTS[trade.state],
});

/** A payment in notices: without promotions if there were none. */
export const paymentView = (trade: StoredTrade, payment: Payment): Record<string, unknown> => ({
  ...headView(trade),
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
});

function couponView({ coupon, couponType = "CASH", transactionId, voucher }: Payment) {
  const byMerchant = voucher?.byMerchant ?? (couponType === "CASH" ? 0 : coupon);
  return {
    coupon_id: voucher?.id ?? transactionId.slice(-12),
    name: voucher?.name ?? "微信支付立减",
    scope: "GLOBAL",
    type: couponType,
    amount: coupon,
    stock_id: voucher?.batch ?? "10008888",
    wechatpay_contribute: coupon - byMerchant,
    merchant_contribute: byMerchant,
    other_contribute: 0,
    currency: "CNY",
  };
}

const splitView = (refund: StoredRefund) => {
  const { coupon, unsettled, payerTotal, settlementTotal } = splitOf(refund);
  return {
    payer_total: payerTotal,
    payer_refund: refund.amount - coupon,
    settlement_refund: refund.amount - unsettled,
    settlement_total: settlementTotal,
    discount_refund: coupon,
  };
};

export const refundView = (refund: StoredRefund): Record<string, unknown> => ({
  refund_id: refund.refundId,
  out_refund_no: refund.outRefundNo,
  transaction_id: refund.transactionId,
  out_trade_no: refund.outTradeNo,
  channel: "ORIGINAL",
  user_received_account: refund.receivedAccount ?? "支付用户零钱",
  ...(refund.successAt === null ? {} : { success_time: beijingTimestamp(new Date(refund.successAt)) }),
  create_time: beijingTimestamp(new Date(refund.createdAt)),
  status: refund.status,
  funds_account: "AVAILABLE",
  amount: {
    total: refund.total,
    refund: refund.amount,
    ...splitView(refund),
    currency: "CNY",
    from: [],
  },
  promotion_detail: [],
});
