import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import type {
  Cell,
  FairnessRow,
  HourPoint,
  LoggedDecision,
  ShopperPayment,
  UpliftRow,
} from "#lib/intelligence/index.ts";
import type { Queryable } from "../client.ts";

export interface Span {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

// SQL throughout: sums over many rows, and the roll-up compares cells on the connection of its own transaction.

/** What was rolled up, hours and old days alike. */
export async function readCells(on: Queryable, { from, to }: Span): Promise<Cell[]> {
  const { rows } = await on.query<Cell>(
    `select starts_at as "startsAt", channel, scene, env, viewed, tapped, paid, paid_soon as "paidSoon", reasons,
            pay_seconds as "paySeconds"
       from behaviour_cells where starts_at >= $1 and starts_at < $2
      order by starts_at, channel collate "C", scene collate "C", env collate "C"`,
    [from, to],
  );
  return rows;
}

/** Who an order is of: a shopper who agreed to be remembered, else the id that the shop gave. Sensitive scenes count for no shopper. */
const SHOPPER = "coalesce(s.shopper_id, o.shopper_id)";
const NOT_SENSITIVE = "coalesce(o.scene, 'other') not in ('healthcare', 'education', 'donation')";

/** Payments of shoppers who can be known again, less what was given back. */
export async function readShopperPayments(on: Queryable, { from, to }: Span): Promise<ShopperPayment[]> {
  const { rows } = await on.query<ShopperPayment>(
    `select ${SHOPPER} as "shopperId", a.paid_at as at, a.amount_paid - a.refunded as amount
       from payment_attempts a join orders o on o.id = a.order_id left join order_shoppers s on s.order_id = o.id
      where a.verdict = 'settles' and a.paid_at >= $1 and a.paid_at < $2 and ${NOT_SENSITIVE}
        and ${SHOPPER} is not null and a.refunded < a.amount_paid`,
    [from, to],
  );
  return rows;
}

/** The learner's decisions that came to an end and may be learned from. */
export async function readUpliftRows(on: Queryable, { from, to }: Span): Promise<UpliftRow[]> {
  const { rows } = await on.query<UpliftRow>(
    `select d.shopper_id as "shopperId", d.arm, d.p_none as "pNone",
            sum(u.net_margin)::float8 as "netMargin", sum(u.cost)::float8 as cost,
            (d.context ->> 'amount')::float8 as amount, coalesce((d.context ->> 'freq90')::float8, 0) as frequency,
            case when (d.context ->> 'isNew')::boolean then 'new' when (d.context ->> 'lapsed')::boolean then 'lapsed'
                 when (d.context ->> 'freq90')::float8 >= 6 then 'loyal' else 'other' end as segment
       from learner_decisions d join learner_outcomes u on u.decision_id = d.id
      where d.created_at >= $1 and d.created_at < $2 and d.unlearned is null
      group by d.id having bool_or(u.kind = 'pay') and bool_and(u.unlearned is null)
      order by d.id`,
    [from, to],
  );
  return rows;
}

export interface PolicyLog extends LoggedDecision {
  /** What could have been drawn. */
  readonly arms: readonly string[];
}

/** The same decisions, as another policy is weighed by them. */
export async function readPolicyLogs(on: Queryable, { from, to }: Span): Promise<PolicyLog[]> {
  const { rows } = await on.query<PolicyLog>(
    `select d.arm, d.propensity, sum(u.net_margin)::float8 as reward,
            array(select a ->> 'id' from jsonb_array_elements(d.arms) a) as arms
       from learner_decisions d join learner_outcomes u on u.decision_id = d.id
      where d.created_at >= $1 and d.created_at < $2 and d.unlearned is null
      group by d.id having bool_or(u.kind = 'pay') and bool_and(u.unlearned is null)
      order by d.id`,
    [from, to],
  );
  return rows;
}

/** Paid orders, with what their page was seen with. */
export async function readFairnessRows(on: Queryable, { from, to }: Span): Promise<FairnessRow[]> {
  const { rows } = await on.query<FairnessRow>(
    `select o.amount_discount as discount, o.amount_total as amount, v.env, v.form, v.os,
            not exists (select from order_shoppers s join order_shoppers e on e.shopper_id = s.shopper_id
                          join orders p on p.id = e.order_id and p.status = 'paid' and p.paid_at < o.paid_at
                         where s.order_id = o.id) as "isNew"
       from orders o
       join lateral (select e.env, e.form, e.os from behaviour_events e
                      where e.order_id = o.id and e.order_at = o.created_at and e.type = 'page_viewed'
                      order by e.at, e.id limit 1) v on true
      where o.status = 'paid' and o.created_at >= $1 and o.created_at < $2`,
    [from, to],
  );
  return rows;
}

/** Hour by hour, everything that alarms watch. */
export async function readHourPoints(on: Queryable, { from, to }: Span): Promise<HourPoint[]> {
  const { rows } = await on.query<HourPoint>(
    `with cells as (select * from behaviour_cells where span = 'hour' and starts_at >= $1 and starts_at < $2),
          errors as (select starts_at, key, hits, total from insight_hours
                      where measure = 'wechat_error' and starts_at >= $1 and starts_at < $2)
     select 'conversion' as measure, channel as key, starts_at as at, sum(paid_soon)::float8 as hits, sum(viewed)::float8 as total
       from cells where channel <> 'guide' group by channel, starts_at
     union all
     select 'conversion', 'all', starts_at, sum(paid_soon), sum(viewed) from cells where channel <> 'guide' group by starts_at
     union all
     select 'dead_end', '', starts_at, coalesce(sum(viewed) filter (where channel = 'guide'), 0), sum(viewed)
       from cells group by starts_at
     union all
     select measure, key, starts_at, hits, total from insight_hours
      where measure <> 'wechat_error' and starts_at >= $1 and starts_at < $2
     union all
     select 'wechat_error', c.key, h.starts_at, coalesce(e.hits, 0), h.total
       from (select starts_at, max(total) as total from errors group by starts_at) h
       cross join (select distinct key from errors where key <> '') c
       left join errors e on e.starts_at = h.starts_at and e.key = c.key`,
    [from, to],
  );
  return rows;
}

/** Old hours become days: what is left of them then tells of no hour. @returns how many cells went into others */
export async function foldOldCells(on: Queryable, before: Date): Promise<number> {
  const day = beijingMidnight(beijingDay(before));
  const { rowCount } = await on.query(
    `with gone as (delete from behaviour_cells where span = 'hour' and starts_at < $1 returning *),
          placed as (select *, date_trunc('day', starts_at, 'Asia/Shanghai') as day from gone),
          reasons as (
            select day, channel, scene, env, r.key, sum((r.value ->> 'orders')::int) as orders, sum((r.value ->> 'amount')::bigint) as amount
              from placed, jsonb_each(reasons) r group by 1, 2, 3, 4, 5
          ),
          seconds as (
            select day, channel, scene, env, s.key, sum(s.value::int) as orders
              from placed, jsonb_each_text(pay_seconds) s group by 1, 2, 3, 4, 5
          )
     insert into behaviour_cells (starts_at, span, channel, scene, env, viewed, tapped, paid, paid_soon, reasons, pay_seconds)
     select p.day, 'day', p.channel, p.scene, p.env, sum(viewed), sum(tapped), sum(paid), sum(paid_soon),
            coalesce((select jsonb_object_agg(r.key, jsonb_build_object('orders', r.orders, 'amount', r.amount)) from reasons r
                       where (r.day, r.channel, r.scene, r.env) = (p.day, p.channel, p.scene, p.env)), '{}'),
            coalesce((select jsonb_object_agg(s.key, s.orders) from seconds s
                       where (s.day, s.channel, s.scene, s.env) = (p.day, p.channel, p.scene, p.env)), '{}')
       from placed p group by p.day, p.channel, p.scene, p.env`,
    [day],
  );
  return rowCount ?? 0;
}
