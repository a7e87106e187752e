import { addMs, DAY_MS, HOUR_MS } from "./time.ts";

// China has one zone and no summer time (since 1991), so a fixed offset is exact for every payment.
const BEIJING_OFFSET_MS = 8 * HOUR_MS;

/** `2026-07-01T10:00:00+08:00`, the form WeChat Pay v3 takes. Fractions of a second are cut. */
export function beijingTimestamp(moment: Date): string {
  return `${shifted(moment).slice(0, 19)}+08:00`;
}

/** `2026-07-01 10:00:00` in Beijing, for people. */
export const beijingTime = (moment: Date): string => shifted(moment).slice(0, 19).replace("T", " ");

/** The Beijing calendar day, `2026-07-01`. */
export const beijingDay = (moment: Date): string => shifted(moment).slice(0, 10);

/** The first moment of a Beijing calendar day. @param day `2026-07-01`; anything else gives an invalid date */
export const beijingMidnight = (day: string): Date => new Date(`${day}T00:00:00+08:00`);

/** The day after a Beijing calendar day, `2026-07-02`. */
export const beijingDayAfter = (day: string): string => beijingDay(addMs(beijingMidnight(day), DAY_MS));

/** 0–23 in Beijing. */
export const beijingHour = (moment: Date): number => Number(shifted(moment).slice(11, 13));

/** Milliseconds since midnight in Beijing. */
export const beijingMsOfDay = (moment: Date): number =>
  (((moment.getTime() + BEIJING_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;

/** The weekday in Beijing: 0 is Sunday, 6 is Saturday. */
export const beijingWeekday = (moment: Date): number => addMs(moment, BEIJING_OFFSET_MS).getUTCDay();

/** `20260701100000` in Beijing time, the form WeChat Pay v2 takes. */
export const beijingCompact = (moment: Date): string => shifted(moment).slice(0, 19).replace(/[-:T]/g, "");

function shifted(moment: Date): string {
  return addMs(moment, BEIJING_OFFSET_MS).toISOString();
}
