import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

// What is kept of behaviour, for how long, and how it is watched.

/** What one visit of the pay page may tell, and all visits of one order. */
export const BEHAVIOUR_EVENTS_PER_SESSION_MAX = 20;
export const BEHAVIOUR_EVENTS_PER_ORDER_MAX = 200;
export const BEHAVIOUR_BODY_BYTES_MAX = 8_192;
/** Whole offices and mobile carriers share one address. */
export const BEHAVIOUR_CALLS_PER_ADDRESS_PER_MINUTE = 6_000;
/** After this only sums are left, and decisions forget their shopper. */
export const BEHAVIOUR_KEPT_MS = 180 * DAY_MS;
/** Months that partitions are made for ahead. */
export const BEHAVIOUR_MONTHS_AHEAD = 2;
/** Figures on fewer shoppers say something about persons. */
export const SHOPPERS_PER_FIGURE_MIN = 5;
/** Nothing more happens on a page: it was left. */
export const ABANDONED_AFTER_MS = 10 * MINUTE_MS;
/** A payment within this time after the first look counts for the alarms: later the figure stands still. */
export const PAID_SOON_MS = 20 * MINUTE_MS;
/** One alarm per cause in this time. */
export const ANOMALY_QUIET_MS = 6 * HOUR_MS;
/** Each roll-up looks at this much again: what was committed late is not missed. */
export const ROLL_UP_OVERLAP_MS = 15 * MINUTE_MS;
