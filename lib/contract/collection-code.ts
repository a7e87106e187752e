import { z } from "zod";
import { COLLECTION_FREE_FEN_MAX_DEFAULT, COLLECTION_LABEL_CHARS_MAX } from "../base/collection-limits.ts";
import { AMOUNT_FEN_MAX, CATEGORY_CHARS_MAX, ITEM_NAME_CHARS_MAX } from "../base/limits.ts";
import { FULL_LANGUAGES, HOME_LANGUAGE } from "../texts/language.ts";
import { fenSchema, momentSchema } from "./money.ts";
import { pageSizeSchema } from "./order.ts";
import { line } from "./order-request.ts";
import { placeCodeSchema, refuseTillWithoutStore } from "./place.ts";
import { SCENES } from "./scene.ts";

// Standing collection codes (收款码) as the merchant API takes and shows them.

const payable = z.int().min(1).max(AMOUNT_FEN_MAX);

const fields = {
  label: line(COLLECTION_LABEL_CHARS_MAX).describe("What the sign is called; the shopper reads it, too"),
  amount: payable.nullish().describe("Fixed amount in fen; without it the shopper enters one"),
  amountMin: payable.nullish().describe("Least a shopper may enter, in fen; 1 when absent"),
  amountMax: payable
    .nullish()
    .describe(`Most a shopper may enter, in fen; ${COLLECTION_FREE_FEN_MAX_DEFAULT} when absent`),
  scene: z.enum(SCENES).nullish().describe("What is paid for here"),
  itemName: line(ITEM_NAME_CHARS_MAX).nullish().describe("Name of the order's one item; the label when absent"),
  category: line(CATEGORY_CHARS_MAX).nullish().describe("Category of that item"),
  storeCode: placeCodeSchema.nullish().describe("The store the sign hangs in; its orders carry it"),
  tillCode: placeCodeSchema.nullish().describe("The till of that store"),
};

interface Amounts {
  readonly amount?: number | null | undefined;
  readonly amountMin?: number | null | undefined;
  readonly amountMax?: number | null | undefined;
}

/** Either a fixed amount, or an amount between two. */
function refuseAmounts({ amount, amountMin, amountMax }: Amounts, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (amount != null && amountMin != null) refuse("amountMin", "is for codes without a fixed `amount`");
  if (amount != null && amountMax != null) refuse("amountMax", "is for codes without a fixed `amount`");
  if (amount != null || (amountMin ?? 1) <= (amountMax ?? COLLECTION_FREE_FEN_MAX_DEFAULT)) return;
  const nothing = "leaves no amount between `amountMin` and `amountMax`";
  if (amountMin != null) refuse("amountMin", nothing);
  if (amountMax != null) refuse("amountMax", nothing);
}

/** The body of `POST /api/v1/collection-codes`. */
export const collectionCodeRequestSchema = z
  .strictObject(fields)
  .superRefine(refuseAmounts)
  .superRefine(refuseTillWithoutStore)
  .meta({ id: "CollectionCodeRequest" });
export type CollectionCodeRequest = z.output<typeof collectionCodeRequestSchema>;

/** The body of `PATCH /api/v1/collection-codes/{codeId}`: the fields that change; null removes one. */
export const collectionCodePatchSchema = z.strictObject({ ...fields, label: fields.label.optional() });
export type CollectionCodePatch = z.output<typeof collectionCodePatchSchema>;

export const COLLECTION_STATUSES = ["active", "retired"] as const;

export const collectionCodeSchema = z
  .object({
    id: z.string(),
    code: z.string().describe("What `url` ends in"),
    url: z.string().describe("What the printed QR code leads to"),
    label: z.string(),
    amount: fenSchema.nullable(),
    amountMin: fenSchema.nullable(),
    amountMax: fenSchema.nullable(),
    scene: z.enum(SCENES).nullable(),
    itemName: z.string().nullable(),
    category: z.string().nullable(),
    storeCode: z.string().nullable(),
    tillCode: z.string().nullable(),
    status: z.enum(COLLECTION_STATUSES),
    paidCount: z.int().describe("Orders paid by it"),
    paidAmount: z.int().min(0).describe("What they came to in fen, refunds not taken off"),
    createdBy: z.string(),
    createdAt: momentSchema,
    updatedAt: momentSchema,
    retiredAt: momentSchema.nullable(),
  })
  .meta({ id: "CollectionCode" });
export type CollectionCodeView = z.output<typeof collectionCodeSchema>;

/** The query of `GET /api/v1/collection-codes`. */
export const collectionCodeListQuerySchema = z.strictObject({
  status: z.enum(COLLECTION_STATUSES).optional(),
  createdFrom: z.iso.datetime({ offset: true }).optional(),
  createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  q: z.string().min(1).max(128).optional().describe("A part of the label or of the item's name, the code or the id"),
  cursor: z.string().min(1).max(128).optional(),
  limit: pageSizeSchema,
});
export type CollectionCodeListQuery = z.output<typeof collectionCodeListQuerySchema>;

export const POSTER_SIZES = ["a6", "a4"] as const;

/** The query of `GET /api/v1/collection-codes/{codeId}/poster.svg` and `poster.pdf`. */
export const posterQuerySchema = z.strictObject({
  size: z.enum(POSTER_SIZES).default("a6"),
  lang: z.enum(FULL_LANGUAGES).default(HOME_LANGUAGE),
});
export type PosterQuery = z.output<typeof posterQuerySchema>;
