-- Webhooks that a shop can rely on: events of one order in their order, each try in a log, endpoints that are paused and resumed
-- from where they stopped, secrets that are replaced with an overlap, and deliveries that are sent again.

-- In which order events happened. An order's events are written under the lock of its row, so theirs never change places.
alter table webhook_events add column seq bigint;
alter table webhook_events disable trigger webhook_events_fixed;
update webhook_events e set seq = n.seq
  from (select id, row_number() over (order by created_at, id) as seq from webhook_events) n where n.id = e.id;
alter table webhook_events enable trigger webhook_events_fixed;
alter table webhook_events alter column seq set not null, alter column seq add generated always as identity;
select setval(pg_get_serial_sequence('webhook_events', 'seq'), coalesce(max(seq), 0) + 1, false) from webhook_events;
create unique index webhook_events_seq on webhook_events (seq);
drop index webhook_events_of_order;
create index webhook_events_of_order on webhook_events (order_id, seq) where order_id is not null;

alter table webhook_endpoints
  -- goes on signing beside the new one until then
  add column previous_secret_sealed bytea,
  add column previous_secret_until timestamptz,
  add column paused_at timestamptz,
  -- null: paused because it had failed for days
  add column paused_by text check (char_length(paused_by) between 1 and 254),
  -- the first of the failures since the last delivery that arrived
  add column failing_since timestamptz,
  -- the endpoint asked for a pause (Retry-After)
  add column hold_until timestamptz,
  -- written at most once a minute
  add column last_delivered_at timestamptz,
  add constraint endpoint_previous_secret check ((previous_secret_sealed is null) = (previous_secret_until is null)),
  add constraint endpoint_paused check (paused_by is null or paused_at is not null);
create trigger webhook_endpoints_previous_sealed before insert or update of previous_secret_sealed on webhook_endpoints
  for each row execute function check_sealed_under('previous_secret_sealed');

alter table webhook_deliveries
  -- that of its event, for lists of one endpoint
  add column event_seq bigint,
  -- tries before the present round: each time it is sent again by hand, the schedule begins anew
  add column round_from integer not null default 0,
  -- sent again, or left from a pause: what happens now goes first
  add column backlog boolean not null default false,
  add constraint delivery_round check (round_from between 0 and tries);
update webhook_deliveries d set event_seq = e.seq from webhook_events e where e.id = d.event_id;
alter table webhook_deliveries alter column event_seq set not null;
drop index webhook_deliveries_due_of;
create index webhook_deliveries_due_of on webhook_deliveries (endpoint_id, backlog, check_at) where check_at is not null;
create index webhook_deliveries_of_endpoint on webhook_deliveries (endpoint_id, event_seq);
create index webhook_deliveries_given_up on webhook_deliveries (endpoint_id, event_seq) where status = 'given_up';

-- Each try: what was sent (its body is the event's payload), what was answered, and how long that took.
create table webhook_tries (
  event_id    text not null,
  endpoint_id text not null,
  number      integer not null check (number >= 1),
  cause       text not null check (cause in ('event', 'again', 'test')),
  -- without its query, which may hold a secret
  url         text not null check (char_length(url) <= 2048),
  -- two while a replaced secret still signs
  signatures  smallint not null check (signatures between 1 and 2),
  started_at  timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  status      integer,
  answer      text check (char_length(answer) <= 2048),
  error       text check (char_length(error) <= 300),
  primary key (event_id, endpoint_id, number),
  foreign key (event_id, endpoint_id) references webhook_deliveries on delete cascade,
  constraint try_outcome check (status is not null or error is not null),
  constraint try_answer check (answer is null or status is not null)
);
create trigger webhook_tries_fixed before update on webhook_tries for each row execute function refuse_change();

create or replace function event_of_alert(kind text) returns text language sql immutable as $$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'webhook_paused', 'webhook_given_up', 'health_webhooks') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled') then 'channel'
    else 'other'
  end $$;

-- What an alert says of an endpoint is over when the endpoint runs again, or is gone.
create function end_alerts_of_endpoint() returns trigger language plpgsql as $$
begin
  update alerts set recovered_at = now(), acknowledged_at = coalesce(acknowledged_at, now())
   where recovered_at is null
     and (kind = 'webhook_paused' and starts_with(cause, 'webhook_paused:' || old.id)
          and (tg_op = 'DELETE' or new.paused_at is null or new.disabled_at is not null)
          or kind = 'webhook_disabled' and starts_with(cause, 'webhook_disabled:' || old.id)
          and (tg_op = 'DELETE' or new.disabled_at is null));
  return null;
end $$;
create trigger webhook_endpoints_alerts after update of paused_at, disabled_at on webhook_endpoints
  for each row when (old.paused_at is distinct from new.paused_at or old.disabled_at is distinct from new.disabled_at)
  execute function end_alerts_of_endpoint();
create trigger webhook_endpoints_alerts_gone after delete on webhook_endpoints
  for each row execute function end_alerts_of_endpoint();
