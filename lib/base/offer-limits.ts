import { SECOND_MS } from "./time.ts";

// Part of limits.ts, which gives them out.

// Promotions and offers
export const PROMOTIONS_WEIGHED_MAX = 64;
export const PROMOTIONS_STACKED_MAX = 4;
/** Sets the promotion engine looks at before it answers with the best so far and says so. */
export const PROMOTION_NODES_MAX = 200_000;
export const PROMOTION_ID_CHARS_MAX = 64;
export const PROMOTION_NAME_CHARS_MAX = 64;
export const PROMOTION_CODE_CHARS_MAX = 64;
export const PROMOTION_LIST_MAX = 500;
export const PROMOTION_TIERS_MAX = 20;
export const PROMOTION_HOURS_MAX = 12;
export const PROMOTION_UNITS_MAX = 1_000;
export const PROMOTION_TIMES_MAX = 10_000;
export const PROMOTION_PRIORITY_MAX = 1_000_000;
export const OPTIONAL_OFFERS_MAX = 8;
/** Optional offers chosen for one shopper; more would be a nuisance. Source: smart.md §4.1. */
export const OFFERS_PER_SHOPPER_DAY = 1;
export const OFFERS_PER_SHOPPER_MONTH = 3;
/** How old what the learner knows may be when it decides. */
export const LEARNER_FRESH_MS = 5 * SECOND_MS;
/** Outcomes folded at a time, and models kept. */
export const LEARNER_FOLD_BATCH = 1_000;
export const LEARNER_MODELS_KEPT = 500;
/** Every order looks at all of them. */
export const PROMOTIONS_ACTIVE_MAX = 100;
export const PROMOTION_BUDGET_FEN_MAX = 1_000_000_000_000;
export const PROMOTION_CODES_MAX = 20;
/** Codes that are made in one go, taken in by one paste or file, and a promotion has in all. */
export const CODES_MADE_MAX = 100_000;
export const CODES_IMPORTED_MAX = 10_000;
export const CODES_PER_PROMOTION_MAX = 500_000;
export const CODE_LABEL_CHARS_MAX = 64;
export const CODE_PREFIX_CHARS_MAX = 12;
export const CODE_PAGE_MAX = 1_000;
/** Codes that are made and stored between two looks at what else there is to do. */
export const CODES_PER_SLICE = 2_500;
/** How often an order is priced again when what it counted on was taken meanwhile. */
export const OFFER_ROUNDS_MAX = 3;
/**
 * Lines looked at while promotions are combined: about 30 ms of work. Work and not time, so that the same cart has the same
 * price on a busy day; what is best so far then stands.
 */
export const OFFER_LINES_WEIGHED_MAX = 400_000;
/** Pricing that took longer is written down. */
export const OFFER_SLOW_MS = 50;

// The preview of a promotion on past orders
export const PREVIEW_DAYS = 30;
/** The newest paid orders that are priced anew. */
export const PREVIEW_ORDERS_MAX = 2_000;
/** Then it stops, and says how far it came. */
export const PREVIEW_MS_MAX = 2_000;
/** Payments are not kept waiting longer than this by a preview. */
export const PREVIEW_SLICE_MS = 8;
/** Lines of the sample cart. */
export const PREVIEW_LINES_MAX = 4;
