import { z } from "zod";
import { type Fen, fenFromYuan, fenFromYuanNumber } from "../base/fen.ts";
import {
  AMOUNT_FEN_MAX,
  CATEGORY_CHARS_MAX,
  DESCRIPTION_CHARS_MAX,
  EXPIRES_IN_S_DEFAULT,
  EXPIRES_IN_S_MAX,
  EXPIRES_IN_S_MIN,
  GOODS_TAG_CHARS_MAX,
  ITEM_NAME_CHARS_MAX,
  ITEMS_MAX,
  METADATA_KEY_CHARS_MAX,
  METADATA_KEYS_MAX,
  METADATA_VALUE_CHARS_MAX,
  PROMOTION_CODE_CHARS_MAX,
  PROMOTION_CODES_MAX,
  QUANTITY_MAX,
  RETURN_URL_CHARS_MAX,
  SHOPPER_ID_CHARS_MAX,
  SKU_CHARS_MAX,
  WECHAT_GOODS_TAG_BYTES_MAX,
} from "../base/limits.ts";
import { placeCodeSchema, refuseTillWithoutStore } from "./place.ts";

// A control character in a name breaks receipts, bills and WeChat's own checks; NUL breaks Postgres.
// Lone surrogates have no UTF-8 form, so what is stored would not be what was signed.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .refine((text) => [...text].length <= max, { error: `at most ${max} characters` })
    .refine((text) => !UNPRINTABLE.test(text) && text.isWellFormed(), { error: "must not hold control characters" })
    .refine((text) => text.trim().length > 0, { error: "must not be blank" })
    // For the description: a refinement has no place in a JSON schema, which counts characters as we do.
    .meta({ maxLength: max });

/** Yuan as a number or a decimal text, turned into fen without any floating-point arithmetic. */
const yuanSchema = z
  .union([z.number(), z.string().max(16)], { error: "must be an amount of yuan, as a number or a text" })
  .transform((yuan, context): Fen => {
    const amount = typeof yuan === "number" ? fenFromYuanNumber(yuan) : fenFromYuan(yuan);
    if (amount === null || amount > AMOUNT_FEN_MAX) {
      context.issues.push({
        code: "custom",
        input: yuan,
        message: `must be an amount of yuan from 0 to ${AMOUNT_FEN_MAX / 100} with at most two decimals`,
      });
      return z.NEVER;
    }
    return amount;
  });

const requestItemSchema = z
  .strictObject({
    name: line(ITEM_NAME_CHARS_MAX),
    price: yuanSchema.optional().describe("Price of one piece in yuan, at most two decimals; or give `unitAmount`"),
    unitAmount: z.int().min(0).max(AMOUNT_FEN_MAX).optional().describe("Price of one piece in fen; or give `price`"),
    quantity: z.int().min(1).max(QUANTITY_MAX),
    sku: line(SKU_CHARS_MAX).optional(),
    category: line(CATEGORY_CHARS_MAX).optional(),
  })
  .superRefine((item, context) => {
    if ((item.price === undefined) === (item.unitAmount === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["price"],
        message: "give exactly one of price (yuan) and unitAmount (fen)",
      });
    }
  });

const RETURN_SCHEMES = new Set(["http:", "https:"]);

/** The parser would mend `https:x` and drop line ends, and a browser would read the text as it stands. */
const ABSOLUTE = /^https?:\/\/[^\s\p{Cc}]+$/iu;

/** A place to send the shopper back to: http or https only, so that no `javascript:` reaches a link. */
const returnUrlSchema = z
  .string()
  .max(RETURN_URL_CHARS_MAX)
  .refine((text) => ABSOLUTE.test(text) && URL.canParse(text) && RETURN_SCHEMES.has(new URL(text).protocol), {
    error: "must be an absolute http or https address",
  });

export const outTradeNoSchema = z
  .string()
  .regex(/^[0-9A-Za-z_-]{6,28}$/, "must be 6 to 28 characters of 0-9 A-Z a-z _ -");

