import { z } from "zod";
import { EVENTS_LISTED_DAYS } from "../base/webhook-limits.ts";
import { pageSizeSchema } from "./order.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "./webhook-endpoint.ts";
import { webhookPayloadSchema } from "./webhook-payload.ts";

const idSchema = z.string().min(1).max(64);
const momentText = z.iso.datetime({ offset: true });

/** The query of `GET /api/v1/events`. */
export const eventListQuerySchema = z.strictObject({
  type: z.enum(WEBHOOK_EVENTS).optional(),
  orderId: idSchema.optional(),
  createdFrom: momentText.optional().describe("When it happened"),
  createdTo: momentText.optional().describe("Exclusive"),
  q: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe("Finds an event by its id, and those of an order by its id or the beginning of its `outTradeNo`"),
  order: z
    .enum(["newest", "oldest"])
    .default("newest")
    .describe(
      "`oldest` is for polling: keep the id of the last event that you have and give it as `cursor`; no event is passed over, whichever is committed first",
    ),
  cursor: z
    .string()
    .regex(/^evt_[0-9a-z]{26}$/, { error: "is not the id of an event" })
    .optional()
    .describe("`nextCursor` of the page before, or the id of any event: the list goes on after it"),
  limit: pageSizeSchema,
});
export type EventListQuery = z.output<typeof eventListQuerySchema>;

const eventOf = <Type extends WebhookEvent>(type: Type) =>
  webhookPayloadSchema(type).extend({
    id: z.string().describe("`webhook-id` of its deliveries"),
    type: z.literal(type),
  });

const [FIRST, ...REST] = WEBHOOK_EVENTS;

/** What happened, as webhooks carry it. */
export const eventSchema = z
  .discriminatedUnion("type", [eventOf(FIRST), ...REST.map(eventOf)])
  .describe(
    `What happened, with the order or refund as it stood then: the body of a webhook and its id. Kept for ${EVENTS_LISTED_DAYS} days`,
  )
  .meta({ id: "Event" });
export type EventView = z.output<typeof eventSchema>;

/** What the payloads of all types have in common: an order, or a refund with its order. */
interface EventSubject {
  readonly orderId: string;
  readonly status: string;
  /** Of the refund, or what of the order is paid. In fen. */
  readonly amount: number;
}

export function subjectOf({ data }: EventView): EventSubject {
  const { id, orderId, status, amount, amountPaid } = data as {
    readonly id: string;
    readonly orderId?: string;
    readonly status: string;
    readonly amount?: number;
    readonly amountPaid?: number;
  };
  return { orderId: orderId ?? id, status, amount: amount ?? amountPaid ?? 0 };
}
