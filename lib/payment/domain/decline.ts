import { DECLINE_REASONS, type DeclineReason } from "#lib/contract/code-pay.ts";

/** Why a payment code brought no money, in words for whoever stands at the counter. */
export const DECLINES: Readonly<Record<DeclineReason, string>> = {
  code_invalid: "付款码已过期或已使用，请顾客刷新后重新扫码 · the code has expired or was used: scan a fresh one",
  not_enough: "顾客余额不足，请换卡或换零钱后重新扫码 · not enough money: another card, then a fresh code",
  card_refused:
    "顾客选择的银行卡不能用于此交易，请换卡后重新扫码 · this card cannot be used: another card, then a fresh code",
  declined:
    "顾客取消了支付，或微信支付拒绝了这笔交易，请重新扫码 · cancelled by the shopper or declined by WeChat: a fresh code",
  timed_out: "顾客未在规定时间内完成支付，订单未收款，请重新扫码 · not paid in time and taken back: scan a fresh code",
};

/** @param failure as kept with the attempt */
export function declineOf(failure: string | null): DeclineReason {
  if (failure === "reversed" || failure === "absent") return "timed_out";
  return DECLINE_REASONS.find((reason) => reason === failure) ?? "declined";
}
