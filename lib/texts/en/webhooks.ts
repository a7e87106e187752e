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
  keepHint: "Messages are sent to it even after the key that made it is revoked.",
  keepConfirm: "Keep it",
  keepAgain: "Send again, and keep",
  keptDone: "Kept",
  remove: "Remove",
  removeHint: "Nothing more is sent to it. To receive messages again it has to be added anew.",
  removeConfirm: "Remove it",
  removed: "Removed",
};
