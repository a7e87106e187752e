import type { Words } from "../words.ts";

export const webhooks = {
  title: "Webhook 地址",
  hint: "你的系统在这些地址收到订单和退款的变化。地址随创建它的密钥一起停用，除非店主保留。",
  empty: "还没有 Webhook 地址",
  active: "发送中",
  disabled: "已停用",
  kept: "已保留",
  ofKey: "由密钥「{key}」创建",
  ofUnknownKey: "创建它的密钥没有记录，不会随密钥停用",
  endedWithKey: "创建它的密钥已停用",
  keptBy: "由 {email} 保留",
  keep: "保留",
  keepHint: "创建它的密钥停用后，仍然继续向这个地址发送。",
  keepConfirm: "确认保留",
  keepAgain: "重新启用并保留",
  keptDone: "已保留",
  remove: "删除",
  removeHint: "不再向这个地址发送任何消息。以后需要时，要重新添加。",
  removeConfirm: "确认删除",
  removed: "已删除",
};

export type WebhooksText = Words<typeof webhooks>;
