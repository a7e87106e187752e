-- Receipts that shoppers ask for by e-mail. Off until the shop chooses a mail channel whose server sends them. The address is kept
-- sealed until the mail has an end, then only masked.

create table receipt_mail_settings (
  id         integer primary key default 1 check (id = 1),
  -- whose server sends; null: receipts are not sent by e-mail
  channel_id text references notification_channels on delete set null,
  changed_at timestamptz,
  changed_by text check (char_length(changed_by) between 1 and 254)
);
insert into receipt_mail_settings default values;

create function check_receipt_mail_channel() returns trigger language plpgsql as $$
begin
  if not exists (select from notification_channels c where c.id = new.channel_id and c.kind = 'email') then
    raise exception '% is no mail channel', new.channel_id using errcode = '23514', constraint = 'receipt_mail_channel';
  end if;
  return new;
end $$;
create trigger receipt_mail_settings_channel before insert or update on receipt_mail_settings
  for each row when (new.channel_id is not null) execute function check_receipt_mail_channel();

create table receipt_mails (
  id             text primary key,
  order_id       text not null references orders,
  address_sealed bytea,
  -- a keyed digest, to count what goes to one address
  address_hash   bytea not null check (octet_length(address_hash) = 32),
  shown          text not null check (char_length(shown) between 3 and 254),
  language       text not null check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  status         text not null default 'pending' check (status in ('pending', 'sent', 'given_up')),
  check_at       timestamptz,
  tries          integer not null default 0 check (tries >= 0),
  last_answer    text check (char_length(last_answer) <= 300),
  created_at     timestamptz not null,
  ended_at       timestamptz,
  constraint receipt_mail_to_do check ((status = 'pending') = (check_at is not null) and (status = 'pending') = (ended_at is null)),
  constraint receipt_mail_address check ((status = 'pending') = (address_sealed is not null))
);
create index receipt_mails_due on receipt_mails (check_at) where check_at is not null;
create index receipt_mails_of_order on receipt_mails (order_id, created_at);
create index receipt_mails_of_address on receipt_mails (address_hash, created_at);
create index receipt_mails_age on receipt_mails (created_at);
create trigger receipt_mails_sealed before insert or update of address_sealed on receipt_mails
  for each row execute function check_sealed_under('address_sealed');

-- Of a paid order, and three at most, whatever asks: no relay for strangers' mail.
create function check_receipt_mail() returns trigger language plpgsql as $$
begin
  perform from orders where id = new.order_id and status = 'paid' for no key update;
  if not found then
    raise exception 'order % is not paid', new.order_id using errcode = '23514', constraint = 'receipt_mail_paid';
  end if;
  if (select count(*) from receipt_mails m where m.order_id = new.order_id) >= 3 then
    raise exception 'order % has its receipts by e-mail', new.order_id using errcode = '23514', constraint = 'receipt_mails_per_order';
  end if;
  return new;
end $$;
create trigger receipt_mails_limited before insert on receipt_mails for each row execute function check_receipt_mail();

create function check_receipt_mail_change() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' or (new.id, new.order_id, new.address_hash, new.shown, new.language, new.created_at)
       is distinct from (old.id, old.order_id, old.address_hash, old.shown, old.language, old.created_at) then
    raise exception 'a receipt by e-mail never changes but for its end' using errcode = '23514', constraint = 'receipt_mail_fixed';
  end if;
  return new;
end $$;
create trigger receipt_mails_fixed before update on receipt_mails for each row execute function check_receipt_mail_change();

create or replace function event_of_alert(kind text) returns text language sql immutable as $function$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'webhook_paused', 'webhook_given_up', 'health_webhooks') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials', 'api_key_ending') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled', 'receipt_mail_failing') then 'channel'
    else 'other'
  end $function$;
