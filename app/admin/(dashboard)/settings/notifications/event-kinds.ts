/** What a channel may be told of, in the order in which it is offered. The table's own check holds the same list. */
export const EVENT_KINDS = [
  "payment_received",
  "refund_done",
  "payment_trouble",
  "refund_approval",
  "refund_trouble",
  "differences",
  "webhook",
  "credentials",
  "access",
  "backup",
  "worker",
  "disk",
  "silence",
  "channel",
  "other",
] as const;
