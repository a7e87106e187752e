-- News of payments and alerts, pushed to people: an outbox that is written in the transaction that causes it, and one delivery for
-- each channel that wants it. Where no channel wants a thing, nothing is written.

-- Alerts about a condition end by themselves: then `recovered_at` says when. A person who has seen one only acknowledges it.
alter table alerts add column recovered_at timestamptz;
create index alerts_lasting on alerts (kind) where recovered_at is null and acknowledged_at is null;

create table notification_channels (
  id                text primary key,
  kind              text not null check (kind in ('wecom', 'dingtalk', 'feishu', 'email', 'webhook', 'web_push', 'official_account')),
  name              text not null check (char_length(name) between 1 and 60),
  settings_sealed   bytea not null,
  -- what may be shown of the address
  target            text not null check (char_length(target) between 1 and 200),
  events            text[] not null check (cardinality(events) >= 1 and events <@ array[
                      'payment_received', 'refund_done', 'payment_trouble', 'refund_trouble', 'differences', 'webhook',
                      'credentials', 'backup', 'worker', 'disk', 'silence', 'channel', 'other']),
  -- e-mail goes to the people of these roles as well; a device of Web Push belongs to one person
  roles             text[] not null default '{}' check (roles <@ array['owner', 'finance', 'clerk', 'viewer']),
  admin_user_id     text references admin_users,
  language          text not null default 'zh-CN' check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  amount_min        integer not null default 0 check (amount_min >= 0),
  -- minutes since midnight in Beijing
  quiet_from        smallint check (quiet_from between 0 and 1439),
  quiet_to          smallint check (quiet_to between 0 and 1439),
  quiet_drops       boolean not null default false,
  critical_passes   boolean not null default true,
  created_at        timestamptz not null,
  created_by        text not null check (char_length(created_by) between 1 and 254),
  paused_at         timestamptz,
  -- the receiver's own word that it wants nothing more
  disabled_at       timestamptz,
  disabled_why      text check (char_length(disabled_why) <= 300),
  -- since when nothing has arrived, how often it was tried, and when it is tried again
  failing_since     timestamptz,
  failures          integer not null default 0 check (failures >= 0),
  retry_at          timestamptz,
  last_answer       text check (char_length(last_answer) <= 300),
  last_sent_at      timestamptz,
  -- one process at a time speaks to a channel
  leased_until      timestamptz,
  -- messages of the current minute, and until when a storm is collected
  minute_from       timestamptz,
  minute_sent       integer not null default 0 check (minute_sent >= 0),
  storm_until       timestamptz,
  constraint channel_quiet check ((quiet_from is null) = (quiet_to is null) and quiet_from <> quiet_to),
  constraint channel_disabled check ((disabled_at is null) = (disabled_why is null)),
  constraint channel_device check ((kind = 'web_push') = (admin_user_id is not null)),
  constraint channel_failing check ((failing_since is null) = (failures = 0))
);
create trigger notification_channels_sealed before insert or update of settings_sealed on notification_channels
  for each row execute function check_sealed_under('settings_sealed');

-- The keys by which push services know us (VAPID): made once.
create table push_keys (
  id             integer primary key default 1 check (id = 1),
  public_key     text not null check (char_length(public_key) <= 200),
  private_sealed bytea not null
);
create trigger push_keys_sealed before insert or update of private_sealed on push_keys
  for each row execute function check_sealed_under('private_sealed');

create table notifications (
  id         bigint generated always as identity primary key,
  event      text not null,
  -- payment_received, refund_done, test, or the kind of the alert
  kind       text not null,
  recovered  boolean not null default false,
  critical   boolean not null default false,
  order_id   text references orders,
  alert_id   bigint references alerts on delete cascade,
  amount     integer,
  detail     jsonb not null default '{}',
  created_at timestamptz not null
);
create index notifications_age on notifications (created_at);
create index notifications_of_order on notifications (order_id) where order_id is not null;
create index notifications_of_alert on notifications (alert_id) where alert_id is not null;
create trigger notifications_fixed before update on notifications for each row execute function refuse_change();

create table notification_deliveries (
  notification_id bigint not null references notifications on delete cascade,
  channel_id      text not null references notification_channels on delete cascade,
  status          text not null default 'pending' check (status in ('pending', 'sent', 'given_up', 'skipped')),
  check_at        timestamptz,
  tries           integer not null default 0 check (tries >= 0),
  -- the message it went out with: a digest holds several
  message_id      text,
  last_answer     text check (char_length(last_answer) <= 300),
  ended_at        timestamptz,
  primary key (notification_id, channel_id),
  constraint notification_to_do check ((status = 'pending') = (check_at is not null) and (status = 'pending') = (ended_at is null))
);
create index notification_deliveries_due on notification_deliveries (channel_id, check_at) where check_at is not null;
create index notification_deliveries_newest on notification_deliveries (channel_id, notification_id desc);

-- What an alert is about, as channels choose it.
create function event_of_alert(kind text) returns text language sql immutable as $$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'health_webhooks') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled') then 'channel'
    else 'other'
  end $$;

