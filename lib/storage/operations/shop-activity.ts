import type { OpeningProgress, OrderProgress, ShopActivity, SlotCount } from "#lib/intelligence/index.ts";
import type { Pool } from "../client.ts";
import { run, statement } from "../transaction.ts";

// What the silence alarm goes by. Each statement takes so many of the newest from the end of an index, so that it costs the same
// whether the shop has a thousand orders or a million.

export interface NewestActivity {
  readonly before: Date;
  readonly since: Date;
  /** Of each kind. */
  readonly limit: number;
}

// Stays SQL: one statement for several tables, each looked up by an index for every order. Orders of a till are paid by code, without
// a page.
const ORDERS = statement("watched_orders")`
  select o.created_at as at,
         (extract(epoch from least(o.seen_at, (
            select min(e.at) from behaviour_events e
             where e.order_id = o.id and e.order_at = o.created_at and e.type = 'page_viewed')) - o.created_at) * 1000)::float8
           as "viewedAfterMs",
         (extract(epoch from o.paid_at - o.created_at) * 1000)::float8 as "paidAfterMs",
         a.created_at as "openedAt",
         a.status in ('failed', 'opening') or exists (
           select from behaviour_events e where e.order_id = o.id and e.order_at = o.created_at and e.type = 'failed') as "isFailed"
    from orders o
    left join lateral (select created_at, status from payment_attempts
                        where order_id = o.id order by sequence desc limit 1) a on true
   where o.created_at < $1 and o.created_at >= $2 and o.till_id is null
     and not exists (select from payment_attempts c where c.order_id = o.id and c.channel = 'codepay')
   order by o.created_at desc, o.id desc limit $3`;
const PAYMENTS = statement("watched_payments")`
  select a.paid_at as at,
         (select (extract(epoch from min(n.received_at) - a.paid_at) * 1000)::float8 from notify_receipts n
           where coalesce(n.content -> 'trade' ->> 'number', n.content ->> 'tradeNumber') = a.number and n.kind = 'payment')
           as "noticedAfterMs"
    from payment_attempts a
   where a.status = 'succeeded' and a.paid_at < $1 and a.paid_at >= $2 and a.channel <> 'codepay'
   order by a.paid_at desc limit $3`;
const SLOTS = statement("watched_slots")`
  select to_timestamp(floor(extract(epoch from paid_at) / 900) * 900) as at, count(*)::int as payments
    from payment_attempts where verdict = 'settles' and paid_at >= $1 and paid_at < $2 group by 1`;
const FIRST = statement("first_payment")`
  select min(paid_at) as at from payment_attempts where verdict = 'settles'`;
const LAST = statement("last_payment")`
  select max(paid_at) as at from payment_attempts where status = 'succeeded' and paid_at <= $1`;

type ActivityRow = OrderProgress & { readonly openedAt: Date | null; readonly isFailed: boolean };

/** Oldest first. */
export async function readActivity(pool: Pool, { before, since, limit }: NewestActivity): Promise<ShopActivity> {
  const values = [before, since, limit];
  const [orders, payments] = await Promise.all([
    run<ActivityRow>(pool, ORDERS, values),
    run<ShopActivity["payments"][number]>(pool, PAYMENTS, values),
  ]);
  const rows = orders.rows.toReversed();
  return {
    orders: rows.map(({ at, viewedAfterMs, paidAfterMs }) => ({ at, viewedAfterMs, paidAfterMs })),
    payments: payments.rows.toReversed(),
    openings: rows
      .flatMap(({ openedAt, isFailed }): OpeningProgress[] => (openedAt === null ? [] : [{ at: openedAt, isFailed }]))
      .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  };
}

/** Payments by the quarter of an hour; one scan of an index, so it is not for every minute. */
export async function readSlots(
  pool: Pool,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<SlotCount[]> {
  return (await run<SlotCount>(pool, SLOTS, [from, to])).rows;
}

export async function firstPaymentAt(pool: Pool): Promise<Date | null> {
  return (await run<{ at: Date | null }>(pool, FIRST, [])).rows[0]?.at ?? null;
}

export async function lastPaymentAt(pool: Pool, now: Date): Promise<Date | null> {
  return (await run<{ at: Date | null }>(pool, LAST, [now])).rows[0]?.at ?? null;
}