const metadataSchema = z
  .record(
    z.string().min(1).max(METADATA_KEY_CHARS_MAX),
    z.union([
      z
        .string()
        .max(METADATA_VALUE_CHARS_MAX)
        .refine((text) => !text.includes("\u0000") && text.isWellFormed(), { error: "must be well-formed text" }),
      z.number(),
      z.boolean(),
      z.null(),
    ]),
  )
  .refine((metadata) => Object.keys(metadata).length <= METADATA_KEYS_MAX, {
    error: `at most ${METADATA_KEYS_MAX} entries`,
  })
  .meta({ maxProperties: METADATA_KEYS_MAX })
  .refine((metadata) => Object.keys(metadata).every((key) => !UNPRINTABLE.test(key) && key.isWellFormed()), {
    error: "keys must not hold control characters",
  });

/** The body of `POST /api/v1/orders`. */
export const orderRequestSchema = z
  .strictObject({
    items: z.array(requestItemSchema).min(1).max(ITEMS_MAX),
    outTradeNo: outTradeNoSchema.optional().describe("Your own number of the order; made for you when absent"),
    description: line(DESCRIPTION_CHARS_MAX)
      .optional()
      .describe("What the shopper reads in WeChat's bill; WeChat gets its first 127 bytes of UTF-8, without emoji"),
    metadata: metadataSchema.optional(),
    expiresIn: z.int().min(EXPIRES_IN_S_MIN).max(EXPIRES_IN_S_MAX).default(EXPIRES_IN_S_DEFAULT).describe("Seconds"),
    returnUrl: returnUrlSchema.optional(),
    shopperId: line(SHOPPER_ID_CHARS_MAX).optional().describe("Your own id of the shopper; for limits per shopper"),
    goodsTag: line(GOODS_TAG_CHARS_MAX)
      .refine((tag) => new TextEncoder().encode(tag).length <= WECHAT_GOODS_TAG_BYTES_MAX, {
        error: `at most ${WECHAT_GOODS_TAG_BYTES_MAX} bytes of UTF-8`,
      })
      .refine((tag) => !/[\u{10000}-\u{10ffff}]/u.test(tag), { error: "must not hold emoji; WeChat Pay refuses them" })
      .optional()
      .describe(
        "By which WeChat Pay finds its own vouchers for this order (订单优惠标记); at most 32 bytes of UTF-8, no emoji",
      ),
    storeCode: placeCodeSchema.optional().describe("The store this order is made in (门店)"),
    tillCode: placeCodeSchema
      .optional()
      .describe("The till of that store (收银台); its payments count in that till's hand-over"),
    promotionCodes: z
      .array(line(PROMOTION_CODE_CHARS_MAX))
      .max(PROMOTION_CODES_MAX)
      .optional()
      .describe(
        "Codes the shopper entered, in any case, with or without spaces and dashes. One that no promotion in use has, or that was used up, is refused by name: 400 at `promotionCodes.n`. One that this cart does not qualify for is told in a quote's `rejected`",
      ),
  })
  .superRefine(refuseTotal)
  .superRefine(refuseTillWithoutStore);

/** What the items come to must be an amount that can be paid. */
export function refuseTotal(
  order: { readonly items: readonly z.output<typeof requestItemSchema>[] },
  context: z.RefinementCtx,
): void {
  // An item without its amount has been named already.
  if (order.items.some((item) => (item.price ?? item.unitAmount) === undefined)) return;
  const total = order.items.reduce((sum, item) => sum + (item.price ?? item.unitAmount ?? 0) * item.quantity, 0);
  if (total < 1 || total > AMOUNT_FEN_MAX) {
    context.addIssue({
      code: "custom",
      path: ["items"],
      message: `the amount due must be 1 to ${AMOUNT_FEN_MAX} fen, not ${total}`,
    });
  }
}

export type OrderRequest = z.output<typeof orderRequestSchema>;
/** What a caller writes: `price` may still be yuan here. */
export type OrderRequestInput = z.input<typeof orderRequestSchema>;
