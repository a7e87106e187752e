import type { Words } from "../words.ts";

/** The last error page: it is in the bundle of every page, in Chinese and English, so it is short. */
export const broken = {
  title: "页面出了点问题",
  hint: "订单和付款不受影响。",
  retry: "重试",
};

export type BrokenText = Words<typeof broken>;
