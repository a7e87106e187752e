import type { OrderText } from "../zh-CN/order.ts";

export const order: OrderText = {
  nameless: "Lingfu merchant",
  description: "Order",
  several: " and more ({count} in all)",
  recovered: "Payment {number}, recovered from WeChat’s bill",
  otherVouchers: "{count} other vouchers",
  checkUp: "Lingfu check-up",
};
