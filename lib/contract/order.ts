import { z } from "zod";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../base/limits.ts";
import { fenSchema, momentSchema } from "./money.ts";
import { placeCodeSchema, refuseTillWithoutStore } from "./place.ts";
import { promotionTermsSchema } from "./promotions.ts";
import { sceneDetailSchema } from "./scene.ts";

export const ORDER_STATUSES = ["pending", "paid", "partially_refunded", "refunded", "closed"] as const;
export const CHANNELS = ["native", "jsapi", "h5", "miniprogram", "codepay"] as const;
/** Channels that the pay page may ask for. */
export const PAGE_CHANNELS = ["native", "jsapi", "h5", "miniprogram"] as const;

const extraPaymentSchema = z.object({
  transactionId: z.string(),
  amount: fenSchema,
  paidAt: momentSchema,
  verdict: z.enum(["late", "extra", "mismatch"]),
  resolution: z.enum(["open", "refunding", "refunded", "accepted"]),
});

const orderItemSchema = z.object({
  id: z.string(),
  name: z.string(),
  sku: z.string().nullable(),
  category: z.string().nullable(),
  unitAmount: fenSchema,
  quantity: z.int(),
  amount: fenSchema,
  discount: fenSchema,
});

const orderDiscountSchema = z.object({
  id: z.string(),
  name: z.string(),
  amount: fenSchema,
  reason: z.string().nullable().describe("What the promotion promises, in Chinese"),
  terms: promotionTermsSchema
    .optional()
    .describe("The same as parameters, to word it in another language; absent on older orders"),
  code: z.string().optional().describe("The promotion code it was had with; absent where none was needed"),
});

/** A voucher of WeChat Pay's own (代金券) that the shopper paid a part with. */
const voucherSchema = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  batch: z.string().nullable().describe("The batch (stock) it was given out from"),
  amount: fenSchema,
  funding: z
    .enum(["prefunded", "merchant", "unknown"])
    .describe("`prefunded`: you are settled in full; `merchant`: it lowers what you are settled (免充值)"),
  byWechat: fenSchema.nullable(),
  byMerchant: fenSchema.nullable(),
  byOthers: fenSchema.nullable(),
});

/** An order as the merchant API and the webhooks show it. */
export const orderSchema = z
  .object({
    id: z.string(),
    outTradeNo: z.string(),
    status: z.enum(ORDER_STATUSES),
    currency: z.literal("CNY"),
    description: z.string(),
    amountTotal: fenSchema,
    amountDiscount: fenSchema,
    amountDue: fenSchema,
    amountPaid: fenSchema.describe("What of the amount due is paid, WeChat's vouchers among it"),
    amountPayer: fenSchema
      .nullable()
      .describe("What the shopper handed over: less by WeChat's vouchers; null: not told"),
    amountSettled: fenSchema.describe("What WeChat settles to you before its fee: less by vouchers at your expense"),
    amountRefunded: fenSchema,
    items: z.array(orderItemSchema),
    discounts: z.array(orderDiscountSchema),
    vouchers: z.array(voucherSchema).describe("WeChat Pay's own; your discounts are `discounts`"),
    extraPayments: z.array(extraPaymentSchema).describe("Money beyond the one payment that settles the order"),
    payUrl: z.string(),
    returnUrl: z.string().nullable(),
    channel: z.enum(CHANNELS).nullable(),
    transactionId: z.string().nullable(),
    goodsTag: z.string().nullable(),
    storeCode: z.string().nullable().describe("The store it was made in; null where nobody said"),
    tillCode: z.string().nullable().describe("The till of that store"),
    cashier: z.object({ id: z.string(), name: z.string() }).nullable().describe("Who took the money at that till"),
    scene: z.string().nullable().describe("What is being paid for; `other` where we are not sure"),
    sceneDetail: sceneDetailSchema.nullable().optional().describe("Why it has that scene"),
    metadata: z.record(z.string(), z.unknown()),
    createdAt: momentSchema,
    expiresAt: momentSchema,
    paidAt: momentSchema.nullable(),
    closedAt: momentSchema.nullable(),
    recoverable: z
      .literal(true)
      .optional()
      .describe(
        "Closed, no money came for it, and not of the epay door: `POST …/recover` makes a fresh order with the same items",
      ),
  })
  .meta({ id: "Order" });
export type OrderView = z.output<typeof orderSchema>;

/** What the pay page follows live. `version` grows with every change of the order. */
export const orderStatusSchema = z
  .object({
    id: z.string(),
    status: z.enum(ORDER_STATUSES),
    amountDue: fenSchema,
    amountPaid: fenSchema,
    paidAt: momentSchema.nullable(),
    expiresAt: momentSchema,
    version: z.int(),
    handover: z
      .string()
      .nullable()
      .describe(
        "Names the code, link or prepay that can be paid with right now (opaque). When it differs from the `handover` of the answer to `POST …/pay` that you show, what you show is dead: ask for a new one. null: nothing is open",
      ),
  })
  .meta({ id: "OrderStatus" });
export type OrderStatusView = z.output<typeof orderStatusSchema>;

/** `limit` of every list: digits only, so that `1e1` is not taken for ten. */
export const pageSizeSchema = z
  .string()
  .regex(/^[0-9]{1,3}$/, `must be a number from 1 to ${PAGE_SIZE_MAX}`)
  .transform(Number)
  .pipe(z.int().min(1).max(PAGE_SIZE_MAX))
  .default(PAGE_SIZE_DEFAULT);

/** The query of `GET /api/v1/orders`. */
export const orderListQuerySchema = z
  .strictObject({
    status: z.enum(ORDER_STATUSES).optional(),
    createdFrom: z.iso.datetime({ offset: true }).optional(),
    createdTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
    paidFrom: z.iso.datetime({ offset: true }).optional().describe("When it was paid"),
    paidTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
    updatedFrom: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("When it was made, paid, closed or refunded last; at most 30 days back"),
    updatedTo: z.iso.datetime({ offset: true }).optional().describe("Exclusive; at most 30 days back"),
    channel: z.enum(CHANNELS).optional().describe("Of the payment"),
    q: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe("Finds order numbers, transaction ids, descriptions and amounts in yuan (`23.8`, `¥23.80`)"),
    outTradeNo: z.string().min(1).max(32).optional(),
    storeCode: placeCodeSchema.optional(),
    tillCode: placeCodeSchema.optional().describe("Of the store `storeCode`"),
    cashierId: z.string().min(1).max(64).optional(),
    cursor: z.string().min(1).max(128).optional(),
    limit: pageSizeSchema,
  })
  .superRefine(refuseTillWithoutStore);
export type OrderListQuery = z.output<typeof orderListQuerySchema>;

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });
