import { z } from "zod";
import { momentSchema } from "./money.ts";
import { orderSchema } from "./order.ts";
import { refundSchema } from "./refund.ts";
import type { WEBHOOK_TEST_EVENT } from "./webhook-delivery.ts";
import type { WebhookEvent } from "./webhook-endpoint.ts";

type SentEvent = WebhookEvent | typeof WEBHOOK_TEST_EVENT;

/** What each event says. */
export const WEBHOOK_MEANINGS: Readonly<Record<SentEvent, string>> = {
  "order.paid": "The order is paid.",
  "order.closed": "The order is closed: it expired, or was closed by the shop.",
  "order.amount_mismatch":
    "A notice disagreed with the order, and WeChat was asked. Where WeChat confirms the payment, a second event carries it in `extraPayments`; where WeChat agrees with the order, `order.paid` follows.",
  "payment.late":
    "Paid after the order was closed. The payment is in `extraPayments` until it is refunded or accepted.",
  "payment.extra": "Paid once more. The payment is in `extraPayments` until it is refunded.",
  "refund.succeeded": "The money is on its way to the shopper.",
  "refund.failed": "The refund is closed; its amount can be refunded again.",
  "refund.abnormal": "The money cannot reach the shopper until a person acts in WeChat's merchant platform.",
  "webhook.test": "Sent by hand, to try an endpoint out.",
};

const dataOf = (type: SentEvent): z.ZodType => {
  if (type === "webhook.test") return z.object({ endpointId: z.string() });
  return type.startsWith("refund.") ? refundSchema : orderSchema;
};

/** The body of a delivery: what the event is about, as it stood then. */
export const webhookPayloadSchema = (type: SentEvent) =>
  z.object({ type: z.literal(type), timestamp: momentSchema, data: dataOf(type) });
