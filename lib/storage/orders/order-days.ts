import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { EXPIRES_IN_S_MAX } from "#lib/base/limits.ts";
import { addMs, DAY_MS, earlier } from "#lib/base/time.ts";
import { inTransaction } from "../transaction.ts";
import { SETTLING } from "./order-conditions.ts";

/** One process at a time, whichever it is. */
const LOCK = "select pg_try_advisory_xact_lock(hashtext('lingfu.order_days')) as mine";
/** So many days in one statement and one transaction, of a shop with tens of thousands of orders a day. */
const DAYS_AT_ONCE = 2;
const MARGINS = {
  /** Entries whose transaction ended later than that of a greater number. */
  numbers: 2_000,
  overlap: `${ROLL_UP_OVERLAP_MS} milliseconds`,
  longest: `${EXPIRES_IN_S_MAX + 86_400} seconds`,
} as const;

const ORDER_SUMS = ["orders", "due", "paid", "discount", "refunded"] as const;

/**
 * `dirty (order_id)`: orders that may have changed since they were added up, the ones made since then aside, which are as many
 * days as have passed. Booked, closed, or given another scene: nothing else changes what an order that came to an end adds.
 */
const DIRTY_ORDERS = `
  since as (select rolled_to, rolled_to - interval '${MARGINS.overlap}' as at, journal_to, audit_to from order_days_progress),
  dirty as (
    select order_id from journal_entries, since where id > since.journal_to - ${MARGINS.numbers} and order_id is not null
    union
    select o.id from orders o, since
     where o.status = 'closed' and o.created_at >= since.at - interval '${MARGINS.longest}' and o.created_at < since.rolled_to
       and o.closed_at >= since.at
    union
    select subject from audit_log, since where id > since.audit_to - ${MARGINS.numbers} and action = 'order.scene'
  )`;

const DAY = (moment: string): string => `(${moment} at time zone 'Asia/Shanghai')::date`;

/** `dirty_days (basis, day)` of those orders, in both bases. */
export const DIRTY_DAYS = `
  ${DIRTY_ORDERS},
  dirty_days as (
    select 'created' as basis, ${DAY("o.created_at")} as day from dirty d join orders o on o.id = d.order_id
    union
    select 'paid', ${DAY("s.paid_at")} from dirty d join payment_attempts s on s.order_id = d.order_id and s.verdict = 'settles'
  )`;

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

interface DaysProgress {
  readonly rolled_to: Date;
  readonly first: Date | null;
  readonly journal_newest: string;
  readonly audit_newest: string;
}

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

// SQL throughout: sums over many rows, on the connection of one transaction.
async function rollUpNext(client: pg.PoolClient, now: Date): Promise<{ done: number; isLast: boolean }> {
  const lock = await client.query<{ mine: boolean }>(LOCK);
  if (lock.rows[0]?.mine !== true) return { done: 0, isLast: true };
  const { rows } = await client.query<DaysProgress>(
    `select rolled_to, (select min(created_at) from orders) as first,
            (select coalesce(max(id), 0) from journal_entries) as journal_newest,
            (select coalesce(max(id), 0) from audit_log) as audit_newest
       from order_days_progress`,
  );
  const [progress] = rows;
  if (progress === undefined) throw new Error("the progress of the days is one row");
  const { rolled_to, first, journal_newest, audit_newest } = progress;
  const isFirst = first === null || rolled_to < first;
  const since = beijingMidnight(beijingDay(isFirst ? (first ?? now) : addMs(rolled_to, -ROLL_UP_OVERLAP_MS)));
  const to = earlier(now, addMs(since, DAYS_AT_ONCE * DAY_MS));
  const days = new Set(daysBetween(since, to));
  // All of the past is still ahead of the first round; what changes from here on has a greater number.
  if (!isFirst) {
    const dirty = await client.query<{ day: string }>(
      `with ${DIRTY_DAYS} select distinct day::text from dirty_days where day <= $1::date`,
      [beijingDay(to)],
    );
    for (const { day } of dirty.rows) days.add(day);
  }
  await replaceDays(client, [...days]);
  await client.query("update order_days_progress set rolled_to = $1, journal_to = $2, audit_to = $3", [
    ...[to, journal_newest, audit_newest],
  ]);
  return { done: days.size, isLast: to >= now };
}

async function replaceDays(client: pg.PoolClient, days: readonly string[]): Promise<void> {
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const some = days.slice(at, at + DAYS_AT_ONCE);
    await client.query("delete from order_days where day = any ($1::date[])", [some]);
    await client.query(`insert into order_days (${COLUMNS}) ${OF_DAYS("unnest($1::date[])")}`, [some]);
  }
}

function daysBetween(from: Date, to: Date): string[] {
  const days: string[] = [];
  for (let at = from; at <= to; at = addMs(at, DAY_MS)) days.push(beijingDay(at));
  return days;
}

/** Days that have rows which differ from what their orders add up to. */
export async function differingOrderDays(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<DaysProgress>(
    "select rolled_to, (select min(created_at) from orders) as first from order_days_progress",
  );
  const { first = null, rolled_to: to = new Date(0) } = rows[0] ?? {};
  const days = first === null || to < first ? [] : daysBetween(beijingMidnight(beijingDay(first)), to);
  const differing: string[] = [];
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const found = await client.query<{ day: string }>(
      `with anew as (select ${COLUMNS} from (${OF_DAYS("unnest($1::date[])")}) r),
            kept as (select ${COLUMNS} from order_days where day = any ($1::date[]))
       select distinct day::text from (
         (select * from anew except select * from kept) union all (select * from kept except select * from anew)
       ) differing`,
      [days.slice(at, at + DAYS_AT_ONCE)],
    );
    differing.push(...found.rows.map(({ day }) => day));
  }
  return differing;
}

/** The next roll-up begins with the first order. */
export async function forgetOrderDays(pool: pg.Pool): Promise<void> {
  await pool.query("update order_days_progress set rolled_to = '1970-01-01Z', journal_to = 0, audit_to = 0");
}
