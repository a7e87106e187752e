import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import type { PromotionInput } from "#lib/contract/promotions.ts";

const BEIJING_OFFSET_MS = 8 * HOUR_MS;
const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Start inclusive, end exclusive; days (Monday = 1) and hours by the clock in Shanghai. Hours that end before they begin run
 * over midnight; the day is that of the moment itself.
 */
export function windowHolds(window: PromotionInput["window"], nowMs: number): boolean {
  if (window === undefined) return true;
  if (window.start !== undefined && nowMs < momentMs(window.start)) return false;
  if (window.end !== undefined && nowMs >= momentMs(window.end)) return false;
  const local = nowMs + BEIJING_OFFSET_MS;
  if (window.days !== undefined && !window.days.includes(weekday(local))) return false;
  const sinceMidnight = mod(local, DAY_MS);
  return (
    window.hours === undefined || window.hours.some(([from, to]) => within(sinceMidnight, clockMs(from), clockMs(to)))
  );
}

/** Milliseconds since 1970 of a moment; a text without a zone is Beijing time, so that no machine's own zone can matter. */
export function momentMs(moment: Date | string | number): number {
  if (typeof moment === "number") return moment;
  if (typeof moment !== "string") return moment.getTime();
  if (DAY_ONLY.test(moment)) return Date.parse(`${moment}T00:00:00+08:00`);
  return Date.parse(HAS_ZONE.test(moment) ? moment : `${moment}+08:00`);
}

const within = (moment: number, from: number, to: number): boolean =>
  from <= to ? moment >= from && moment < to : moment >= from || moment < to;

// 1970-01-01 was a Thursday, day 4.
const weekday = (localMs: number): number => mod(Math.floor(localMs / DAY_MS) + 3, 7) + 1;

const clockMs = (text: string): number => Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3, 5)) * MINUTE_MS;

const mod = (value: number, by: number): number => ((value % by) + by) % by;
