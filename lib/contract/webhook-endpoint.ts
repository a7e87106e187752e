import { z } from "zod";
import { RETURN_URL_CHARS_MAX } from "../base/limits.ts";
import { WEBHOOK_OVERLAP_S_DEFAULT, WEBHOOK_OVERLAP_S_MAX } from "../base/webhook-limits.ts";
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

const ENDPOINT_STATUSES = ["active", "failing", "paused", "disabled"] as const;

const EVENT_WORDS = `\`order.*\` and \`payment.*\` carry the Order, \`refund.*\` the Refund, as it stands then. \`payment.late\`: paid
after the order was closed; \`payment.extra\`: paid once more; both are in \`extraPayments\` and wait for a refund or, if late, for
being accepted. \`order.amount_mismatch\`: a notice disagreed with the order, and WeChat was asked; where WeChat confirms the
payment, a second one carries it in \`extraPayments\`, and where WeChat agrees with the order, \`order.paid\` follows.
\`refund.abnormal\`: the money cannot reach the shopper until a person acts in WeChat's merchant platform.`;

const urlSchema = z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(RETURN_URL_CHARS_MAX);
const eventsSchema = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .max(WEBHOOK_EVENTS.length)
  .refine((events) => new Set(events).size === events.length, { error: "names an event twice" })
  .describe(EVENT_WORDS);

/** The body of `POST /api/v1/webhook-endpoints`. */
export const webhookEndpointRequestSchema = z.strictObject({ url: urlSchema, events: eventsSchema });
export type WebhookEndpointRequest = z.output<typeof webhookEndpointRequestSchema>;

/** The body of `PATCH /api/v1/webhook-endpoints/{endpointId}`. */
export const webhookEndpointPatchSchema = z
  .strictObject({
    url: urlSchema.optional().describe("Only by the API key that made the endpoint, while no owner keeps it"),
    events: eventsSchema.optional(),
    paused: z
      .boolean()
      .optional()
      .describe(
        "true: nothing is sent until it is resumed, and what happens meanwhile is kept. false: goes on from where it stopped; also starts an endpoint again that answered 410",
      ),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), { error: "changes nothing" });
export type WebhookEndpointPatch = z.output<typeof webhookEndpointPatchSchema>;

/** The body of `POST /api/v1/webhook-endpoints/{endpointId}/rotate-secret`. */
export const rotateSecretSchema = z.strictObject({
  overlapS: z
    .int()
    .min(0)
    .max(WEBHOOK_OVERLAP_S_MAX)
    .default(WEBHOOK_OVERLAP_S_DEFAULT)
    .describe("Seconds for which deliveries carry both signatures; 0: the old secret ends at once"),
});

export const webhookEndpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    createdAt: momentSchema,
    status: z
      .enum(ENDPOINT_STATUSES)
      .describe(
        "`failing`: the last tries failed and are repeated; `paused`: by hand, or after three days without a delivery; `disabled`: it answered 410, or its API key was revoked",
      ),
    failingSince: momentSchema.nullable(),
    lastDeliveredAt: momentSchema.nullable().describe("Exact to the minute"),
    pausedAt: momentSchema.nullable(),
    pausedBy: z.string().nullable().describe("Null when it was paused because it had failed for three days"),
    previousSecretUntil: momentSchema.nullable().describe("Until then the replaced secret signs as well"),
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
