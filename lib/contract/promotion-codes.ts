import { z } from "zod";
import {
  CODE_LABEL_CHARS_MAX,
  CODE_PAGE_MAX,
  CODE_PREFIX_CHARS_MAX,
  CODES_IMPORTED_MAX,
  CODES_MADE_MAX,
  PAGE_SIZE_DEFAULT,
  PROMOTION_CODE_CHARS_MAX,
  QUANTITY_MAX,
} from "../base/limits.ts";
import { codeKey } from "../base/promotion-code.ts";
import { type fenSchema, momentSchema } from "./money.ts";
import { line } from "./order-request.ts";

// The codes of a promotion that needs one (`needsCode`). Case, spaces, dashes and full width make no difference.

const promotionCodeSchema = line(PROMOTION_CODE_CHARS_MAX).refine((code) => codeKey(code) !== "", {
  error: "must hold a letter or a digit",
});

/** The body of `POST /api/v1/promotions/{promotionId}/codes`. */
export const newCodesSchema = z
  .strictObject({
    count: z.int().min(1).max(CODES_MADE_MAX).optional().describe("So many codes are made; or give `codes`"),
    prefix: z
      .string()
      .regex(
        new RegExp(`^[0-9A-Za-z]{1,${CODE_PREFIX_CHARS_MAX}}$`),
        `must be 1 to ${CODE_PREFIX_CHARS_MAX} of 0-9 A-Z a-z`,
      )
      .optional()
      .describe("What made codes begin with"),
    codes: z.array(promotionCodeSchema).min(1).max(CODES_IMPORTED_MAX).optional().describe("Codes of your own"),
    maxUses: z
      .int()
      .min(1)
      .max(QUANTITY_MAX)
      .nullable()
      .default(1)
      .describe("Orders that may use one code; null: any number"),
    label: line(CODE_LABEL_CHARS_MAX).optional().describe("Where they are given out; finds them again"),
  })
  .superRefine(({ count, codes, prefix }, context) => {
    if ((count === undefined) === (codes === undefined)) {
      context.addIssue({ code: "custom", path: ["count"], message: "give exactly one of count and codes" });
    }
    if (codes !== undefined && prefix !== undefined) {
      context.addIssue({ code: "custom", path: ["prefix"], message: "is for codes that are made" });
    }
  })
  .meta({ id: "NewPromotionCodes" });
export type NewCodes = z.output<typeof newCodesSchema>;

export const addedCodesSchema = z
  .object({
    added: z.int(),
    duplicates: z
      .array(z.string())
      .describe("Codes that were there already, here or in another promotion, or twice in the list"),
  })
  .meta({ id: "AddedPromotionCodes" });
export type AddedCodes = z.output<typeof addedCodesSchema>;

export const CODE_STATES = ["free", "used", "revoked"] as const;

export const promotionCodeViewSchema = z
  .object({
    id: z.string(),
    code: z.string(),
    label: z.string().nullable(),
    state: z.enum(CODE_STATES).describe("`used`: as often as it may be, open orders among them"),
    maxUses: z.int().nullable(),
    uses: z.int(),
    orderId: z.string().nullable().describe("The newest order that has it"),
    createdAt: momentSchema,
    revokedAt: momentSchema.nullable(),
  })
  .meta({ id: "PromotionCode" });
export type PromotionCodeView = z.output<typeof promotionCodeViewSchema>;

/** The query of `GET /api/v1/promotions/{promotionId}/codes`. */
export const codeListQuerySchema = z.strictObject({
  q: z.string().min(1).max(PROMOTION_CODE_CHARS_MAX).optional().describe("How a code begins, or a label"),
  state: z.enum(CODE_STATES).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, "must be the nextCursor of a page")
    .optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, `must be a number from 1 to ${CODE_PAGE_MAX}`)
    .transform(Number)
    .pipe(z.int().min(1).max(CODE_PAGE_MAX))
    .default(PAGE_SIZE_DEFAULT),
});
export type CodeListQuery = z.output<typeof codeListQuerySchema>;

/** The body of `POST /api/v1/orders/{orderId}/promotion-codes`. */
export const enteredCodeSchema = z.strictObject({ code: promotionCodeSchema }).meta({ id: "EnteredPromotionCode" });

/** How far the codes of a promotion are given out and used. Amounts in fen. */
export interface CodeFigures {
  readonly total: number;
  readonly free: number;
  readonly used: number;
  readonly revoked: number;
  /** Orders. */
  readonly open: number;
  readonly paid: number;
  readonly given: z.output<typeof fenSchema>;
}
