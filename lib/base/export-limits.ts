import { MINUTE_MS } from "./time.ts";

// Limits of files that people download from the dashboard.

/** Rows of one file. Excel shows 1,048,576 on a sheet. */
export const EXPORT_ROWS_MAX = 1_000_000;
/** Rows read from Postgres at a time; so much of a file is in memory. */
export const EXPORT_PAGE_ROWS = 2_000;
/** Files that one process writes at a moment: each takes a part of one core from the payments. */
export const EXPORTS_AT_ONCE = 2;
/** A reader who stands still gives up the place after this. */
export const EXPORT_LIFE_MS = 15 * MINUTE_MS;
