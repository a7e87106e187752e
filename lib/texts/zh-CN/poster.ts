import type { Words } from "../words.ts";

export const poster = {
  scan: "微信扫一扫付款",
  free: "扫码后输入金额",
  title: "收款码",
  sandbox: "沙箱演示 · 不能真实收款",
};

export type PosterText = Words<typeof poster>;