-- Money or the whole shop is at stake: these may break the night's rest.
create function is_critical_alert(kind text) returns boolean language sql immutable as $$
  select kind in ('notice_unconfirmed', 'reversal_unanswered', 'refund_overdrawn', 'configuration_refused', 'database_recovered',
                  'health_worker', 'health_sweeps', 'health_disk', 'no_payments', 'anomaly_conversion', 'anomaly_wechat_error') $$;

create function channel_wants(channel notification_channels, about notifications) returns boolean language sql stable as $$
  select channel.paused_at is null and channel.disabled_at is null and about.event = any (channel.events)
     and (about.event not in ('payment_received', 'refund_done') or coalesce(about.amount, 0) >= channel.amount_min)
     -- a channel is not told of its own failure
     and (about.event <> 'channel' or about.detail ->> 'channelId' is distinct from channel.id) $$;

-- The notification, one delivery for each channel that wants it, and the jobs that make them prompt.
create function tell_channels(about notifications) returns void language plpgsql as $$
declare
  told bigint;
begin
  if not exists (select from notification_channels c where channel_wants(c, about)) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, alert_id, amount, detail, created_at)
  values (about.event, about.kind, about.recovered, about.critical, about.order_id, about.alert_id, about.amount, about.detail,
          about.created_at)
  returning id into told;
  perform graphile_worker.add_job('deliver-notifications', json_build_object('channelId', wanted.channel_id))
     from notify_wanting(told) as wanted (channel_id);
end $$;

create function notify_wanting(told bigint) returns setof text language sql as $$
  insert into notification_deliveries (notification_id, channel_id, check_at)
  select n.id, c.id, n.created_at from notifications n, notification_channels c where n.id = told and channel_wants(c, n)
  returning channel_id $$;

create function tell_of_alert() returns trigger language plpgsql as $$
declare
  about notifications;
begin
  about.event := event_of_alert(new.kind);
  about.kind := new.kind;
  about.recovered := new.recovered_at is not null;
  about.critical := is_critical_alert(new.kind);
  about.order_id := new.order_id;
  about.alert_id := new.id;
  about.detail := new.detail;
  about.created_at := coalesce(new.recovered_at, new.created_at);
  perform tell_channels(about);
  return null;
end $$;
-- `probe` is the write watch's own row, which is always taken back.
create trigger alerts_told after insert on alerts for each row when (new.kind <> 'probe') execute function tell_of_alert();
create trigger alerts_recovery_told after update of recovered_at on alerts
  for each row when (old.recovered_at is null and new.recovered_at is not null) execute function tell_of_alert();

-- The first statement decides for a shop without channels, at the price of one look at an empty table.
create function tell_of_payment() returns trigger language plpgsql as $$
declare
  about notifications;
begin
  if not exists (select from notification_channels c where 'payment_received' = any (c.events) and c.amount_min <= new.amount_paid)
    then return null; end if;
  -- What was played in the sandbox is told to nobody once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = new.account_id and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return null; end if;
  about.event := 'payment_received';
  about.kind := 'payment_received';
  about.recovered := false;
  about.critical := false;
  about.order_id := new.order_id;
  about.amount := new.amount_paid;
  about.detail := jsonb_build_object('channel', new.channel, 'transactionId', new.transaction_id);
  about.created_at := new.ended_at;
  perform tell_channels(about);
  return null;
end $$;
create trigger payment_attempts_told after update of status on payment_attempts
  for each row when (old.status <> 'succeeded' and new.status = 'succeeded' and new.verdict = 'settles')
  execute function tell_of_payment();

create function tell_of_refund() returns trigger language plpgsql as $$
declare
  about notifications;
begin
  if not exists (select from notification_channels c where 'refund_done' = any (c.events) and c.amount_min <= new.amount)
    then return null; end if;
  about.event := 'refund_done';
  about.kind := 'refund_done';
  about.recovered := false;
  about.critical := false;
  about.order_id := new.order_id;
  about.amount := new.amount;
  about.detail := jsonb_build_object('number', new.number, 'refundId', new.id);
  about.created_at := new.succeeded_at;
  perform tell_channels(about);
  return null;
end $$;
create trigger refunds_told after update of status on refunds
  for each row when (old.status <> 'succeeded' and new.status = 'succeeded') execute function tell_of_refund();

-- A channel that is paused or disabled sends nothing of what still waits.
create function drop_waiting_of_channel() returns trigger language plpgsql as $$
begin
  update notification_deliveries
     set status = 'skipped', check_at = null, ended_at = coalesce(new.disabled_at, new.paused_at),
         last_answer = coalesce(new.disabled_why, last_answer)
   where channel_id = new.id and status = 'pending';
  return null;
end $$;
create trigger notification_channels_stopped after update of paused_at, disabled_at on notification_channels
  for each row when ((old.paused_at is null and new.paused_at is not null) or (old.disabled_at is null and new.disabled_at is not null))
  execute function drop_waiting_of_channel();
