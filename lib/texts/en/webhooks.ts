import type { WebhooksText } from "../zh-CN/webhooks.ts";

export const webhooks: WebhooksText = {
  title: "Webhook endpoints",
  hint: "Your systems hear of changes to orders and refunds here. An endpoint ends with the key that made it, unless an owner keeps it.",
  empty: "No endpoints yet",
  active: "Sending",
  disabled: "Stopped",
  kept: "Kept",
  ofKey: "Made by the key “{key}”",
  ofUnknownKey: "The key that made it was not recorded, so it does not end with one",
  endedWithKey: "the key that made it was revoked",
  keptBy: "Kept by {email}",
  keep: "Keep",
  keepConfirm: "Keep: go on sending after its key is revoked",
  keepAgain: "Send again, and keep",
  keptDone: "Kept",
  remove: "Remove",
  removeConfirm: "Remove: nothing more is sent to it",
  removed: "Removed",
};
