import { DAY_MS } from "./clock.ts";
import { strikes } from "./faults.ts";
import type { Trade } from "./records.ts";
import { newRefundId } from "./refunds.ts";
import { Refusal } from "./refusal.ts";
import { payTrade } from "./trades.ts";
import type { World } from "./world.ts";

// WeChat Pay's rules for payment codes (付款码, wechatpay.md §6.4, §8), apart from any wire format.

export const AUTH_CODE_FORM = /^1[0-5][0-9]{16}$/;
const REVERSIBLE_MS = 7 * DAY_MS;

export interface CodepayRequest {
  readonly appid: string;
  readonly mchid: string;
  readonly outTradeNo: string;
  readonly description: string;
  readonly total: number;
  readonly attach: string;
  readonly goodsTag?: string;
  readonly authCode: string;
  readonly fingerprint: string;
  readonly v2?: NonNullable<Trade["v2"]>;
}

/** @returns the trade, paid or USERPAYING or PAYERROR: all three are answers, not errors */
export function payByCode(world: World, request: CodepayRequest): Trade {
  const before = world.store.trades.get(request.outTradeNo);
  if (before !== undefined) return repeated(before, request);
  const { authCode, ...rest } = request;
  const now = world.clock.now();
  const openid = holderOf(world, authCode);
  const opened: Trade = {
    ...rest,
    product: "codepay",
    notifyUrl: "",
    openid,
    createdAt: now,
    // The password may be typed for as long as the merchant does not reverse.
    expireAt: now + REVERSIBLE_MS,
    handovers: [],
    state: "USERPAYING",
    payment: null,
  };
  const { codepay } = world.faults;
  if (strikes(codepay, "payError")) return world.store.putTrade({ ...opened, state: "PAYERROR" });
  const asksPassword = strikes(codepay, "userPaying") || request.total > codepay.passwordAbove;
  return asksPassword ? world.store.putTrade(opened) : payTrade(world, { trade: opened, openid });
}

function holderOf(world: World, authCode: string): string {
  if (!AUTH_CODE_FORM.test(authCode)) {
    throw new Refusal("AUTH_CODE_INVALID", "请扫描微信支付授权码（以10/11/12/13/14/15为前缀的18位数字）");
  }
  const taken = world.wallet.take(authCode, world.clock.now());
  if ("wrong" in taken) throw new Refusal("AUTH_CODE_INVALID", taken.wrong);
  if (strikes(world.faults.codepay, "authCodeInvalid")) {
    throw new Refusal("AUTH_CODE_INVALID", "101 付款码已过期，请刷新再试");
  }
  return taken.openid;
}

/** One number is one payment, so whoever repeats a call learns of the first one or is refused; the code is not looked at. */
function repeated(trade: Trade, request: CodepayRequest): Trade {
  if (trade.product !== "codepay") throw new Refusal("OUT_TRADE_NO_USED", "商户订单号重复");
  if (trade.state === "REVOKED") throw new Refusal("ORDER_REVERSED", "订单已撤销，请重新下单支付");
  if (trade.payment !== null) throw new Refusal("ORDERPAID", "订单已支付，请勿重复支付");
  if (trade.fingerprint !== request.fingerprint) throw new Refusal("INVALID_REQUEST", "201 商户订单号重复");
  if (trade.state === "PAYERROR") throw new Refusal("TRADE_ERROR", "用户取消支付");
  return trade;
}

/** The person closes the password screen. */
export function declineCodepay(world: World, trade: Trade): Trade {
  return trade.state === "USERPAYING" ? world.store.putTrade({ ...trade, state: "PAYERROR" }) : trade;
}

/** Whatever became of the payment, afterwards the merchant has no money of it: unpaid is closed, paid is given back. */
export function reverseTrade(world: World, outTradeNo: string): Trade {
  const trade = world.store.trades.get(outTradeNo);
  if (trade === undefined) throw new Refusal("ORDER_NOT_EXIST", "订单不存在");
  if (trade.product !== "codepay") throw new Refusal("INVALID_REQUEST", "订单的支付场景不支持该请求");
  if (trade.state === "REVOKED") return trade;
  if (trade.state === "REFUND") throw new Refusal("TRADE_ERROR", "订单已退款，不能撤销");
  const now = world.clock.now();
  if (now - trade.createdAt > REVERSIBLE_MS) throw new Refusal("REVERSE_EXPIRE", "订单超过7天，不能撤销");
  if (strikes(world.faults.codepay, "recall")) throw new Refusal("SYSTEM_ERROR", "系统错误，请再次调用撤销");
  const reversal = trade.payment === null ? {} : { reversal: { refundId: newRefundId(), at: now } };
  return world.store.putTrade({ ...trade, state: "REVOKED", ...reversal });
}
