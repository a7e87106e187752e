import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

// The limits of the counter (收款).

/** Who stands at the counter pays soon. */
export const COUNTER_ORDER_LIFE_S = 1_800;
export const COUNTER_NOTE_CHARS_MAX = 50;
export const COUNTER_PRESETS_MAX = 8;
export const COUNTER_ITEMS_MAX = 60;
export const COUNTER_ITEM_NAME_CHARS_MAX = 20; // it stands on a small button
/** Of one kind in one order. */
export const COUNTER_QUANTITY_MAX = 999;
/** Amounts that are added up on the keypad. */
export const COUNTER_TERMS_MAX = 20;

/** One answer of the feed of paid orders. A phone that was away for longer asks again and again. */
export const PAID_FEED_PAGE = 200;
/** What was paid longer ago is no news. */
export const PAID_FEED_AGE_MS = 12 * HOUR_MS;
/** A page that has just been opened takes this much as heard already. */
export const PAID_FEED_START_MS = 2 * MINUTE_MS;
/** Payments of the day that the counter lists. */
export const COUNTER_DAY_ROWS = 50;
/** A customer display that shows a paid order goes back to the shop's name. */
export const DISPLAY_THANKS_MS = 20_000;
/** An order that a till showed longer ago is not on its display any more. */
export const DISPLAY_ORDER_AGE_MS = DAY_MS;
