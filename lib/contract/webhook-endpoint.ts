import { z } from "zod";
import { RETURN_URL_CHARS_MAX } from "../base/limits.ts";
import { momentSchema } from "./money.ts";

export const WEBHOOK_EVENTS = [
  "order.paid",
  "order.closed",
  "refund.succeeded",
  "refund.failed",
  "order.amount_mismatch",
  "payment.late",
  "payment.extra",
  "refund.abnormal",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const EVENT_WORDS = `\`order.*\` and \`payment.*\` carry the Order, \`refund.*\` the Refund, as it stands then. \`payment.late\`: paid
after the order was closed; \`payment.extra\`: paid once more; both are in \`extraPayments\` and wait for a refund or, if late, for
being accepted. \`order.amount_mismatch\`: a notice disagreed with the order, and WeChat was asked; where WeChat confirms the
payment, a second one carries it in \`extraPayments\`, and where WeChat agrees with the order, \`order.paid\` follows.
\`refund.abnormal\`: the money cannot reach the shopper until a person acts in WeChat's merchant platform.`;

/** The body of `POST /api/v1/webhook-endpoints`. */
export const webhookEndpointRequestSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(RETURN_URL_CHARS_MAX),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1)
    .max(WEBHOOK_EVENTS.length)
    .refine((events) => new Set(events).size === events.length, { error: "names an event twice" })
    .describe(EVENT_WORDS),
});
export type WebhookEndpointRequest = z.output<typeof webhookEndpointRequestSchema>;

export const webhookEndpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    createdAt: momentSchema,
    disabledAt: momentSchema.nullable(),
    disabledReason: z.string().nullable(),
    apiKeyId: z
      .string()
      .nullable()
      .describe("The API key that made it, with which it ends; null where that was not yet recorded"),
    keptBy: z.string().nullable().describe("The owner who lets it outlive its API key"),
  })
  .meta({ id: "WebhookEndpoint" });
export type WebhookEndpointView = z.output<typeof webhookEndpointSchema>;

/** The one answer that shows the secret. */
export const newWebhookEndpointSchema = webhookEndpointSchema
  .extend({ secret: z.string().describe("Signs every delivery (Standard Webhooks); shown only here") })
  .meta({ id: "NewWebhookEndpoint" });
