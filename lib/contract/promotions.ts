import { z } from "zod";
import {
  AMOUNT_FEN_MAX,
  CATEGORY_CHARS_MAX,
  PROMOTION_CODE_CHARS_MAX,
  PROMOTION_HOURS_MAX,
  PROMOTION_ID_CHARS_MAX,
  PROMOTION_LIST_MAX,
  PROMOTION_NAME_CHARS_MAX,
  PROMOTION_PRIORITY_MAX,
  PROMOTION_TIERS_MAX,
  PROMOTION_TIMES_MAX,
  PROMOTION_UNITS_MAX,
  QUANTITY_MAX,
  SKU_CHARS_MAX,
} from "../base/limits.ts";
import { line } from "./order-request.ts";
import { SCENES } from "./scene.ts";

// Source of every field: smart.md §3.1 and §3.3. Unknown fields are refused: a misspelt limit must not become "no limit".

const amount = z.int().min(1).max(AMOUNT_FEN_MAX);
const count = z.int().min(1).max(QUANTITY_MAX);
const times = z.int().min(1).max(PROMOTION_TIMES_MAX);
const units = z.int().min(1).max(PROMOTION_UNITS_MAX);
const payBps = z.int().min(0).max(9_999);
const sku = line(SKU_CHARS_MAX);
const label = line(CATEGORY_CHARS_MAX);
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(PROMOTION_LIST_MAX);
const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "a time of day from 00:00 to 24:00");
const moment = z.iso.datetime({ offset: true });

const scope = z.strictObject({
  skus: listOf(sku).optional(),
  categories: listOf(label).optional(),
  excludeSkus: listOf(sku).optional(),
  excludeCategories: listOf(label).optional(),
});

const promotionWindow = z
  .strictObject({
    start: moment.optional(),
    end: moment.optional(),
    days: z.array(z.int().min(1).max(7)).min(1).max(7).optional(),
    hours: z
      .array(z.tuple([clockTime, clockTime]).refine(([from, to]) => from !== to, "the hours are empty"))
      .min(1)
      .max(PROMOTION_HOURS_MAX)
      .optional(),
  })
  .refine(
    ({ start, end }) => start === undefined || end === undefined || Date.parse(start) < Date.parse(end),
    "the window ends before it starts",
  );

const threshold = z.strictObject({ amount: amount.optional(), qty: count.optional() });

const audience = z.strictObject({
  newCustomer: z.boolean().optional(),
  segments: listOf(label).optional(),
  channels: listOf(label).optional(),
  /** What is being paid for. */
  scenes: z.array(z.enum(SCENES)).min(1).max(SCENES.length).optional(),
});

const id = line(PROMOTION_ID_CHARS_MAX);

const conditions = {
  priority: z.int().min(0).max(PROMOTION_PRIORITY_MAX).default(0),
  scope: scope.optional(),
  threshold: threshold.optional(),
  thresholdBase: z.enum(["running", "original"]).optional(),
  cap: amount.optional(),
  group: label.optional(),
  exclusive: z.boolean().optional(),
  limitPerUser: count.nullish(),
  budgetLeft: z.int().min(0).nullish(),
  window: promotionWindow.optional(),
  audience: audience.optional(),
  code: line(PROMOTION_CODE_CHARS_MAX).optional(),
  /** Needs one of its list of codes, instead of the one `code` for everybody. */
  needsCode: z.boolean().optional(),
  optional: z.boolean().optional(),
  /** A use comes back once its whole order is refunded; the budget does not. Source: smart.md §3.6. */
  returnUse: z.boolean().optional(),
};

const anyPhase = z.enum(["item", "order", "channel"]);
const itemOnly = z.literal("item");

const common = {
  id,
  name: line(PROMOTION_NAME_CHARS_MAX).optional(),
  version: z.int().min(1).default(1),
  ...conditions,
};

const amountOff = z
  .strictObject({
    ...common,
    type: z.literal("amount_off"),
    phase: anyPhase,
    off: amount,
    every: z.boolean().optional(),
    maxTimes: times.optional(),
  })
  .refine((rule) => rule.every !== true || rule.threshold?.amount !== undefined, {
    path: ["threshold", "amount"],
    message: "`every` needs an amount to repeat",
  });

const randomOff = z
  .strictObject({ ...common, type: z.literal("random_off"), phase: z.literal("channel"), min: amount, max: amount })
  .refine((rule) => rule.min <= rule.max, { path: ["max"], message: "`max` is below `min`" });

const tiers = z
  .array(z.strictObject({ threshold: amount, off: amount }))
  .min(1)
  .max(PROMOTION_TIERS_MAX);
const inGroups = { ...common, phase: itemOnly, maxTimes: times.optional() };

/** A promotion, of one of eight types. Source: smart.md §3.1 and §3.3. */
export const promotionSchema = z.discriminatedUnion("type", [
  amountOff,
  z.strictObject({ ...common, type: z.literal("tiered_off"), phase: z.enum(["item", "order"]), tiers }),
  z.strictObject({ ...common, type: z.literal("percent_off"), phase: anyPhase, payBps }),
  randomOff,
  z.strictObject({ ...inGroups, type: z.literal("nth_discount"), n: units, payBps }),
  z.strictObject({ ...inGroups, type: z.literal("buy_get"), buy: units, get: units }),
  z.strictObject({ ...inGroups, type: z.literal("bundle_price"), n: units, price: z.int().min(0).max(AMOUNT_FEN_MAX) }),
  z.strictObject({ ...common, type: z.literal("gift"), phase: itemOnly, gift: z.strictObject({ sku, qty: count }) }),
]);

export type Promotion = z.output<typeof promotionSchema>;
/** A promotion before defaults were filled in. */
export type PromotionInput = z.input<typeof promotionSchema>;

/** What describes a promotion to its shopper; what it applies to and who may have it stays out. */
export const promotionTermsSchema = z.object({
  type: z.enum([
    "amount_off",
    "tiered_off",
    "percent_off",
    "random_off",
    "nth_discount",
    "buy_get",
    "bundle_price",
    "gift",
  ]),
  threshold: z.object({ amount: z.int().optional(), qty: z.int().optional() }).optional(),
  cap: z.int().optional(),
  off: z.int().optional(),
  every: z.boolean().optional(),
  tiers: z.array(z.object({ threshold: z.int(), off: z.int() })).optional(),
  payBps: z.int().optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  n: z.int().optional(),
  buy: z.int().optional(),
  get: z.int().optional(),
  price: z.int().optional(),
  gift: z.object({ qty: z.int() }).optional(),
});
export type PromotionTerms = z.output<typeof promotionTermsSchema>;

export const termsOf = (promotion: Promotion): PromotionTerms => promotionTermsSchema.parse(promotion);

/** Why a promotion is not part of a quote. Source: smart.md §8. */
export const REJECTION_REASONS = [
  "window",
  "audience",
  "code",
  "user_limit",
  "budget",
  "threshold",
  "scope",
  "group",
  "exclusive",
  "stack",
  "worse",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];
