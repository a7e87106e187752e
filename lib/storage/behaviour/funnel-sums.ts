import type pg from "pg";
import type { Cell } from "#lib/intelligence/index.ts";
import type { Span } from "./insights.ts";

// SQL throughout: sums over many rows, added up where they are, so that a page gets few.

/** Days in Beijing, both included. */
interface Days {
  readonly firstDay: string;
  readonly lastDay: string;
}

/** The cells of these days as one per channel, as if all of it were one hour. */
export async function readFunnelSums(pool: pg.Pool, { firstDay, lastDay }: Days): Promise<Cell[]> {
  const { rows } = await pool.query<Cell>(
    `with days as (select * from behaviour_days where day between $1::date and $2::date),
     reasons as (
       select channel, jsonb_object_agg(key, jsonb_build_object('orders', orders, 'amount', amount)) as reasons from (
         select channel, r.key, sum((r.value ->> 'orders')::bigint) as orders, sum((r.value ->> 'amount')::bigint) as amount
           from days, jsonb_each(reasons) r group by 1, 2) sums group by 1),
     seconds as (
       select channel, jsonb_object_agg(key, orders) as seconds from (
         select channel, s.key, sum(s.value::bigint) as orders from days, jsonb_each_text(pay_seconds) s group by 1, 2) sums group by 1)
     select ($1::date::timestamp at time zone 'Asia/Shanghai') as "startsAt", d.channel, '' as scene, '' as env,
            sum(viewed)::float8 as viewed, sum(tapped)::float8 as tapped, sum(paid)::float8 as paid, sum(paid_soon)::float8 as "paidSoon",
            coalesce((select r.reasons from reasons r where r.channel = d.channel), '{}') as reasons,
            coalesce((select s.seconds from seconds s where s.channel = d.channel), '{}') as "paySeconds"
       from days d group by d.channel order by sum(viewed) desc, d.channel`,
    [firstDay, lastDay],
  );
  return rows;
}

interface ConversionQuery extends Span {
  readonly step: "hour" | "day";
}

interface Conversion {
  readonly at: Date;
  readonly hits: number;
  readonly total: number;
}

const BY_HOUR = `
  select starts_at as at, sum(paid_soon)::float8 as hits, sum(viewed)::float8 as total
    from behaviour_cells where starts_at >= $1 and starts_at < $2 and channel <> 'guide' group by 1 order by 1`;
const BY_DAY = `
  select (day::timestamp at time zone 'Asia/Shanghai') as at, sum(paid_soon)::float8 as hits, sum(viewed)::float8 as total
    from behaviour_days
   where day >= ($1::timestamptz at time zone 'Asia/Shanghai')::date and (day::timestamp at time zone 'Asia/Shanghai') < $2 and channel <> 'guide'
   group by 1 order by 1`;

/** Of those who saw the pay page, how many paid within twenty minutes: what alarms watch, by the hour or whole day in Beijing. */
export async function readConversion(pool: pg.Pool, { from, to, step }: ConversionQuery): Promise<Conversion[]> {
  const { rows } = await pool.query<Conversion>(step === "hour" ? BY_HOUR : BY_DAY, [from, to]);
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
