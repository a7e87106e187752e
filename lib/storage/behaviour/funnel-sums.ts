import type pg from "pg";
import type { Cell } from "#lib/intelligence/index.ts";
import type { Span } from "./insights.ts";

// SQL throughout: sums over many rows, added up where they are, so that a page gets few.

/** The cells of a stretch as one per channel, as if all of it were one hour. */
export async function readFunnelSums(pool: pg.Pool, { from, to }: Span): Promise<Cell[]> {
  const { rows } = await pool.query<Cell>(
    // Each sum reads the cells by itself, which several processes then do at once.
    `with reasons as (
       select channel, jsonb_object_agg(key, jsonb_build_object('orders', orders, 'amount', amount)) as reasons from (
         select c.channel, r.key, sum((r.value ->> 'orders')::int) as orders, sum((r.value ->> 'amount')::bigint) as amount
           from behaviour_cells c, jsonb_each(c.reasons) r where c.starts_at >= $1 and c.starts_at < $2 group by 1, 2) sums group by 1),
     seconds as (
       select channel, jsonb_object_agg(key, orders) as seconds from (
         select c.channel, s.key, sum(s.value::int) as orders from behaviour_cells c, jsonb_each_text(c.pay_seconds) s
          where c.starts_at >= $1 and c.starts_at < $2 group by 1, 2) sums group by 1)
     select $1::timestamptz as "startsAt", c.channel, '' as scene, '' as env, sum(viewed)::float8 as viewed, sum(tapped)::float8 as tapped,
            sum(paid)::float8 as paid, sum(paid_soon)::float8 as "paidSoon",
            coalesce((select r.reasons from reasons r where r.channel = c.channel), '{}') as reasons,
            coalesce((select s.seconds from seconds s where s.channel = c.channel), '{}') as "paySeconds"
       from behaviour_cells c where c.starts_at >= $1 and c.starts_at < $2 group by c.channel order by sum(viewed) desc, c.channel`,
    [from, to],
  );
  return rows;
}

interface ConversionQuery extends Span {
  readonly step: "hour" | "day";
}

/** Of those who saw the pay page, how many paid within twenty minutes: what alarms watch, by the hour or day in Beijing. */
export async function readConversion(
  pool: pg.Pool,
  { from, to, step }: ConversionQuery,
): Promise<{ at: Date; hits: number; total: number }[]> {
  const { rows } = await pool.query<{ at: Date; hits: number; total: number }>(
    `select date_trunc($3, starts_at, 'Asia/Shanghai') as at, sum(paid_soon)::float8 as hits, sum(viewed)::float8 as total
       from behaviour_cells where starts_at >= $1 and starts_at < $2 and channel <> 'guide' group by 1 order by 1`,
    [from, to, step],
  );
  return rows;
}

/** Payments by weekday (1 is Monday) and hour of the day in Beijing. */
export async function readBusyHours(
  pool: pg.Pool,
  { from, to }: Span,
): Promise<{ weekday: number; hour: number; payments: number; paid: number }[]> {
  const { rows } = await pool.query<{ weekday: number; hour: number; payments: number; paid: number }>(
    `select extract(isodow from starts_at at time zone 'Asia/Shanghai')::int as weekday,
            extract(hour from starts_at at time zone 'Asia/Shanghai')::int as hour,
            sum(payments)::float8 as payments, sum(paid)::float8 as paid
       from takings_hours where dimension = 'all' and starts_at >= $1 and starts_at < $2 and payments > 0
      group by 1, 2 order by 1, 2`,
    [from, to],
  );
  return rows;
}
