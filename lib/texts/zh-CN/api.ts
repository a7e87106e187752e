import type { CodePayState, DeclineReason } from "#lib/contract/code-pay.ts";

/** Sentences in answers of the API, for the people whom a program shows them to. */
export interface ApiText {
  /** What a cashier does next while a payment code is not decided. */
  readonly next: Readonly<Record<CodePayState, string>>;
  /** Why a payment code brought no money. */
  readonly declines: Readonly<Record<DeclineReason, string>>;
  readonly offerEnded: string;
  readonly foreignForm: string;
}

export const api: ApiText = {
  next: {
    awaiting_password: "请顾客在手机上输入支付密码，然后用同一付款码重试",
    unclear: "结果未明，请勿改用其他方式收款；用同一付款码重试",
    reversing: "超时未付，正在撤销，已付的钱会退回；用同一付款码重试",
  },
  declines: {
    code_invalid: "付款码已过期或已使用，请顾客刷新后重新扫码",
    not_enough: "顾客余额不足，请换卡或换零钱后重新扫码",
    card_refused: "顾客选择的银行卡不能用于此交易，请换卡后重新扫码",
    declined: "顾客取消了支付，或微信支付拒绝了这笔交易，请重新扫码",
    timed_out: "顾客未在规定时间内完成支付，订单未收款，请重新扫码",
  },
  offerEnded: "这项优惠不可选或已结束",
  foreignForm: "表单不是从 PUBLIC_URL 这个地址发出的。请从 PUBLIC_URL 打开页面，再提交一次。",
};
