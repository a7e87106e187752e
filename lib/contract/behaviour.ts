import { z } from "zod";
import { BEHAVIOUR_EVENTS_PER_SESSION_MAX } from "../base/behaviour-limits.ts";

// What happens on the pay page. Source: smart.md §5.

/** What the page leads with; more than the channels of a payment. */
const PAGE_WAYS = ["jsapi", "miniprogram", "h5", "native", "codepay", "guide", "none"] as const;
const waySchema = z.enum(PAGE_WAYS);

const uuidSchema = z.uuidv7("must be a UUIDv7").transform((id) => id.toLowerCase());
const noProps = z.strictObject({}).default({});
const word = (chars: number) =>
  z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_.:~-]{1,${chars}}$`), `must be 1 to ${chars} characters of A-Z a-z 0-9 _ . : ~ -`);

/** What the page tells; each type with what belongs to it. */
const PAGE_EVENT_PROPS = {
  page_viewed: noProps,
  code_scanned: noProps,
  channel_shown: noProps,
  channel_switched: z.strictObject({ from: waySchema }),
  offer_shown: z.strictObject({ offer: word(64) }),
  pay_tapped: noProps,
  bridge_opened: noProps,
  cancelled: noProps,
  failed: z.strictObject({ code: word(64) }),
} as const;
export type PageEventType = keyof typeof PAGE_EVENT_PROPS;

/** What the server knows by itself; the page is not believed about these. */
const SERVER_EVENT_TYPES = ["paid", "expired", "abandoned", "refunded"] as const;
const EVENT_TYPES = [...(Object.keys(PAGE_EVENT_PROPS) as PageEventType[]), ...SERVER_EVENT_TYPES] as const;

const of = <Type extends PageEventType>(type: Type) =>
  z.strictObject({ id: uuidSchema, type: z.literal(type), props: PAGE_EVENT_PROPS[type] });

const pageEventSchema = z.discriminatedUnion("type", [
  of("page_viewed"),
  of("code_scanned"),
  of("channel_shown"),
  of("channel_switched"),
  of("offer_shown"),
  of("pay_tapped"),
  of("bridge_opened"),
  of("cancelled"),
  of("failed"),
]);

/** The body of `POST /api/orders/{orderId}/behaviour`. */
export const behaviourRequestSchema = z.strictObject({
  session: z
    .string()
    .regex(/^[A-Za-z0-9_-]{6,32}$/, "must be 6 to 32 characters of A-Z a-z 0-9 _ -")
    .refine((session) => session !== "server", "is ours")
    .describe("One visit of the page"),
  channel: waySchema.describe("What the page leads with"),
  events: z.array(pageEventSchema).min(1).max(BEHAVIOUR_EVENTS_PER_SESSION_MAX),
});
export type BehaviourRequest = z.output<typeof behaviourRequestSchema>;

const ENVS = ["wechat", "wechat_mini", "wecom", "alipay", "qq", "other_app", "browser", "bot", "unknown"] as const;

/** An event as it is kept, and as every figure reads it. */
export const eventSchema = z
  .strictObject({
    id: z.uuid(),
    orderId: z.string().min(1).max(64),
    session: z.string().min(1).max(32),
    type: z.enum(EVENT_TYPES),
    at: z.date(),
    env: z.enum(ENVS),
    form: z.string().max(16),
    os: z.string().max(16),
    channel: z.string().max(16),
    scene: z.string().max(32),
    props: z.record(z.string().max(32), z.union([z.string().max(64), z.number(), z.boolean()])).default({}),
  })
  .superRefine(({ type, props }, context) => {
    const schema: z.ZodType = type in PAGE_EVENT_PROPS ? PAGE_EVENT_PROPS[type as PageEventType] : serverProps;
    const parsed = schema.safeParse(props);
    for (const issue of parsed.error?.issues ?? []) {
      context.addIssue({ code: "custom", message: issue.message, path: ["props", ...issue.path] });
    }
  });
export type BehaviourEvent = z.output<typeof eventSchema>;

/** Amounts in fen. */
const serverProps = z.strictObject({ due: z.int().optional(), amount: z.int().optional() });
