import { z } from "zod";
import { WEBHOOK_REDELIVER_MAX } from "../base/webhook-limits.ts";
import { momentSchema } from "./money.ts";
import { pageSizeSchema } from "./order.ts";
import { WEBHOOK_EVENTS } from "./webhook-endpoint.ts";

/** Beside what an endpoint subscribes to: sent by hand, to try it out. */
export const WEBHOOK_TEST_EVENT = "webhook.test";

const DELIVERY_STATUSES = ["pending", "delivered", "given_up"] as const;

/** Why a try was made: the event itself, somebody who asked for it again, or a test. */
const WEBHOOK_TRY_CAUSES = ["event", "again", "test"] as const;
export type WebhookTryCause = (typeof WEBHOOK_TRY_CAUSES)[number];

const eventTypeSchema = z.enum([...WEBHOOK_EVENTS, WEBHOOK_TEST_EVENT]);
const idSchema = z.string().min(1).max(64);

/** The query of `GET /api/v1/webhook-deliveries`. */
export const webhookDeliveryListQuerySchema = z.strictObject({
  endpointId: idSchema.optional(),
  eventId: idSchema.optional(),
  orderId: idSchema.optional(),
  type: eventTypeSchema.optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  createdFrom: z.iso.datetime({ offset: true }).optional().describe("When the event happened"),
  createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,18}\.whe_[0-9a-z]{26}$/, { error: "is not a cursor of this list" })
    .optional(),
  limit: pageSizeSchema,
});
export type WebhookDeliveryListQuery = z.output<typeof webhookDeliveryListQuerySchema>;

export const webhookDeliverySchema = z
  .object({
    eventId: z.string().describe("`webhook-id` of the request; the same for every try"),
    endpointId: z.string(),
    type: eventTypeSchema,
    orderId: z.string().nullable(),
    createdAt: momentSchema.describe("When the event happened (RFC 3339, UTC)"),
    status: z.enum(DELIVERY_STATUSES),
    tries: z.int().min(0),
    lastStatus: z.int().nullable().describe("The HTTP status of the last answer"),
    lastError: z.string().nullable(),
    nextTryAt: momentSchema.nullable().describe("Null when nothing more is tried by itself"),
    endedAt: momentSchema.nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDeliveryView = z.output<typeof webhookDeliverySchema>;

const trySchema = z
  .object({
    number: z.int().min(1),
    cause: z
      .enum(WEBHOOK_TRY_CAUSES)
      .describe("`event`: by itself; `again`: sent again or resumed; `test`: a test event"),
    url: z.string().describe("Without its query"),
    signatures: z.int().min(1).max(2).describe("2 while a replaced secret still signs"),
    startedAt: momentSchema,
    durationMs: z.int().min(0),
    status: z.int().nullable(),
    answer: z.string().nullable().describe("The beginning of the answer's text; what looks like a secret is masked"),
    error: z.string().nullable(),
  })
  .meta({ id: "WebhookTry" });

/** One delivery with all that was tried. */
export const webhookDeliveryDetailSchema = webhookDeliverySchema
  .extend({
    payload: z.string().describe("The very text of the request's body"),
    attempts: z.array(trySchema).describe("Oldest first"),
  })
  .meta({ id: "WebhookDeliveryDetail" });
export type WebhookDeliveryDetail = z.output<typeof webhookDeliveryDetailSchema>;

/** The body of `POST /api/v1/webhook-endpoints/{endpointId}/redeliver`. */
export const redeliverRequestSchema = z
  .strictObject({
    createdFrom: z.iso.datetime({ offset: true }).describe("Events that happened from here on"),
    createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive; now when absent"),
    types: z
      .array(z.enum(WEBHOOK_EVENTS))
      .min(1)
      .max(WEBHOOK_EVENTS.length)
      .optional()
      .describe("All that the endpoint subscribes to when absent"),
    onlyFailed: z
      .boolean()
      .default(true)
      .describe("false: also what was delivered, and what happened before the endpoint subscribed to it"),
  })
  .refine(({ createdFrom, createdTo }) => createdTo === undefined || Date.parse(createdFrom) < Date.parse(createdTo), {
    path: ["createdTo"],
    error: "must be after createdFrom",
  });
export type RedeliverRequest = z.output<typeof redeliverRequestSchema>;

export const redeliveredSchema = z
  .object({
    count: z
      .int()
      .min(0)
      .describe(`Events that are sent again; at most ${WEBHOOK_REDELIVER_MAX} at a time, the oldest first`),
    more: z.boolean().describe("More events match: ask again from `nextFrom`"),
    nextFrom: momentSchema.nullable(),
  })
  .meta({ id: "Redelivered" });
/** What came of a test event. */
export const webhookTestSchema = z
  .object({
    eventId: z.string(),
    delivered: z.boolean(),
    status: z.int().nullable(),
    error: z.string().nullable(),
    durationMs: z.int().min(0),
  })
  .meta({ id: "WebhookTest" });
export type WebhookTestView = z.output<typeof webhookTestSchema>;
export type Redelivered = z.output<typeof redeliveredSchema>;
