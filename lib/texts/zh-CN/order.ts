import type { Words } from "../words.ts";

/** What stands in for data that an order or a shop lacks. It is kept, and sent to WeChat, in the shop's own language. */
export const order = {
  nameless: "灵付商户",
  description: "订单",
  several: " 等{count}件",
  recovered: "按微信账单补记的收款 {number}",
  otherVouchers: "其余 {count} 张代金券",
  checkUp: "灵付体检",
};

export type OrderText = Words<typeof order>;
