import { DAY_MS, MINUTE_MS } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { consumeFault } from "../faults.ts";
import { randomDigits } from "../keys/key-ring.ts";
import type { StoredRefund, StoredTrade } from "./records.ts";
import { splitRefund } from "./shoppers.ts";
import { WeChatError } from "./wechat-error.ts";

// WeChat Pay's rules for refunds, for both versions of the API.

const REFUNDABLE_MS = 365 * DAY_MS;
const REFUNDS_MAX = 50;
const BETWEEN_REFUNDS_MS = MINUTE_MS;

export interface RefundApplication {
  readonly outRefundNo: string;
  readonly transactionId: string | null;
  readonly outTradeNo: string | null;
  readonly amount: number;
  readonly total: number;
  readonly reason: string;
  readonly notifyUrl: string | null;
  readonly fingerprint: string;
}

export const newRefundId = (): string => `5030${randomDigits(25)}`;

/** Accepts a refund, or returns the one with this number. */
export function openRefund(context: SandboxContext, request: RefundApplication): StoredRefund {
  const before = context.store.refunds.get(request.outRefundNo);
  if (before !== undefined) {
    if (before.fingerprint === request.fingerprint) return before;
    throw new WeChatError("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试");
  }
  const trade = findPaid(context, request);
  refuseByRules(context, trade, request);
  const { clock, store, notifier } = context;
  const faults = context.faultBook.of(trade.outTradeNo);
  const now = clock.now();
  const refund = store.putRefund({
    outRefundNo: request.outRefundNo,
    refundId: newRefundId(),
    outTradeNo: trade.outTradeNo,
    transactionId: trade.payment?.transactionId ?? "",
    amount: request.amount,
    split: splitRefund(trade, request.amount, refundsNotClosed(context, trade)),
    total: request.total,
    reason: request.reason,
    notifyUrl: request.notifyUrl ?? context.notifyUrlDefault,
    fingerprint: request.fingerprint,
    createdAt: now,
    status: "PROCESSING",
    settleAt: now + faults.refund.delayMs,
    settlesAs: faults.refund.outcome,
    successAt: null,
  });
  store.putTrade({ ...trade, state: "REFUND" });
  notifier.watchRefund(refund);
  return refund;
}

function findPaid(context: SandboxContext, request: RefundApplication): StoredTrade {
  const byTransaction = request.transactionId === null ? null : context.store.tradeByTransaction(request.transactionId);
  const byNumber = request.outTradeNo === null ? null : context.store.trades.get(request.outTradeNo);
  const trade = byTransaction ?? byNumber;
  const disagree = byTransaction !== null && byNumber !== null && byTransaction !== byNumber;
  if (trade === null || trade === undefined || disagree) throw new WeChatError("RESOURCE_NOT_EXISTS", "订单不存在");
  return trade;
}

const refundsNotClosed = ({ store }: SandboxContext, { outTradeNo }: StoredTrade): StoredRefund[] =>
  store.refundsOf(outTradeNo).filter(({ status }) => status !== "CLOSED");

function refuseByRules(context: SandboxContext, trade: StoredTrade, request: RefundApplication): void {
  const now = context.clock.now();
  if (trade.payment === null) throw new WeChatError("INVALID_REQUEST", "订单未支付，不能退款");
  if (trade.state === "REVOKED") throw new WeChatError("INVALID_REQUEST", "订单已撤销，不能退款");
  if (request.total !== trade.total) throw new WeChatError("INVALID_REQUEST", "订单金额与原订单不一致");
  if (now - trade.payment.paidAt > REFUNDABLE_MS) throw new WeChatError("INVALID_REQUEST", "订单已超过退款期限");
  const others = context.store.refundsOf(trade.outTradeNo);
  const notClosed = refundsNotClosed(context, trade);
  const taken = notClosed.reduce((sum, refund) => sum + refund.amount, 0);
  if (taken + request.amount > trade.total)
    throw new WeChatError("INVALID_REQUEST", "申请退款金额大于订单剩余可退金额");
  if (notClosed.length >= REFUNDS_MAX) throw new WeChatError("INVALID_REQUEST", "订单退款次数已达上限");
  if (others.some((refund) => now - refund.createdAt < BETWEEN_REFUNDS_MS)) {
    throw new WeChatError("FREQUENCY_LIMITED", "同一订单多次退款须间隔1分钟");
  }
  const { refund } = context.faultBook.of(trade.outTradeNo);
  if (consumeFault(refund, "notEnough")) throw new WeChatError("NOT_ENOUGH", "基本账户余额不足，请充值后重新发起");
  if (consumeFault(refund, "userAccountAbnormal")) throw new WeChatError("USER_ACCOUNT_ABNORMAL", "用户账户注销");
}

/** Ends a refund as its faults said, and notifies the merchant. */
export function settleRefund(context: SandboxContext, refund: StoredRefund): void {
  const status = refund.settlesAs;
  const successAt = status === "SUCCESS" ? context.clock.now() : null;
  context.notifier.notifyRefunded(context.store.putRefund({ ...refund, status, successAt }));
}

export interface AbnormalRetry {
  readonly refundId: string;
  readonly outRefundNo: string;
  /** Where the money goes now, as WeChat shows it. */
  readonly receivedAccount: string;
}

/** Tries an abnormal refund again, as the merchant does by `apply-abnormal-refund`. */
export function retryAbnormalRefund(
  context: SandboxContext,
  { refundId, outRefundNo, receivedAccount }: AbnormalRetry,
): StoredRefund {
  const refund = context.store.refunds.get(outRefundNo);
  if (refund === undefined || refund.refundId !== refundId)
    throw new WeChatError("RESOURCE_NOT_EXISTS", "退款单不存在");
  if (refund.status !== "ABNORMAL") throw new WeChatError("INVALID_REQUEST", "退款单状态不是退款异常");
  const settleAt = context.clock.now() + context.faultBook.of(refund.outTradeNo).refund.delayMs;
  const again = context.store.putRefund({
    ...refund,
    status: "PROCESSING",
    settleAt,
    settlesAs: "SUCCESS",
    receivedAccount,
  });
  context.notifier.watchRefund(again);
  return again;
}
