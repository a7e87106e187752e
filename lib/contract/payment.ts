import { z } from "zod";
import { OPENID_CHARS_MAX, OPTIONAL_OFFERS_MAX, PROMOTION_ID_CHARS_MAX } from "../base/limits.ts";
import { fenSchema, momentSchema } from "./money.ts";
import { PAGE_CHANNELS } from "./order.ts";

/** The body of `POST /api/orders/{id}/pay`. Without `channel` the scene decides. */
export const payRequestSchema = z.strictObject({
  channel: z.enum(PAGE_CHANNELS).optional(),
  openid: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,128}$/, `must be 1 to ${OPENID_CHARS_MAX} characters of 0-9 A-Z a-z _ -`)
    .optional(),
  offers: z
    .array(z.string().min(1).max(PROMOTION_ID_CHARS_MAX))
    .max(OPTIONAL_OFFERS_MAX)
    .optional()
    .describe(
      "Optional promotions the shopper wants, all of them; absent: as they were. Changing them prices the order anew: a trade that is open is closed first, and if it turns out paid nothing changes. One that cannot be had is refused at `offers[n]`.",
    ),
});
export type PayRequest = z.output<typeof payRequestSchema>;

/** What `WeixinJSBridge` takes, names as WeChat spells them. */
const bridgeParametersSchema = z.object({
  appId: z.string(),
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  signType: z.string(),
  paySign: z.string(),
});
export type BridgeParameters = z.output<typeof bridgeParametersSchema>;

/** What the phone needs to pay: exactly one of `codeUrl`, `h5Url`, `jsapi`, by channel. */
export const payAnswerSchema = z
  .object({
    channel: z.enum(PAGE_CHANNELS),
    codeUrl: z.string().optional(),
    h5Url: z.string().optional(),
    jsapi: bridgeParametersSchema.optional(),
    amountDue: fenSchema,
    expiresAt: momentSchema,
    handover: z.string().describe("As in the order's status, as long as this can be paid with"),
  })
  .meta({ id: "PayAnswer" });
export type PayAnswer = z.output<typeof payAnswerSchema>;

/** Calls that say everything by their address: no body, or an empty object. */
export const emptyBodySchema = z.strictObject({});
