import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import type { TakingsSums } from "#lib/base/takings.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { hourOf } from "#lib/intelligence/index.ts";
import type { Span } from "../behaviour/insights.ts";
import { run } from "../transaction.ts";
import { TAKINGS_SUMS, type TakingsDimension, takingsOfWindows } from "./takings-sql.ts";

/** What was taken in one stretch of time, of one part of the shop. */
export interface Takings extends TakingsSums {
  /** The first moment of the hour, day, week or month in Beijing. */
  readonly startsAt: Date;
  /** A channel, scene, code or offer; empty where the payments have none. */
  readonly key: string;
}

type TakingsStep = "hour" | "day" | "week" | "month";

export interface TakingsQuery extends Span {
  readonly dimension: TakingsDimension;
  readonly step: TakingsStep;
}

export interface TakingsAnswer {
  readonly takings: readonly Takings[];
  /** The worker is so far behind that hours are missing here: those after the last it has added up, but for the newest. */
  readonly isIncomplete: boolean;
}

/** So much is read from the rows themselves when the worker is behind; more would take too long. */
const LIVE_MS_MAX = 3 * DAY_MS;

const ALL_SUMS = TAKINGS_SUMS.map((name) => `sum(${name})::float8 as "${camel(name)}"`).join(", ");

// SQL: sums over many rows.
const READ = (dimension: TakingsDimension): string => `
  with live as (${takingsOfWindows([dimension])}),
  hours as (
    select starts_at, key, ${TAKINGS_SUMS.join(", ")} from takings_hours
     where dimension = '${dimension}' and starts_at >= $3 and starts_at < $4
    union all
    select starts_at, key, ${TAKINGS_SUMS.join(", ")} from live
  )
  select date_trunc($5, starts_at, 'Asia/Shanghai') as "startsAt", key, ${ALL_SUMS}
    from hours group by 1, 2 order by 1, 2`;

/**
 * Takings of whole hours by the step of the calendar in Beijing. Hours that are rolled up are read from the roll-up; the last
 * ones, and parts of hours at either end, from the rows by their indexes.
 */
export async function readTakings(pool: pg.Pool, query: TakingsQuery): Promise<TakingsAnswer> {
  const { to, dimension, step } = query;
  const { rolledTo, opened } = await rolledHours(pool);
  const from = query.from > opened ? query.from : opened;
  const ready = rolledTo < to ? rolledTo : to;
  const [first, last] = [hourOf(addMs(from, HOUR_MS - 1)), hourOf(ready)];
  const hasRolled = first < last;
  const live = hasRolled ? [...windows(from, first), ...windows(last, to)] : windows(from, to);
  const read = live.slice(-LIVE_MS_MAX / HOUR_MS);
  const { rows } = await run<Takings>(pool, { name: `takings_${dimension}`, text: READ(dimension) }, [
    ...[read.map(({ from: start }) => start), read.map(({ to: end }) => end)],
    ...[hasRolled ? first : to, hasRolled ? last : to, step],
  ]);
  return { takings: rows, isIncomplete: read.length < live.length };
}

/** Hours before `rolledTo` are added up, from the one with the first order on. */
async function rolledHours(pool: pg.Pool): Promise<{ rolledTo: Date; opened: Date }> {
  const { rows } = await pool.query<{ rolled_to: Date; first: Date | null }>(
    "select rolled_to, (select min(created_at) from orders) as first from takings_progress",
  );
  const { rolled_to = new Date(0), first = null } = rows[0] ?? {};
  return { rolledTo: hourOf(addMs(rolled_to, -ROLL_UP_OVERLAP_MS)), opened: hourOf(first ?? new Date()) };
}

/** The hours of this stretch, the first and the last as far as they belong to it. */
function windows(from: Date, to: Date): Span[] {
  const hours: Span[] = [];
  for (let at = from; at < to; ) {
    const end = addMs(hourOf(at), HOUR_MS);
    hours.push({ from: at, to: end < to ? end : to });
    at = end;
  }
  return hours;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
