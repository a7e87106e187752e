import type { Notice, Trade } from "./records.ts";
import type { World } from "./world.ts";

// What control calls show of the sandbox's records.

/** A trade with everything that belongs to it. */
export function showTrade(world: World, trade: Trade): Record<string, unknown> {
  const { payment, handovers, createdAt, expireAt, fingerprint: _, v2, reversal, ...plain } = trade;
  return {
    ...plain,
    apiVersion: v2 === undefined ? "v3" : "v2",
    signType: v2?.signType ?? null,
    reversedAt: reversal === undefined ? null : iso(reversal.at),
    createdAt: iso(createdAt),
    expireAt: iso(expireAt),
    codeUrls: handovers.filter((one) => one.code !== undefined).map((one) => `weixin://wxpay/bizpayurl?pr=${one.code}`),
    prepayIds: handovers.map((one) => one.prepayId),
    transactionId: payment?.transactionId ?? null,
    paidAt: payment === null ? null : iso(payment.paidAt),
    payerOpenid: payment?.openid ?? null,
    payerTotal: payment === null ? null : trade.total - payment.coupon,
    refunds: world.store.refundsOf(trade.outTradeNo).map(({ fingerprint: _hidden, ...refund }) => ({
      ...refund,
      createdAt: iso(refund.createdAt),
      settleAt: iso(refund.settleAt),
      successAt: refund.successAt === null ? null : iso(refund.successAt),
    })),
    notices: world.store.noticesOf(trade.outTradeNo).map(showNotice),
  };
}

export const showNotice = ({ id, eventType, v2, outRefundNo, url, state, createdAt, nextAt, tries }: Notice) => ({
  id,
  eventType,
  form: v2 === undefined ? "v3" : "v2",
  outRefundNo,
  url,
  state,
  createdAt: iso(createdAt),
  nextAt: state === "pending" ? iso(nextAt) : null,
  tries: tries.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
});

/** Control answers give moments as RFC 3339, on the sandbox's clock. */
export const iso = (moment: number): string => new Date(moment).toISOString();
