import { DAY_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

// Stores, tills and cashiers.

export const STORES_MAX = 500;
export const TILLS_PER_STORE_MAX = 100;
export const CASHIERS_MAX = 1_000;
export const STORE_NAME_CHARS_MAX = 64;
export const STORE_ADDRESS_CHARS_MAX = 200;
export const STORE_PHONE_CHARS_MAX = 32;
export const CASHIER_NAME_CHARS_MAX = 32;
export const PIN_DIGITS_MIN = 4;
export const PIN_DIGITS_MAX = 8;
/** How long a cashier may be away before the till asks for the PIN again. */
export const TILL_IDLE_MINUTES_DEFAULT = 10;
export const TILL_IDLE_MINUTES_MAX = 240;
/** Wrong PINs without a pause: of one cashier, and at one till by all who try there. */
export const PIN_TRIES_PER_CASHIER = 5;
export const PIN_TRIES_PER_TILL = 20;
/** A pause stays short enough that guessing does not close a counter for the day. */
export const PIN_LOCK_MS_MAX = 15 * MINUTE_MS;
/** A cashier's last use is written down at most this often. */
export const CASHIER_SEEN_EVERY_MS = 20 * SECOND_MS;
/** Browsers keep a cookie for 400 days at most. */
export const TILL_COOKIE_LIFE_MS = 400 * DAY_MS;
export const SHIFT_NOTE_CHARS_MAX = 200;
/** Open trades of a till that WeChat is asked about before a hand-over, and how long the hand-over waits for the answers. */
export const SHIFT_TRADES_ASKED = 20;
export const SHIFT_ASK_MS = 8 * SECOND_MS;
/** Money that settles no order, listed one by one on an account. */
export const SHIFT_ODD_PAYMENTS_SHOWN = 100;
/** Hand-overs in one CSV: the newest, some years of a small chain. */
export const SHIFTS_EXPORTED_MAX = 10_000;
