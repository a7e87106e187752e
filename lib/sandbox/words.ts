import type { Product, TradeState } from "./records.ts";

// Names that v3, v2 and bills share (wechatpay.md §8).

export const TRADE_TYPES: Readonly<Record<Product, string>> = {
  native: "NATIVE",
  jsapi: "JSAPI",
  h5: "MWEB",
  app: "APP",
  codepay: "MICROPAY",
};

export const STATE_WORDS: Readonly<Record<TradeState, string>> = {
  SUCCESS: "支付成功",
  REFUND: "转入退款",
  NOTPAY: "订单未支付",
  CLOSED: "订单已关闭",
  USERPAYING: "需要用户输入支付密码",
  PAYERROR: "支付失败，请重新下单支付",
  REVOKED: "订单已撤销",
};
