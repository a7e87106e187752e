import { z } from "zod";
import { fenSchema } from "./money.ts";
import { CHANNELS } from "./order.ts";
import { orderRequestSchema, refuseTotal } from "./order-request.ts";
import { refuseTillWithoutStore } from "./place.ts";
import { REJECTION_REASONS } from "./promotions.ts";

/** The body of `POST /api/v1/quotes`: the body of an order, which can be sent as it is, and how it would be paid. */
export const quoteRequestSchema = z
  .strictObject({ ...orderRequestSchema.shape, channel: z.enum(CHANNELS).optional() })
  .superRefine(refuseTotal)
  .superRefine(refuseTillWithoutStore);
export type QuoteRequest = z.output<typeof quoteRequestSchema>;

export const quoteSchema = z
  .object({
    amountTotal: fenSchema,
    amountDiscount: fenSchema,
    amountDue: fenSchema,
    applied: z.array(
      z.object({
        id: z.string(),
        version: z.int(),
        name: z.string(),
        discount: fenSchema,
        lines: z.array(fenSchema).describe("What it takes off each item, in the order of the items"),
        sentence: z.string(),
      }),
    ),
    rejected: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        reason: z.enum(REJECTION_REASONS),
        sentence: z.string().describe("Why, in Chinese"),
      }),
    ),
    nudge: z
      .object({
        promotionId: z.string(),
        gap: fenSchema.describe("What is missing"),
        gain: fenSchema.describe("How much larger the discount becomes"),
        sentence: z.string(),
      })
      .nullable(),
    lineDiscounts: z.array(fenSchema).describe("In the order of the items"),
    optimal: z.boolean().describe("False where there were too many combinations to weigh them all"),
  })
  .meta({ id: "Quote" });
export type QuoteView = z.output<typeof quoteSchema>;
