export type { Book, BookPayment } from "./compare.ts";
export type { BookRefund } from "./compare-refund.ts";
export type { DaySums, SideSums } from "./day-sums.ts";
export { differencesCsv } from "./differences-csv.ts";
export { type Discrepancy, type DiscrepancyKind, isRecoverable, SAFE_ACTIONS, type SafeAction } from "./discrepancy.ts";
export type * from "./ports.ts";
export * from "./resolve.ts";
export { createReconciliation, type DayReport, type Reconciliation } from "./run-reconciliation.ts";
export { type Language, sentenceOf, statusText } from "./sentences.ts";
