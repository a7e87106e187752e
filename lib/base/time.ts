/** Source of the present moment, so that tests can move it. */
export interface Clock {
  now(): Date;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

// China has one zone and no summer time (since 1991), so a fixed offset is exact for every payment.
const BEIJING_OFFSET_MS = 8 * HOUR_MS;

export const addMs = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);
export const earlier = (one: Date, other: Date): Date => (one.getTime() <= other.getTime() ? one : other);

/** `2026-07-01T10:00:00+08:00`, the form WeChat Pay v3 takes. Fractions of a second are cut. */
export function beijingTimestamp(moment: Date): string {
  return `${shifted(moment).slice(0, 19)}+08:00`;
}

/** `2026-07-01 10:00:00` in Beijing, for people. */
export const beijingTime = (moment: Date): string => shifted(moment).slice(0, 19).replace("T", " ");

/** The Beijing calendar day, `2026-07-01`. */
export const beijingDay = (moment: Date): string => shifted(moment).slice(0, 10);

/** 0–23 in Beijing. */
export const beijingHour = (moment: Date): number => Number(shifted(moment).slice(11, 13));

/** `20260701100000` in Beijing time, the form WeChat Pay v2 takes. */
export const beijingCompact = (moment: Date): string => shifted(moment).slice(0, 19).replace(/[-:T]/g, "");

function shifted(moment: Date): string {
  return new Date(moment.getTime() + BEIJING_OFFSET_MS).toISOString();
}
