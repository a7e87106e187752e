import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { BILL_LATE_MS } from "#lib/base/limits.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import type { ListedRun } from "#lib/storage/reconciliation/discrepancies.ts";

/** The state of a day. `quiet`: nothing happened; `none`: never reconciled. */
export type DayState = "clean" | "quiet" | "differences" | "waiting" | "failed" | "none";

export const isDay = (text: string | undefined): text is string =>
  /^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/.test(text ?? "") &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(`${text}T`);

export const dayBefore = (day: string): string => beijingDay(addMs(beijingMidnight(day), -DAY_MS));

/** The newest first. */
export const daysUpTo = (last: string, count: number): string[] =>
  Array.from({ length: count }, (_, back) => beijingDay(addMs(beijingMidnight(last), -back * DAY_MS)));

const READY_AFTER_MS = DAY_MS + 10 * HOUR_MS;

/** Several accounts may have reports for a day: the worst state counts. */
export function stateOf(day: string, runs: readonly ListedRun[], now: Date): DayState {
  const sinceReadyMs = now.getTime() - beijingMidnight(day).getTime() - READY_AFTER_MS;
  if (runs.some(({ open, more }) => open + more > 0)) return "differences";
  if (runs.some(({ status }) => status === "failed")) return sinceReadyMs < BILL_LATE_MS ? "waiting" : "failed";
  if (runs.length === 0) return sinceReadyMs < 0 ? "waiting" : "none";
  return runs.some(({ hasBill }) => hasBill) ? "clean" : "quiet";
}

export const differencesOf = (runs: readonly ListedRun[]): number =>
  runs.reduce((sum, { open, more }) => sum + open + more, 0);
