import type { PosterText } from "../zh-CN/poster.ts";

export const poster: PosterText = {
  scan: "Scan with WeChat to pay",
  free: "Enter the amount after scanning",
  title: "Payment code",
  sandbox: "Sandbox · not real money",
};
