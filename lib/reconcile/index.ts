export type { Book, BookPayment } from "./compare.ts";
export { differencesCsv } from "./differences-csv.ts";
export { type Discrepancy, isRecoverable, SAFE_ACTIONS } from "./discrepancy.ts";
export type * from "./ports.ts";
export * from "./resolve.ts";
export { createReconciliation, type DayReport, type Reconciliation } from "./run-reconciliation.ts";
export { sentenceOf, statusText } from "./sentences.ts";
