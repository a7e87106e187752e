import { DAY_MS, MINUTE_MS } from "./clock.ts";
import { strikes } from "./faults.ts";
import { randomDigits } from "./keys.ts";
import type { Refund, Trade } from "./records.ts";
import { Refusal } from "./refusal.ts";
import { splitRefund } from "./vouchers.ts";
import type { World } from "./world.ts";

// WeChat Pay's rules for refunds (wechatpay.md §6.5), apart from any wire format.

const REFUNDABLE_MS = 365 * DAY_MS;
const REFUNDS_MAX = 50;
const BETWEEN_REFUNDS_MS = MINUTE_MS;

export interface RefundRequest {
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

/** Accepts a refund, or shows again what became of the one with this number. */
export function openRefund(world: World, request: RefundRequest): Refund {
  const before = world.store.refunds.get(request.outRefundNo);
  if (before !== undefined) {
    if (before.fingerprint === request.fingerprint) return before;
    throw new Refusal("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试");
  }
  const trade = findPaid(world, request);
  refuseByRules(world, trade, request);
  const { faults, clock, store, desk } = world;
  const now = clock.now();
  const refund = store.putRefund({
    outRefundNo: request.outRefundNo,
    refundId: newRefundId(),
    outTradeNo: trade.outTradeNo,
    transactionId: trade.payment?.transactionId ?? "",
    amount: request.amount,
    split: splitRefund(trade, request.amount, standingOf(world, trade)),
    total: request.total,
    reason: request.reason,
    notifyUrl: request.notifyUrl ?? world.notifyUrlDefault,
    fingerprint: request.fingerprint,
    createdAt: now,
    status: "PROCESSING",
    settleAt: now + faults.refund.delayMs,
    settlesAs: faults.refund.outcome,
    successAt: null,
  });
  store.putTrade({ ...trade, state: "REFUND" });
  desk.watchRefund(refund);
  return refund;
}

function findPaid(world: World, request: RefundRequest): Trade {
  const byTransaction = request.transactionId === null ? null : world.store.tradeByTransaction(request.transactionId);
  const byNumber = request.outTradeNo === null ? null : world.store.trades.get(request.outTradeNo);
  const trade = byTransaction ?? byNumber;
  const disagree = byTransaction !== null && byNumber !== null && byTransaction !== byNumber;
  if (trade === null || trade === undefined || disagree) throw new Refusal("RESOURCE_NOT_EXISTS", "订单不存在");
  return trade;
}

const standingOf = ({ store }: World, { outTradeNo }: Trade): Refund[] =>
  store.refundsOf(outTradeNo).filter(({ status }) => status !== "CLOSED");

function refuseByRules(world: World, trade: Trade, request: RefundRequest): void {
  const now = world.clock.now();
  if (trade.payment === null) throw new Refusal("INVALID_REQUEST", "订单未支付，不能退款");
  if (trade.state === "REVOKED") throw new Refusal("INVALID_REQUEST", "订单已撤销，不能退款");
  if (request.total !== trade.total) throw new Refusal("INVALID_REQUEST", "订单金额与原订单不一致");
  if (now - trade.payment.paidAt > REFUNDABLE_MS) throw new Refusal("INVALID_REQUEST", "订单已超过退款期限");
  const others = world.store.refundsOf(trade.outTradeNo);
  const standing = standingOf(world, trade);
  const taken = standing.reduce((sum, refund) => sum + refund.amount, 0);
  if (taken + request.amount > trade.total) throw new Refusal("INVALID_REQUEST", "申请退款金额大于订单剩余可退金额");
  if (standing.length >= REFUNDS_MAX) throw new Refusal("INVALID_REQUEST", "订单退款次数已达上限");
  if (others.some((refund) => now - refund.createdAt < BETWEEN_REFUNDS_MS)) {
    throw new Refusal("FREQUENCY_LIMITED", "同一订单多次退款须间隔1分钟");
  }
  if (strikes(world.faults.refund, "notEnough")) throw new Refusal("NOT_ENOUGH", "基本账户余额不足，请充值后重新发起");
  if (strikes(world.faults.refund, "userAccountAbnormal")) throw new Refusal("USER_ACCOUNT_ABNORMAL", "用户账户注销");
}

/** The refund's time has come: it ends as it was made to, and the merchant is told. */
export function settleRefund(world: World, refund: Refund): void {
  const status = refund.settlesAs;
  const successAt = status === "SUCCESS" ? world.clock.now() : null;
  world.desk.tellRefund(world.store.putRefund({ ...refund, status, successAt }));
}

/** A person sends the money of an abnormal refund another way. */
export function mendAbnormal(world: World, refundId: string, outRefundNo: string): Refund {
  const refund = world.store.refunds.get(outRefundNo);
  if (refund === undefined || refund.refundId !== refundId) throw new Refusal("RESOURCE_NOT_EXISTS", "退款单不存在");
  if (refund.status !== "ABNORMAL") throw new Refusal("INVALID_REQUEST", "退款单状态不是退款异常");
  const settleAt = world.clock.now() + world.faults.refund.delayMs;
  const again = world.store.putRefund({ ...refund, status: "PROCESSING", settleAt, settlesAs: "SUCCESS" });
  world.desk.watchRefund(again);
  return again;
}
