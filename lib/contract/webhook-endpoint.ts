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

/** The body of `POST /api/v1/webhook-endpoints`. */
export const webhookEndpointRequestSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(RETURN_URL_CHARS_MAX),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1)
    .max(WEBHOOK_EVENTS.length)
    .refine((events) => new Set(events).size === events.length, { error: "names an event twice" }),
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
