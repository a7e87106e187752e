import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addTakings, type TakingsSums } from "#lib/base/takings.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { funnelOf, hourOf } from "#lib/intelligence/index.ts";
import { readCells } from "#lib/storage/behaviour/insights.ts";
import { type ListedAlert, listAlerts } from "#lib/storage/operations/alerts.ts";
import type { Look } from "#lib/storage/replica.ts";
import { readTakings, type Takings } from "#lib/storage/takings/read-takings.ts";
import { readUnfinished, type Unfinished } from "#lib/storage/takings/unfinished.ts";

const WEEK_DAYS = 7;
const ALERTS_LOOKED_AT = 100;

interface DayTakings extends TakingsSums {
  readonly day: string;
}

export interface HomeFigures {
  readonly now: Date;
  readonly today: TakingsSums;
  /** The same weekday of the week before, until the same time of the day. */
  readonly before: TakingsSums;
  /** The last seven days, oldest first, today included. */
  readonly days: readonly DayTakings[];
  /** Takings by hour of the day, today and a week ago (all of that day). */
  readonly hours: readonly { readonly today: number; readonly before: number }[];
  /** Seconds from the first look to the payment, half of the shoppers; null for too few. */
  readonly payS: number | null;
  readonly payBeforeS: number | null;
  /** Some hours are not added up yet. */
  readonly isIncomplete: boolean;
  readonly unfinished: Unfinished;
  readonly alerts: readonly ListedAlert[];
}

export async function readHome({ pool }: Pick<Look, "pool">, now: Date): Promise<HomeFigures> {
  const midnight = beijingMidnight(beijingDay(now));
  const weekAgo = addMs(midnight, -WEEK_DAYS * DAY_MS);
  const thisTime = addMs(now, -WEEK_DAYS * DAY_MS);
  const whole = { dimension: "all", step: "hour" } as const;
  const [week, hourThen, cells, cellsThen, unfinished, alerts] = await Promise.all([
    readTakings(pool, { ...whole, from: weekAgo, to: addMs(hourOf(now), HOUR_MS) }),
    readTakings(pool, { ...whole, from: hourOf(thisTime), to: thisTime }),
    readCells(pool, { from: midnight, to: addMs(now, HOUR_MS) }),
    readCells(pool, { from: weekAgo, to: thisTime }),
    readUnfinished(pool),
    listAlerts(pool, { onlyOpen: true, limit: ALERTS_LOOKED_AT }),
  ]);
  const between = (from: Date, to: Date): Takings[] =>
    week.takings.filter(({ startsAt }) => startsAt >= from && startsAt < to);
  const dayFrom = (start: Date): TakingsSums => addTakings(between(start, addMs(start, DAY_MS)));
  const hourOfDay = (start: Date, hour: number): number => {
    const at = addMs(start, hour * HOUR_MS);
    return addTakings(between(at, addMs(at, HOUR_MS))).paid;
  };
  return {
    now,
    today: dayFrom(midnight),
    before: addTakings([...between(weekAgo, hourOf(thisTime)), ...hourThen.takings]),
    days: Array.from({ length: WEEK_DAYS }, (_, at) => {
      const start = addMs(midnight, (at - WEEK_DAYS + 1) * DAY_MS);
      return { day: beijingDay(start), ...dayFrom(start) };
    }),
    hours: Array.from({ length: 24 }, (_, hour) => ({
      today: hourOfDay(midnight, hour),
      before: hourOfDay(weekAgo, hour),
    })),
    payS: funnelOf(cells, [])[0]?.payP50S ?? null,
    payBeforeS: funnelOf(cellsThen, [])[0]?.payP50S ?? null,
    isIncomplete: week.isIncomplete,
    unfinished,
    alerts,
  };
}
