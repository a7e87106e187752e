import { z } from "zod";
import {
  COUNTER_ITEM_NAME_CHARS_MAX,
  COUNTER_ITEMS_MAX,
  COUNTER_NOTE_CHARS_MAX,
  COUNTER_PRESETS_MAX,
  COUNTER_QUANTITY_MAX,
  COUNTER_TERMS_MAX,
} from "../base/counter-limits.ts";
import { AMOUNT_FEN_MAX } from "../base/limits.ts";
import type { DeclineReason } from "./code-pay.ts";
import type { OrderStatusView } from "./order.ts";
import { line } from "./order-request.ts";

// What the counter of the dashboard and its customer display exchange with the server.

const fenAmount = z.int().min(1).max(AMOUNT_FEN_MAX);

/** A thing that is sold often: one touch puts it into the order. */
const quickItemSchema = z.strictObject({ name: line(COUNTER_ITEM_NAME_CHARS_MAX), fen: fenAmount });
export type QuickItem = z.output<typeof quickItemSchema>;

/** What the shopkeeper has put on the keypad. */
export const counterSettingsSchema = z.strictObject({
  /** In fen, in the order of their buttons. */
  presets: z.array(fenAmount).max(COUNTER_PRESETS_MAX),
  items: z.array(quickItemSchema).max(COUNTER_ITEMS_MAX),
});
export type CounterSettings = z.output<typeof counterSettingsSchema>;

/** What is being sold: amounts from the keypad, and quick items. */
export const counterSaleSchema = z.strictObject({
  /** In fen, as they were added up on the keypad. */
  amounts: z.array(fenAmount).max(COUNTER_TERMS_MAX),
  items: z.array(quickItemSchema.extend({ quantity: z.int().min(1).max(COUNTER_QUANTITY_MAX) })).max(COUNTER_ITEMS_MAX),
  note: z.union([z.literal(""), line(COUNTER_NOTE_CHARS_MAX)]),
});
export type CounterSale = z.output<typeof counterSaleSchema>;

/** One payment of the feed. */
export interface PaidEntry {
  /** Of the payment: told twice, it is the same. */
  readonly id: string;
  /** Rises with each payment. */
  readonly entry: number;
  readonly orderId: string;
  readonly storeId: string | null;
  readonly tillId: string | null;
  /** In fen. */
  readonly amount: number;
  readonly channel: "native" | "jsapi" | "h5" | "miniprogram" | "codepay";
  readonly description: string;
  /** The label of the printed code that it came from. */
  readonly collectionCode: string | null;
  readonly paidAt: string;
  readonly bookedAt: string;
}

/** What was paid since a cursor. */
export interface PaidNews {
  /** For the next question; opaque. */
  readonly cursor: string;
  /** Payments up to this `entry` are never told again. */
  readonly floor: number;
  /** The cursor was not known: what is listed was there before. */
  readonly isFirst: boolean;
  readonly hasMore: boolean;
  readonly entries: readonly PaidEntry[];
  readonly now: string;
}

/** A charge of a payment code that is not decided. */
export interface OpenCharge {
  readonly waitsFor: "password" | "answer" | "reversal";
  /** Until what is unpaid is taken back. */
  readonly leftMs: number;
}

/** An order as the counter and the customer display see it. Times left are the server's: a phone's clock may be wrong. */
export interface CounterOrder {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatusView["status"];
  readonly version: number;
  readonly description: string;
  readonly items: readonly { readonly name: string; readonly amount: number; readonly quantity: number }[];
  readonly amountTotal: number;
  readonly amountDiscount: number;
  readonly amountDue: number;
  readonly amountPaid: number;
  /** What the shopper scans; null while there is none. */
  readonly codeUrl: string | null;
  readonly leftMs: number;
  readonly spanMs: number;
  readonly charge: OpenCharge | null;
  /** Why the last payment code brought no money. */
  readonly declined: DeclineReason | null;
  readonly paidAt: string | null;
}

/** A payment of the day, below the keypad. */
export interface DayPayment {
  readonly id: string;
  readonly orderId: string;
  readonly amount: number;
  /** Refunded, or about to be. */
  readonly givenBack: number;
  readonly channel: PaidEntry["channel"];
  readonly description: string;
  readonly collectionCode: string | null;
  readonly paidAt: string;
}

export interface CounterDay {
  readonly count: number;
  readonly amount: number;
  readonly refunded: number;
  /** The newest first. */
  readonly payments: readonly DayPayment[];
  readonly now: string;
}

/** What a customer display shows. */
export interface DisplayView {
  readonly shop: string;
  readonly order: CounterOrder | null;
}
