import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { EXPIRES_IN_S_MAX } from "#lib/base/limits.ts";
import { addMs, DAY_MS, earlier, SECOND_MS } from "#lib/base/time.ts";
import { inTransaction } from "../transaction.ts";
import { SETTLING } from "./order-conditions.ts";

/** One process at a time, whichever it is. */
const LOCK = "select pg_try_advisory_xact_lock(hashtext('lingfu.order_days')) as mine";
/** Days of so many orders in one statement and one transaction, and of a single day however many it has. */
const ORDERS_AT_ONCE = 5_000;
/** Entries whose transaction ended later than that of a greater number. */
const NUMBERS_OVERLAP = 2_000;
const LONGEST_MS = EXPIRES_IN_S_MAX * SECOND_MS + DAY_MS;

const ORDER_SUMS = ["orders", "due", "paid", "discount", "refunded"] as const;

/** How far the days are added up. */
export interface DaysProgress {
  readonly rolledTo: Date;
  readonly journalTo: string;
  readonly auditTo: string;
}

export const DAYS_PROGRESS = `rolled_to as "rolledTo", journal_to as "journalTo", audit_to as "auditTo"`;

/** Days before this one's are complete but for what {@link dirtyDays} tells. */
export const completeTo = ({ rolledTo }: DaysProgress): Date => addMs(rolledTo, -ROLL_UP_OVERLAP_MS);

const DAY = (moment: string): string => `(${moment} at time zone 'Asia/Shanghai')::date`;

/**
 * `dirty_days (basis, day)`: days of orders that may have changed since, the days since then aside. Booked, closed, or given
 * another scene: nothing else changes what an order that came to an end adds. A progress that is older than the days only
 * makes more of them dirty. The numbers come as values and each order is looked up: what Postgres guesses of either reads
 * whole tables.
 * @param add puts a value in the statement
 */
export function dirtyDays(progress: DaysProgress, add: (value: unknown) => string): string {
  const since = (number: string) => add(Math.max(0, Number(number) - NUMBERS_OVERLAP));
  const at = completeTo(progress);
  const each = (columns: string, from: string) =>
    `dirty d cross join lateral (select ${columns} from ${from} offset 0) m`;
  return `
    dirty as (
      select order_id from journal_entries where id > ${since(progress.journalTo)}::bigint and order_id is not null
      union
      select id from orders
       where status = 'closed' and created_at >= ${add(addMs(at, -LONGEST_MS))} and created_at < ${add(progress.rolledTo)} and closed_at >= ${add(at)}
      union
      select subject from audit_log where id > ${since(progress.auditTo)}::bigint and action = 'order.scene'
    ),
    dirty_days as (
      select 'created' as basis, ${DAY("m.created_at")} as day from ${each("o.created_at", "orders o where o.id = d.order_id")}
      union
      select 'paid', ${DAY("m.paid_at")}
        from ${each("s.paid_at", "payment_attempts s where s.order_id = d.order_id and s.verdict = 'settles'")}
    )`;
}

const OFFERS = "select u.promotion_id from promotion_uses u where u.order_id = o.id and u.state = 'spent'";
/** What each order counts under: one row for each dimension, and one for each offer it got. */
const PLACES = `
  select * from (values ('all', ''), ('scene', coalesce(o.scene, 'other')), ('store', coalesce(o.store_id, '')),
    ('till', coalesce(o.till_id, '')), ('cashier', coalesce(o.cashier_id, '')), ('channel', s.channel),
    ('code', coalesce((select c.code_id from collection_orders c where c.order_id = o.id), ''))) p (dimension, key)
   where p.key is not null
  union all (${OFFERS.replace("select ", "select 'offer', ")})
  union all select 'offer', '' where not exists (${OFFERS})`;

const ADDED = `
  case when o.status = 'closed' then 'closed' when s.refunded = 0 then 'paid' when s.refunded < s.amount_paid then 'partially_refunded'
       else 'refunded' end as status,
  count(*)::int as orders, sum(o.amount_due)::bigint as due, coalesce(sum(s.amount_paid), 0)::bigint as paid,
  coalesce(sum(o.amount_discount) filter (where s.id is not null), 0)::bigint as discount, coalesce(sum(s.refunded), 0)::bigint as refunded`;
// `offset 0` keeps each day a range of its index.
const OF_DAYS = (days: string) => `
  with days as (select day, (day::timestamp at time zone 'Asia/Shanghai') as starts_at,
                       ((day + 1)::timestamp at time zone 'Asia/Shanghai') as ends_at from ${days} as t (day))
  select 'created' as basis, p.dimension, p.key, d.day, ${ADDED}
    from days d
   cross join lateral (select * from orders o where o.created_at >= d.starts_at and o.created_at < d.ends_at and o.status <> 'pending' offset 0) o
    left join ${SETTLING} cross join lateral (${PLACES}) p
   group by 2, 3, 4, 5
  union all
  select 'paid', p.dimension, p.key, d.day, ${ADDED}
    from days d
   cross join lateral (select * from payment_attempts a where a.verdict = 'settles' and a.paid_at >= d.starts_at and a.paid_at < d.ends_at offset 0) s
    join orders o on o.id = s.order_id cross join lateral (${PLACES}) p
   group by 2, 3, 4, 5`;
