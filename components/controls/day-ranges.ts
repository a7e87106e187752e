import { beijingDay, beijingMidnight, beijingWeekday } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";

/** Days of the shop, the last one included; without an end it is open there. */
export interface DayRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const back = (day: string, days: number): string => beijingDay(addMs(beijingMidnight(day), -days * DAY_MS));

/** The ranges that people ask for by name. Weeks begin on Monday. @param today the shop's day, `2026-07-01` */
export function namedRanges(today: string) {
  const monday = back(today, (beijingWeekday(beijingMidnight(today)) + 6) % 7);
  const first = `${today.slice(0, 7)}-01`;
  const lastOfBefore = back(first, 1);
  return {
    today: { from: today, to: today },
    yesterday: { from: back(today, 1), to: back(today, 1) },
    week: { from: monday, to: today },
    sevenDays: { from: back(today, 6), to: today },
    month: { from: first, to: today },
    lastMonth: { from: `${lastOfBefore.slice(0, 7)}-01`, to: lastOfBefore },
  } as const satisfies Record<string, DayRange>;
}

export type RangeName = keyof ReturnType<typeof namedRanges>;

/** Today is also this week on a Monday: the first that fits is the name. */
export function nameOfRange({ from, to }: DayRange, today: string): RangeName | undefined {
  const named = Object.entries(namedRanges(today)) as [RangeName, DayRange][];
  return named.find(([, range]) => range.from === from && range.to === to)?.[0];
}

/** Every day of it, for a calendar; days are the same text in every zone. */
export const dateOfDay = (day: string): Date => new Date(`${day}T12:00:00`);

export const dayOfDate = (date: Date): string =>
  [
    String(date.getFullYear()).padStart(4, "0"),
    String(date.getMonth() + 1).padStart(2, "0"),
    String(date.getDate()).padStart(2, "0"),
  ].join("-");

/** Where both ends are the wrong way round they are exchanged. */
export const inOrder = (one: string, other: string): DayRange =>
  one <= other ? { from: one, to: other } : { from: other, to: one };

/** Days that are named by their distance from today, as a saved filter keeps them: `period=month`. */
export function daysOfPeriod(name: string | undefined, today: string): DayRange | undefined {
  const named: Readonly<Record<string, DayRange>> = namedRanges(today);
  return name !== undefined && Object.hasOwn(named, name) ? named[name] : undefined;
}
