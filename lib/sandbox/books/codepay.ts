import { DAY_MS } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { consumeFault } from "../faults.ts";
import type { StoredTrade } from "./records.ts";
import { newRefundId } from "./refunds.ts";
import { payTrade } from "./trades.ts";
import { WeChatError } from "./wechat-error.ts";

// WeChat Pay's rules for payment codes (付款码), for both versions of the API.

const AUTH_CODE_FORM = /^1[0-5][0-9]{16}$/;
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
  readonly v2?: NonNullable<StoredTrade["v2"]>;
}

/** @returns the trade, paid or USERPAYING or PAYERROR: all three are answers, not errors */
export function payByCode(context: SandboxContext, request: CodepayRequest): StoredTrade {
  const before = context.store.trades.get(request.outTradeNo);
  if (before !== undefined) return repeated(before, request);
  const { authCode, ...rest } = request;
  const now = context.clock.now();
  const openid = holderOf(context, authCode, request.outTradeNo);
  const opened: StoredTrade = {
    ...rest,
    product: "codepay",
    notifyUrl: "",
    openid,
    createdAt: now,
    // The password may be typed until the merchant reverses the trade.
    expireAt: now + REVERSIBLE_MS,
    handovers: [],
    state: "USERPAYING",
    payment: null,
  };
  const { codepay } = context.faultBook.of(request.outTradeNo);
  if (consumeFault(codepay, "payError")) return context.store.putTrade({ ...opened, state: "PAYERROR" });
  const asksPassword = consumeFault(codepay, "userPaying") || request.total > codepay.passwordAbove;
  return asksPassword ? context.store.putTrade(opened) : payTrade(context, { trade: opened, openid });
}

function holderOf(context: SandboxContext, authCode: string, outTradeNo: string): string {
  if (!AUTH_CODE_FORM.test(authCode)) {
    throw new WeChatError("AUTH_CODE_INVALID", "请扫描微信支付授权码（以10/11/12/13/14/15为前缀的18位数字）");
  }
  const taken = context.wallet.take(authCode, context.clock.now());
  if ("wrong" in taken) throw new WeChatError("AUTH_CODE_INVALID", taken.wrong);
  if (consumeFault(context.faultBook.of(outTradeNo).codepay, "authCodeInvalid")) {
    throw new WeChatError("AUTH_CODE_INVALID", "101 付款码已过期，请刷新再试");
  }
  return taken.openid;
}

/** One number is one payment: a repeated call gets the first result or is refused, whatever its payment code. */
function repeated(trade: StoredTrade, request: CodepayRequest): StoredTrade {
  if (trade.product !== "codepay") throw new WeChatError("OUT_TRADE_NO_USED", "商户订单号重复");
  if (trade.state === "REVOKED") throw new WeChatError("ORDER_REVERSED", "订单已撤销，请重新下单支付");
  if (trade.payment !== null) throw new WeChatError("ORDERPAID", "订单已支付，请勿重复支付");
  if (trade.fingerprint !== request.fingerprint) throw new WeChatError("INVALID_REQUEST", "201 商户订单号重复");
  if (trade.state === "PAYERROR") throw new WeChatError("TRADE_ERROR", "用户取消支付");
  return trade;
}

/** The person closes the password screen. */
export function declineCodepay(context: SandboxContext, trade: StoredTrade): StoredTrade {
  return trade.state === "USERPAYING" ? context.store.putTrade({ ...trade, state: "PAYERROR" }) : trade;
}

/** Afterwards the merchant has no money of this trade: an unpaid one is closed, a paid one is refunded. */
export function reverseTrade(context: SandboxContext, outTradeNo: string): StoredTrade {
  const trade = context.store.trades.get(outTradeNo);
  if (trade === undefined) throw new WeChatError("ORDER_NOT_EXIST", "订单不存在");
  if (trade.product !== "codepay") throw new WeChatError("INVALID_REQUEST", "订单的支付场景不支持该请求");
  if (trade.state === "REVOKED") return trade;
  if (trade.state === "REFUND") throw new WeChatError("TRADE_ERROR", "订单已退款，不能撤销");
  const now = context.clock.now();
  if (now - trade.createdAt > REVERSIBLE_MS) throw new WeChatError("REVERSE_EXPIRE", "订单超过7天，不能撤销");
  if (consumeFault(context.faultBook.of(outTradeNo).codepay, "recall"))
    throw new WeChatError("SYSTEM_ERROR", "系统错误，请再次调用撤销");
  const reversal = trade.payment === null ? {} : { reversal: { refundId: newRefundId(), at: now } };
  return context.store.putTrade({ ...trade, state: "REVOKED", ...reversal });
}