const COLUMNS = `basis, dimension, key, day, status, ${ORDER_SUMS.join(", ")}`;

/**
 * Adds up the days in which something happened since the last time, each anew from its rows: doing it twice, late or after a
 * crash gives the same sums. @returns how many days
 */
export async function rollUpOrderDays(pool: pg.Pool, now: Date): Promise<number> {
  for (let days = 0; ; ) {
    const { done, isLast } = await inTransaction(pool, (client) => rollUpNext(client, now));
    days += done;
    if (isLast) return days;
  }
}

interface RollUpState extends DaysProgress {
  readonly first: Date | null;
  readonly journalNewest: string;
  readonly auditNewest: string;
}

// SQL throughout: sums over many rows, on the connection of one transaction.
const STATE = `
  select ${DAYS_PROGRESS}, (select min(created_at) from orders) as first,
         (select coalesce(max(id), 0) from journal_entries) as "journalNewest",
         (select coalesce(max(id), 0) from audit_log) as "auditNewest"
    from order_days_progress`;

async function rollUpNext(client: pg.PoolClient, now: Date): Promise<{ done: number; isLast: boolean }> {
  const lock = await client.query<{ mine: boolean }>(LOCK);
  if (lock.rows[0]?.mine !== true) return { done: 0, isLast: true };
  const { rows } = await client.query<RollUpState>(STATE);
  const [state] = rows;
  if (state === undefined) throw new Error("the progress of the days is one row");
  const { rolledTo, first, journalNewest, auditNewest } = state;
  const isFirst = first === null || rolledTo < first;
  const since = beijingMidnight(beijingDay(isFirst ? (first ?? now) : completeTo(state)));
  const to = earlier(now, await endOfStep(client, since));
  const days = daysBetween(since, to);
  await replaceDays(client, days);
  // All of the past is still ahead of the first round; what changes from here on has a greater number.
  const dirty = isFirst ? [] : await changedDays(client, state, beijingDay(since));
  for (const day of dirty) await replaceDays(client, [day]);
  await client.query("update order_days_progress set rolled_to = $1, journal_to = $2, audit_to = $3", [
    ...[to, journalNewest, auditNewest],
  ]);
  return { done: days.length + dirty.length, isLast: to >= now };
}

/** A day at least, and as many as hold so many orders. */
async function endOfStep(client: pg.PoolClient, since: Date): Promise<Date> {
  const { rows } = await client.query<{ at: Date }>(
    "select created_at as at from orders where created_at >= $1 order by created_at offset $2 limit 1",
    [since, ORDERS_AT_ONCE],
  );
  const reached = rows[0] === undefined ? NEVER : beijingMidnight(beijingDay(rows[0].at));
  const nextDay = addMs(since, DAY_MS);
  return reached > nextDay ? reached : nextDay;
}

const NEVER = new Date(8.64e15);

/** Days before this one in which orders have changed. */
async function changedDays(client: pg.PoolClient, progress: DaysProgress, before: string): Promise<string[]> {
  const values: unknown[] = [before];
  const dirty = dirtyDays(progress, (value) => `$${values.push(value)}`);
  const { rows } = await client.query<{ day: string }>(
    `with ${dirty} select distinct day::text from dirty_days where day < $1::date`,
    values,
  );
  return rows.map(({ day }) => day);
}

async function replaceDays(client: pg.PoolClient, days: readonly string[]): Promise<void> {
  await client.query("delete from order_days where day = any ($1::date[])", [days]);
  await client.query(`insert into order_days (${COLUMNS}) ${OF_DAYS("unnest($1::date[])")}`, [days]);
}

function daysBetween(from: Date, to: Date): string[] {
  const days: string[] = [];
  for (let at = from; at <= to; at = addMs(at, DAY_MS)) days.push(beijingDay(at));
  return days;
}

const DAYS_CHECKED_AT_ONCE = 3;

/** Days that have rows which differ from what their orders add up to. */
export async function differingOrderDays(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<RollUpState>(STATE);
  const { first = null, rolledTo: to = new Date(0) } = rows[0] ?? {};
  const days = first === null || to < first ? [] : daysBetween(beijingMidnight(beijingDay(first)), to);
  const differing: string[] = [];
  for (let at = 0; at < days.length; at += DAYS_CHECKED_AT_ONCE) {
    const found = await client.query<{ day: string }>(
      `with anew as (select ${COLUMNS} from (${OF_DAYS("unnest($1::date[])")}) r),
            kept as (select ${COLUMNS} from order_days where day = any ($1::date[]))
       select distinct day::text from (
         (select * from anew except select * from kept) union all (select * from kept except select * from anew)
       ) differing`,
      [days.slice(at, at + DAYS_CHECKED_AT_ONCE)],
    );
    differing.push(...found.rows.map(({ day }) => day));
  }
  return differing;
}

/** The next roll-up begins with the first order. */
export async function forgetOrderDays(pool: pg.Pool): Promise<void> {
  await pool.query("update order_days_progress set rolled_to = '1970-01-01Z', journal_to = 0, audit_to = 0");
}
