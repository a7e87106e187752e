-- Cells added up by the day in Beijing and the channel: what the funnel of weeks and months is read from. An hour has a cell for
-- each scene and app, so a quarter has a hundred thousand; it has some hundreds of these. Kept with the cells by the same roll-up.
create table behaviour_days (
  day         date not null,
  channel     text not null,
  viewed      integer not null check (viewed >= 1),
  tapped      integer not null check (tapped between 0 and viewed),
  paid        integer not null check (paid between 0 and viewed),
  paid_soon   integer not null check (paid_soon between 0 and paid),
  reasons     jsonb not null check (jsonb_typeof(reasons) = 'object'),
  pay_seconds jsonb not null check (jsonb_typeof(pay_seconds) = 'object'),
  primary key (day, channel)
);

with cells as (
  select (starts_at at time zone 'Asia/Shanghai')::date as day, channel, viewed, tapped, paid, paid_soon, reasons, pay_seconds
    from behaviour_cells
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
  select day, channel, sum(viewed) as viewed, sum(tapped) as tapped, sum(paid) as paid, sum(paid_soon) as paid_soon
    from cells group by 1, 2
)
insert into behaviour_days (day, channel, viewed, tapped, paid, paid_soon, reasons, pay_seconds)
select day, channel, s.viewed, s.tapped, s.paid, s.paid_soon, coalesce(r.reasons, '{}'), coalesce(p.seconds, '{}')
  from sums s left join reasons r using (day, channel) left join seconds p using (day, channel);
