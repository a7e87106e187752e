import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import type { Queryable } from "../client.ts";

// SQL throughout: sums over many rows, on the connection of the roll-up's transaction.

const COLUMNS = "day, channel, viewed, tapped, paid, paid_soon, reasons, pay_seconds";

/** The cells of these days, hours and folded days alike, as one row a day and channel. `offset 0` keeps each day a range of its index. */
const OF_DAYS = `
  with cells as (
    select d.day, c.* from unnest($1::date[]) d (day)
     cross join lateral (
       select channel, viewed, tapped, paid, paid_soon, reasons, pay_seconds from behaviour_cells
        where starts_at >= (d.day::timestamp at time zone 'Asia/Shanghai')
          and starts_at < ((d.day + 1)::timestamp at time zone 'Asia/Shanghai') offset 0) c
  ),
  reasons as (
    select day, channel, jsonb_object_agg(key, jsonb_build_object('orders', orders, 'amount', amount)) as reasons from (
      select day, channel, r.key, sum((r.value ->> 'orders')::bigint) as orders, sum((r.value ->> 'amount')::bigint) as amount
        from cells, jsonb_each(reasons) r group by 1, 2, 3) sums group by 1, 2
  ),
  seconds as (
    select day, channel, jsonb_object_agg(key, orders) as seconds from (
      select day, channel, s.key, sum(s.value::bigint) as orders from cells, jsonb_each_text(pay_seconds) s group by 1, 2, 3) sums
     group by 1, 2
  ),
  sums as (
    select day, channel, sum(viewed)::int as viewed, sum(tapped)::int as tapped, sum(paid)::int as paid, sum(paid_soon)::int as paid_soon
      from cells group by 1, 2
  )
  select day, channel, s.viewed, s.tapped, s.paid, s.paid_soon, coalesce(r.reasons, '{}') as reasons, coalesce(p.seconds, '{}') as pay_seconds
    from sums s left join reasons r using (day, channel) left join seconds p using (day, channel)`;

/** Adds up anew the days in Beijing that these hours are of. */
export async function replaceBehaviourDays(on: Queryable, hours: readonly Date[]): Promise<void> {
  const days = [...new Set(hours.map(beijingDay))];
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const some = [days.slice(at, at + DAYS_AT_ONCE)];
    await on.query("delete from behaviour_days where day = any ($1::date[])", some);
    await on.query(`insert into behaviour_days (${COLUMNS}) ${OF_DAYS}`, some);
  }
}

/** All days anew from their cells, also those whose events are gone. */
export async function rebuildBehaviourDays(on: Queryable): Promise<void> {
  await replaceBehaviourDays(on, (await daysWithSums(on)).map(beijingMidnight));
}

/** Days that one statement adds up; it has fifteen seconds. */
const DAYS_AT_ONCE = 31;

async function daysWithSums(on: Queryable): Promise<string[]> {
  const { rows } = await on.query<{ day: string }>(
    `select (starts_at at time zone 'Asia/Shanghai')::date::text as day from behaviour_cells
     union select day::text from behaviour_days order by 1`,
  );
  return rows.map(({ day }) => day);
}

/** Days with rows that differ from what their cells add up to. */
export async function differingBehaviourDays(on: Queryable): Promise<string[]> {
  const days = await daysWithSums(on);
  const differing: string[] = [];
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const found = await on.query<{ day: string }>(
      `with anew as (${OF_DAYS}), kept as (select ${COLUMNS} from behaviour_days where day = any ($1::date[]))
       select distinct day::text from (
         (select * from anew except select * from kept) union all (select * from kept except select * from anew)
       ) differing order by 1`,
      [days.slice(at, at + DAYS_AT_ONCE)],
    );
    differing.push(...found.rows.map(({ day }) => day));
  }
  return differing;
}
