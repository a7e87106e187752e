// Limits of the epay door, which speaks the protocol of Chinese self-hosted software.

export const EPAY_FORM_BYTES_MAX = 16_384;
export const EPAY_FIELDS_MAX = 40;
export const EPAY_NUMBER_CHARS_MAX = 64;
/** What is longer than an order's description stands in the notice only. */
export const EPAY_NAME_CHARS_MAX = 256;
export const EPAY_PARAM_CHARS_MAX = 1_024;
export const EPAY_URL_CHARS_MAX = 512;
export const EPAY_ACCOUNT_NAME_CHARS_MAX = 64;
/** Orders on one page of `act=orders`. */
export const EPAY_PAGE_MAX = 50;
/** Notices of one software at a time. */
export const EPAY_NOTICES_PER_PID = 3;
/** How far `act=orders` leafs back. */
export const EPAY_SKIP_MAX = 100_000;
