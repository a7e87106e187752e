import { z } from "zod";
import { AMOUNT_FEN_MAX, ITEMS_MAX, QUANTITY_MAX, REFUND_REASON_CHARS_MAX } from "../base/limits.ts";
import { fenSchema, momentSchema } from "./money.ts";
import { pageSizeSchema } from "./order.ts";
import { line } from "./order-request.ts";

export const REFUND_STATUSES = ["pending", "succeeded", "abnormal", "closed"] as const;

/** Why a refund did not go through. */
const REFUND_FAILURES = [
  "not_enough",
  "payer_account_closed",
  "not_permitted",
  "number_used",
  "invalid",
  "trade_absent",
  "closed_at_wechat",
  "abnormal_at_wechat",
  "approval_declined",
  "approval_withdrawn",
  "approval_expired",
] as const;

const refundItemsSchema = z
  .array(
    z.strictObject({
      itemId: z.string().min(1).max(64).describe("`items[].id` of the order"),
      quantity: z.int().min(1).max(QUANTITY_MAX),
    }),
  )
  .min(1)
  .max(ITEMS_MAX)
  .superRefine((items, context) => {
    const seen = new Set<string>();
    for (const [at, { itemId }] of items.entries()) {
      if (seen.has(itemId)) context.addIssue({ code: "custom", path: [at, "itemId"], message: "is named twice" });
      seen.add(itemId);
    }
  });

/** The body of `POST /api/v1/orders/{id}/refunds`. Without `amount` and `items` all that is left goes back. */
export const refundRequestSchema = z.strictObject({
  amount: z.int().min(1).max(AMOUNT_FEN_MAX).optional().describe("Amount in fen"),
  items: refundItemsSchema.optional().describe("Gives back exactly what was paid for these units"),
  reason: line(REFUND_REASON_CHARS_MAX)
    .optional()
    .describe("The shopper reads it in WeChat, which gets its first 80 bytes of UTF-8, without emoji"),
});

/** A refund as the merchant API and the webhooks show it. */
export const refundSchema = z
  .object({
    id: z.string(),
    orderId: z.string(),
    outRefundNo: z.string(),
    amount: fenSchema,
    amountPayer: fenSchema.nullable().describe("What the shopper gets back: less by the share of WeChat's vouchers"),
    amountSettled: fenSchema.nullable().describe("What it takes from your settlement; null until WeChat tells"),
    status: z
      .enum(REFUND_STATUSES)
      .describe("`abnormal` is not final: the amount stays held until a person acts in WeChat's console"),
    awaitingApproval: z
      .boolean()
      .describe("`pending` because a second person has to approve it; it is sent to WeChat only then"),
    reason: z.string().nullable(),
    items: z.array(z.object({ itemId: z.string(), quantity: z.int(), amount: fenSchema })),
    failureReason: z.enum(REFUND_FAILURES).nullable().describe("Why it is closed or abnormal"),
    failureDetail: z.string().nullable().describe("WeChat's own words, for people"),
    createdAt: momentSchema,
    succeededAt: momentSchema.nullable(),
  })
  .meta({ id: "Refund" });
/** The query of `GET /api/v1/refunds`. */
export const refundListQuerySchema = z.strictObject({
  status: z.enum(REFUND_STATUSES).optional(),
  createdFrom: z.iso.datetime({ offset: true }).optional(),
  createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  succeededFrom: z.iso.datetime({ offset: true }).optional().describe("When the money went back"),
  succeededTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  q: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      "Finds the beginning of a number of the refund, of WeChat's or of its order; an amount in yuan; a part of the reason",
    ),
  cursor: z.string().min(1).max(128).optional(),
  limit: pageSizeSchema,
});
export type RefundListQuery = z.output<typeof refundListQuerySchema>;
export type RefundView = z.output<typeof refundSchema>;
