import type { Words } from "../words.ts";

export const doctor = {
  title: "体检",
  intro: "逐项检查商户凭证、与微信支付的连接、回调、证书有效期和本机状态，最多十秒；只查看，不改动任何数据。",
  start: "开始体检",
  again: "再体检一次",
  running: "正在体检，最多十秒…",
  results: { ok: "正常", warning: "留意", failed: "有问题", not_applicable: "不适用", unknown: "未知" },
  summary: { ok: "一切正常", warning: "可以使用，有需要留意的地方", failed: "有问题，请按下面的提示处理" },
  next: "下一步：",
  took: "用时 {seconds} 秒",
  others: "其余各项",
  all: "各项检查",
};

export type DoctorText = Words<typeof doctor>;
