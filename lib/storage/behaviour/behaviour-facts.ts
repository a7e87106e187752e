// What the server knows of an order, as events: derived from its rows by the roll-up, never written by the flows themselves.
// So no payment waits for it, nothing is lost when it fails, and a late one is made up for.

const code = (column: string): string =>
  `left(regexp_replace(coalesce(${column}, 'unknown'), '[^A-Za-z0-9_.:~-]', '_', 'g'), 64)`;

/** Of the orders `$1`; the ids are digests of what they tell, so that telling it again is no new event. */
export const FACTS = `
  with known as (select * from orders where id = any($1::text[]))
  select f.order_id, k.created_at as order_at, md5(f.name)::uuid as id, 'server' as session, f.type, f.at,
         'unknown' as env, '' as form, '' as os, '' as channel, coalesce(k.scene, 'other') as scene, f.props
    from known k join lateral (
      select k.id as order_id, 'paid|' || k.id as name, 'paid' as type, k.paid_at as at,
             jsonb_build_object('due', k.amount_due) as props where k.status = 'paid'
      union all
      select k.id, 'expired|' || k.id, 'expired', k.closed_at, jsonb_build_object('due', k.amount_due)
       where k.status = 'closed'
      union all
      select k.id, 'refunded|' || r.id, 'refunded', r.succeeded_at, jsonb_build_object('amount', r.amount)
        from refunds r where r.order_id = k.id and r.status = 'succeeded'
      union all
      select k.id, 'failed|' || a.id, 'failed', a.ended_at, jsonb_build_object('code', ${code("a.failure")})
        from payment_attempts a where a.order_id = k.id and a.status = 'failed' and a.ended_at is not null
    ) f on true`;

/** Orders of which something became known since `$1`; bookings since the entry `$2` of the journal. */
export const CHANGED_ORDERS = `
  select distinct order_id from (
    select order_id from journal_entries where id > $2 and order_id is not null
    union all
    select id from orders where status = 'closed' and created_at >= $1::timestamptz - $3::interval and closed_at >= $1
    union all
    select a.order_id from orders o join payment_attempts a on a.order_id = o.id
     where o.created_at >= $1::timestamptz - $3::interval and a.status = 'failed' and a.ended_at >= $1
  ) changed`;

/** What alarms watch besides the page, for the hours `$1`. Payment codes bring no notice that could be late. */
export const MEASURED_HOURS = `
  with hours as (select unnest($1::timestamptz[]) as h),
  paid as (
    select h, a.id, a.amount_paid, a.paid_at, a.channel,
           (select min(n.received_at) from notify_receipts n
             where coalesce(n.content -> 'trade' ->> 'number', n.content ->> 'tradeNumber') = a.number
               and n.kind = 'payment') as noticed_at
      from hours join payment_attempts a
        on a.verdict = 'settles' and a.paid_at >= h and a.paid_at < h + interval '1 hour'
  ),
  payments as (
    select h, count(*) as count, sum(amount_paid) as amount, count(*) filter (where channel <> 'codepay') as notices,
           count(*) filter (where channel <> 'codepay' and noticed_at is null) as unnoticed,
           coalesce(percentile_disc(0.95) within group (
             order by greatest(0, extract(epoch from noticed_at - paid_at) * 1000))
             filter (where noticed_at is not null), 0)::bigint as delay,
           count(noticed_at) as noticed
      from paid group by h
  ),
  refunded as (
    select h, count(*) as count, sum(r.amount) as amount
      from hours join refunds r on r.status = 'succeeded' and r.succeeded_at >= h and r.succeeded_at < h + interval '1 hour'
     group by h
  ),
  made as (
    select h, count(*) as count from hours join orders o on o.created_at >= h and o.created_at < h + interval '1 hour'
     group by h
  ),
  refused as (
    select h, ${code("a.failure")} as code, count(distinct o.id) as count
      from hours join orders o on o.created_at >= h and o.created_at < h + interval '1 hour'
      join payment_attempts a on a.order_id = o.id and a.status = 'failed'
     group by grouping sets ((h, ${code("a.failure")}), (h))
  )
  select h as starts_at, 'refund_count' as measure, '' as key, coalesce(r.count, 0) as hits, coalesce(p.count, 0) as total
    from payments p full join refunded r using (h)
  union all
  select h, 'refund_amount', '', coalesce(r.amount, 0), coalesce(p.amount, 0) from payments p full join refunded r using (h)
  union all
  select h, 'paid_unnoticed', '', unnoticed, notices from payments where notices > 0
  union all
  select h, 'notice_delay', '', delay, noticed from payments where noticed > 0
  union all
  select m.h, 'wechat_error', coalesce(f.code, ''), coalesce(f.count, 0), m.count from made m left join refused f on f.h = m.h
  order by 1, 2, 3`;
