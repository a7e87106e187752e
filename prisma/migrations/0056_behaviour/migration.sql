-- What happens on the pay page, counted; and shoppers who agreed to be remembered, under a name that only we can make.

-- ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The months of the events lie in a schema of their own, so that `public` has the tables that the program names.
create schema if not exists behaviour;

create table behaviour_events (
  order_id text not null,
  -- of the order: the same for all its events, so that a repeated event meets itself in whatever month it comes
  order_at timestamptz not null,
  -- made by the page (UUIDv7); the server's own are a digest of what they tell
  id       uuid not null,
  -- a visit of the page; `server` for what we know ourselves
  session  text not null check (session ~ '^[A-Za-z0-9_-]{6,32}$'),
  type     text not null check (type in ('page_viewed', 'code_scanned', 'channel_shown', 'channel_switched', 'offer_shown',
             'pay_tapped', 'bridge_opened', 'cancelled', 'failed', 'paid', 'expired', 'abandoned', 'refunded')),
  -- by our clock
  at       timestamptz not null,
  -- who looks, as far as it is kept: no address and no user agent
  env      text not null check (char_length(env) <= 16),
  form     text not null check (char_length(form) <= 16),
  os       text not null check (char_length(os) <= 16),
  channel  text not null check (char_length(channel) <= 16),
  scene    text not null check (char_length(scene) <= 32),
  props    jsonb not null default '{}' check (jsonb_typeof(props) = 'object' and octet_length(props::text) <= 512),
  primary key (order_id, id, order_at)
) partition by range (order_at);
-- What came since the last roll-up; what has outlived its use.
create index behaviour_events_at on behaviour_events (at);
-- Orders by when they were first looked at.
create index behaviour_events_viewed on behaviour_events (at, order_id) where type = 'page_viewed';
create trigger behaviour_events_fixed before update on behaviour_events for each row execute function refuse_change();

-- Takes what no month was made for, so that an event is never refused because a job was late.
create table behaviour.events_rest partition of behaviour_events default;

create function make_behaviour_month(month date) returns void language plpgsql as $$
declare
  place text := 'events_' || to_char(month, 'YYYYMM');
  begins timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
begin
  if to_regclass('behaviour.' || place) is not null then return; end if;
  lock table behaviour.events_rest in access exclusive mode;
  execute format('create table behaviour.%I (like public.behaviour_events including defaults including constraints)', place);
  execute format('with moved as (delete from behaviour.events_rest where order_at >= %L and order_at < %L returning *)
                  insert into behaviour.%I select * from moved', begins, ends, place);
  execute format('alter table public.behaviour_events attach partition behaviour.%I for values from (%L) to (%L)',
                 place, begins, ends);
end $$;

-- A whole month at once costs nothing and leaves no holes.
create function drop_behaviour_months(before timestamptz) returns integer language plpgsql as $$
declare
  place text;
  dropped integer := 0;
begin
  for place in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'public.behaviour_events'::regclass and c.relname ~ '^events_[0-9]{6}$'
       and (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') at time zone 'UTC' <= before
  loop
    execute format('drop table behaviour.%I', place);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

select make_behaviour_month((date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead))::date)
  from generate_series(0, 2) as ahead;

-- ── roll-ups ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Orders by the Beijing hour (later: day) in which their page was first seen. All of it can be made again from the events.
create table behaviour_cells (
  starts_at   timestamptz not null,
  span        text not null check (span in ('hour', 'day')),
  channel     text not null,
  scene       text not null,
  env         text not null,
  viewed      integer not null check (viewed >= 1),
  tapped      integer not null check (tapped between 0 and viewed),
  paid        integer not null check (paid between 0 and viewed),
  -- within twenty minutes: what alarms watch, since it does not grow any more
  paid_soon   integer not null check (paid_soon between 0 and paid),
  -- {reason: {orders, amount}}, amount in fen
  reasons     jsonb not null check (jsonb_typeof(reasons) = 'object'),
  -- seconds from the first look to the payment, as a histogram {bucket: orders}
  pay_seconds jsonb not null check (jsonb_typeof(pay_seconds) = 'object'),
  primary key (starts_at, span, channel, scene, env)
);

-- What alarms watch beside the page, by hour: `hits` of `total` (of `notice_delay`: the 95th percentile in ms, of how many).
create table insight_hours (
  starts_at timestamptz not null,
  measure   text not null check (measure in ('refund_count', 'refund_amount', 'notice_delay', 'paid_unnoticed', 'wechat_error')),
  -- WeChat's code, where the measure has one
  key       text not null default '',
  hits      bigint not null check (hits >= 0),
  total     bigint not null check (total >= 0),
  primary key (starts_at, measure, key)
);

-- How far the roll-up has come.
create table behaviour_progress (
  id         smallint primary key default 1 check (id = 1),
  rolled_to  timestamptz not null default '1970-01-01Z',
  journal_to bigint not null default 0
);
insert into behaviour_progress default values;

-- ── shoppers ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Orders of shoppers who agreed to be remembered. Never of healthcare, education or donations.
create table order_shoppers (
  order_id   text primary key references orders,
  shopper_id text not null check (shopper_id ~ '^shp_[A-Za-z0-9_-]{22}$'),
  linked_at  timestamptz not null
);
create index order_shoppers_of on order_shoppers (shopper_id, linked_at);
create index order_shoppers_age on order_shoppers (linked_at);

-- Whoever is erased leaves nothing but the money: taking the name away is the one change that a use allows.
drop trigger promotion_uses_fixed on promotion_uses;
create trigger promotion_uses_fixed before update on promotion_uses for each row
  when (not (new.shopper_id is null and old.shopper_id is not null
             and (to_jsonb(new) - 'shopper_id') = (to_jsonb(old) - 'shopper_id')))
  execute function refuse_changed_use();
create trigger promotion_uses_kept before delete on promotion_uses for each row execute function refuse_changed_use();
create function refuse_lost_count() returns trigger language plpgsql as $$
begin
  if exists (select from promotion_uses where promotion_id = old.promotion_id and shopper_id = old.shopper_id) then
    raise exception 'what a shopper used is kept as long as the shopper is'
      using errcode = '23514', constraint = 'append_only';
  end if;
  return old;
end $$;
drop trigger promotion_shopper_uses_kept on promotion_shopper_uses;
create trigger promotion_shopper_uses_kept before delete on promotion_shopper_uses
  for each row execute function refuse_lost_count();
create index promotion_uses_of_shopper on promotion_uses (shopper_id) where shopper_id is not null;
create index promotion_shopper_uses_of on promotion_shopper_uses (shopper_id);
-- Unpaid orders too.
create index orders_of_shopper on orders (shopper_id) where shopper_id is not null;
