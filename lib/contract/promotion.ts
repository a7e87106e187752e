import { z } from "zod";
import { PROMOTION_BUDGET_FEN_MAX, QUANTITY_MAX } from "../base/limits.ts";
import { momentSchema } from "./money.ts";
import { pageSizeSchema } from "./order.ts";
import { promotionSchema } from "./promotions.ts";

// Promotions as the merchant API takes and shows them: the rule of promotions.ts with what the store knows of it.

const [amountOff, tieredOff, percentOff, randomOff, nthDiscount, buyGet, bundlePrice, gift] = promotionSchema.options;

/** Part of addresses, so plain. */
const id = z
  .string()
  .regex(/^[0-9A-Za-z][0-9A-Za-z_.~-]{0,63}$/, "must be 1 to 64 characters of 0-9 A-Z a-z _ . ~ -")
  .optional()
  .describe("Your own id of the promotion; made for you when absent");
const budget = z
  .int()
  .min(0)
  .max(PROMOTION_BUDGET_FEN_MAX)
  .nullish()
  .describe("Fen it may give away in all; null or absent: no limit");

const asked = {
  id,
  version: z.int().min(1).optional().describe("1 for a new one; when changing, the version you have seen"),
  budget,
  budgetLeft: budget.describe("Instead of `budget`: fen it may give away from now on"),
  limitTotal: z.int().min(1).max(QUANTITY_MAX).nullish().describe("Orders that may use it in all"),
};

/** The body of `POST /api/v1/promotions`; what depends on two fields at once is looked at by `promotionSchema`. */
export const promotionRequestSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ ...amountOff.shape, ...asked }),
    z.strictObject({ ...tieredOff.shape, ...asked }),
    z.strictObject({ ...percentOff.shape, ...asked }),
    z.strictObject({ ...randomOff.shape, ...asked }),
    z.strictObject({ ...nthDiscount.shape, ...asked }),
    z.strictObject({ ...buyGet.shape, ...asked }),
    z.strictObject({ ...bundlePrice.shape, ...asked }),
    z.strictObject({ ...gift.shape, ...asked }),
  ])
  .meta({ id: "PromotionRequest" });
export type PromotionRequest = z.output<typeof promotionRequestSchema>;

/** The body of `PATCH /api/v1/promotions/{promotionId}`: the fields that change; null removes one. */
export const promotionPatchSchema = z.record(z.string(), z.unknown());
export type PromotionPatch = z.output<typeof promotionPatchSchema>;

const PROMOTION_STATUSES = ["active", "paused", "archived"] as const;

export const promotionViewSchema = z
  .looseObject({
    id: z.string(),
    version: z.int().describe("Grows by one with every change; orders keep the version they were priced with"),
    status: z.enum(PROMOTION_STATUSES),
    name: z.string().optional(),
    type: z.string(),
    phase: z.enum(["item", "order", "channel"]),
    budget: z.int().nullable(),
    budgetLeft: z.int().nullable(),
    reserved: z.int().describe("Fen held by orders that are not paid yet"),
    spent: z.int().describe("Fen given away in paid orders"),
    limitTotal: z.int().nullable(),
    uses: z.int().describe("Orders that use it, paid or still open"),
    createdAt: momentSchema,
    updatedAt: momentSchema,
    archivedAt: momentSchema.nullable(),
    pausedAt: momentSchema.nullable().describe("Paused: no new order gets it until it is resumed"),
  })
  .describe("The rule as it was given, and what became of it")
  .meta({ id: "Promotion" });
export type PromotionView = z.output<typeof promotionViewSchema>;

/** The query of `GET /api/v1/promotions`. */
export const promotionListQuerySchema = z.strictObject({
  status: z.enum(PROMOTION_STATUSES).optional(),
  createdFrom: z.iso.datetime({ offset: true }).optional(),
  createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  q: z.string().min(1).max(128).optional().describe("A part of the name, or the id"),
  cursor: z.string().min(1).max(128).optional(),
  limit: pageSizeSchema,
});
export type PromotionListQuery = z.output<typeof promotionListQuerySchema>;
