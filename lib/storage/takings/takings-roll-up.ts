import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import { EXPIRES_IN_S_MAX } from "#lib/base/limits.ts";
import { addMs, earlier, HOUR_MS } from "#lib/base/time.ts";
import { hourOf } from "#lib/intelligence/index.ts";
import { hoursBetween, moneyHours, orderIds } from "../behaviour/behaviour-roll-up.ts";
import { inTransaction } from "../transaction.ts";
import { TAKINGS_DIMENSIONS, TAKINGS_SUMS, takingsOfWindows } from "./takings-sql.ts";

/** One roll-up at a time, in whatever process. */
const LOCK = "select pg_try_advisory_xact_lock(hashtext('lingfu.takings_roll_up')) as mine";
/** Entries whose transaction ended later than that of a greater number. */
const NUMBERS_OVERLAP = 2_000;
/** So many hours in one statement and one transaction: the years of an old shop are caught up with in steps that end in time. */
const HOURS_AT_ONCE = 48;

const ROWS = takingsOfWindows(TAKINGS_DIMENSIONS);
const COLUMNS = `dimension, starts_at, key, ${TAKINGS_SUMS.join(", ")}`;

/**
 * Adds up the hours in which something happened since the last time, each anew from its rows: doing it twice, late or after
 * a crash gives the same sums. @returns how many hours
 */
export async function rollUpTakings(pool: pg.Pool, now: Date): Promise<number> {
  for (let hours = 0; ; ) {
    const { done, isLast } = await inTransaction(pool, (client) => rollUpNext(client, now));
    hours += done;
    if (isLast) return hours;
  }
}

interface TakingsProgress {
  readonly rolled_to: Date;
  readonly journal_to: string;
  readonly audit_to: string;
  readonly first: Date | null;
  readonly journal_newest: string;
  readonly audit_newest: string;
}

// SQL throughout: sums over many rows, on the connection of one transaction.
const PROGRESS = `
  select rolled_to, journal_to, audit_to, (select min(created_at) from orders) as first,
         (select coalesce(max(id), 0) from journal_entries) as journal_newest,
         (select coalesce(max(id), 0) from audit_log) as audit_newest
    from takings_progress`;

async function rollUpNext(client: pg.PoolClient, now: Date): Promise<{ done: number; isLast: boolean }> {
  const lock = await client.query<{ mine: boolean }>(LOCK);
  if (lock.rows[0]?.mine !== true) return { done: 0, isLast: true };
  const { rows } = await client.query<TakingsProgress>(PROGRESS);
  const [progress] = rows;
  if (progress === undefined) throw new Error("the progress of the takings is one row");
  const { rolled_to, first, journal_newest, audit_newest } = progress;
  const isFirst = first === null || rolled_to < first;
  const since = isFirst ? (first ?? now) : addMs(rolled_to, -ROLL_UP_OVERLAP_MS);
  const to = earlier(now, addMs(hourOf(since), HOURS_AT_ONCE * HOUR_MS));
  // All of the past is still ahead of the first round; what changes from here on has a greater number.
  const changed = isFirst ? [] : await changedHours(client, progress, since);
  const done = await replaceHours(client, [...hoursBetween(since, to), ...changed]);
  await client.query("update takings_progress set rolled_to = $1, journal_to = $2, audit_to = $3", [
    ...[to, journal_newest, audit_newest],
  ]);
  return { done, isLast: to >= now };
}

/** Orders that were booked since the entry `$2` of the journal, or closed since `$1` and made before: later ones are added up anyway. */
const CHANGED = `
  select distinct order_id from (
    select order_id from journal_entries where id > $2 and order_id is not null
    union all
    select id from orders where status = 'closed' and created_at >= $1::timestamptz - $3::interval and created_at < $1 and closed_at >= $1
  ) changed`;

/** Hours of orders that were booked, closed or given another scene since the last time. */
async function changedHours(client: pg.PoolClient, progress: TakingsProgress, since: Date): Promise<Date[]> {
  const from = (number: string) => Math.max(0, Number(number) - NUMBERS_OVERLAP);
  const longest = `${EXPIRES_IN_S_MAX + 86_400} seconds`;
  const changed = await orderIds(client, CHANGED, [since, from(progress.journal_to), longest]);
  const renamed = "select distinct subject as order_id from audit_log where id > $1 and action = 'order.scene'";
  return moneyHours(client, [...changed, ...(await orderIds(client, renamed, [from(progress.audit_to)]))]);
}

async function replaceHours(client: pg.PoolClient, wanted: readonly Date[]): Promise<number> {
  const hours = [...new Set(wanted.map((hour) => hour.getTime()))].map((moment) => new Date(moment));
  for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
    const some = hours.slice(at, at + HOURS_AT_ONCE);
    await client.query(
      "delete from takings_hours where dimension = any($1::text[]) and starts_at = any($2::timestamptz[])",
      [TAKINGS_DIMENSIONS, some],
    );
    await client.query(`insert into takings_hours (${COLUMNS}) select ${COLUMNS} from (${ROWS}) r`, windowsOf(some));
  }
  return hours.length;
}

const windowsOf = (hours: readonly Date[]): [readonly Date[], readonly Date[]] => [
  hours,
  hours.map((hour) => addMs(hour, HOUR_MS)),
];

/** Hours whose sums are not what their rows add up to. */
export async function differingTakings(client: pg.PoolClient): Promise<Date[]> {
  const { rows } = await client.query<TakingsProgress>(PROGRESS);
  const { first = null, rolled_to: to = new Date(0) } = rows[0] ?? {};
  const hours = first === null || to < first ? [] : hoursBetween(first, to);
  const differing: Date[] = [];
  for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
    const found = await client.query<{ hour: Date }>(
      `with anew as (select ${COLUMNS} from (${ROWS}) r),
            kept as (select ${COLUMNS} from takings_hours where starts_at = any($1::timestamptz[]))
       select distinct starts_at as hour from (
         (select * from anew except select * from kept) union all (select * from kept except select * from anew)
       ) differing`,
      windowsOf(hours.slice(at, at + HOURS_AT_ONCE)),
    );
    differing.push(...found.rows.map(({ hour }) => hour));
  }
  return differing;
}

/** The next roll-up begins with the first order. */
export async function forgetTakings(pool: pg.Pool): Promise<void> {
  await pool.query("update takings_progress set rolled_to = '1970-01-01Z', journal_to = 0, audit_to = 0");
}
