-- The door for software that speaks the protocol of "epay" (yi zhifu): forms signed by MD5 with a key for each pid. Off until a pid is
-- made. An order that came through it is told to its notice address once it is paid, and by nothing else.

-- Owns what keeps a form that is sent twice from making two orders or two refunds. Revoked from birth: nobody signs in with it.
insert into api_keys (id, name, secret_hash, secret_sealed, revoked_at)
values ('key_epay', 'epay door', sha256(convert_to(gen_random_uuid()::text, 'UTF8')), ''::bytea, now());

create table epay_accounts (
  pid         text primary key check (pid ~ '^[1-9][0-9]{3,8}$'),
  -- which software it is for
  name        text not null check (char_length(name) between 1 and 64),
  key_sealed  bytea not null,
  may_refund  boolean not null default false,
  created_at  timestamptz not null,
  disabled_at timestamptz
);
create trigger epay_accounts_sealed before insert or update of key_sealed on epay_accounts
  for each row execute function check_sealed_under('key_sealed');

-- What was ended stays so, and a pid never means something else later.
create function check_epay_account() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.pid, new.created_at) is distinct from (old.pid, old.created_at)
     or (old.disabled_at is not null and new.disabled_at is distinct from old.disabled_at) then
    raise exception 'epay account % stays as it is', old.pid using errcode = '23514', constraint = 'epay_account_fixed';
  end if;
  return new;
end $$;
create trigger epay_accounts_fixed before update or delete on epay_accounts for each row execute function check_epay_account();

create table epay_orders (
  order_id     text primary key references orders,
  pid          text not null references epay_accounts,
  -- the asking software's own number
  out_trade_no text not null check (char_length(out_trade_no) between 1 and 64),
  -- fen, as asked for; a promotion may lower what the shopper pays
  amount       integer not null check (amount between 1 and 1000000000),
  name         text not null check (char_length(name) between 1 and 256),
  param        text check (char_length(param) between 1 and 1024),
  notify_url   text not null check (char_length(notify_url) between 8 and 512),
  return_url   text check (char_length(return_url) between 8 and 512),
  created_at   timestamptz not null,
  -- of the notice that it is paid
  status       text not null default 'unpaid' check (status in ('unpaid', 'due', 'told', 'given_up')),
  check_at     timestamptz,
  tries        integer not null default 0 check (tries >= 0),
  last_answer  text check (char_length(last_answer) <= 300),
  ended_at     timestamptz,
  constraint epay_order_once unique (pid, out_trade_no),
  constraint epay_notice_to_do check ((status = 'due') = (check_at is not null) and (status in ('told', 'given_up')) = (ended_at is not null))
);
create index epay_orders_due on epay_orders (pid, check_at) where check_at is not null;
create index epay_orders_newest on epay_orders (pid, created_at desc, order_id desc);

create function check_epay_order() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'order % came through the epay door', old.order_id using errcode = '23514', constraint = 'epay_order_fixed';
  end if;
  if tg_op = 'UPDATE' and (new.order_id, new.pid, new.out_trade_no, new.amount, new.name, new.param, new.notify_url, new.return_url, new.created_at)
       is distinct from (old.order_id, old.pid, old.out_trade_no, old.amount, old.name, old.param, old.notify_url, old.return_url, old.created_at) then
    raise exception 'what order % was asked with never changes', old.order_id using errcode = '23514', constraint = 'epay_order_fixed';
  end if;
  -- Said to be paid only where it is.
  if new.status <> 'unpaid'
     and not exists (select from orders o where o.id = new.order_id and o.status = 'paid') then
    raise exception 'order % is not paid', new.order_id using errcode = '23514', constraint = 'epay_order_paid';
  end if;
  if tg_op = 'INSERT' and not exists (select from orders o where o.id = new.order_id and o.amount_total = new.amount) then
    raise exception 'order % has another amount', new.order_id using errcode = '23514', constraint = 'epay_order_amount';
  end if;
  return new;
end $$;
create trigger epay_orders_lawful before insert or update or delete on epay_orders for each row execute function check_epay_order();
create trigger epay_orders_never_emptied before truncate on epay_orders for each statement execute function refuse_truncate();

-- In the transaction that books the payment: what was paid is told, whatever dies afterwards.
create or replace function note_collected() returns trigger language plpgsql as $$
begin
  update collection_orders set paid_amount = new.amount_due where order_id = new.id;
  update epay_orders set status = 'due', check_at = least(new.paid_at, now()) where order_id = new.id and status = 'unpaid';
  return null;
end $$;

create or replace function event_of_alert(kind text) returns text language sql immutable as $function$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'webhook_paused', 'webhook_given_up', 'health_webhooks', 'epay_not_told') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials', 'api_key_ending') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'silent_notices', 'silent_pages', 'failing_openings', 'falling_success', 'unreachable_pages',
                  'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled', 'receipt_mail_failing') then 'channel'
    else 'other'
  end $function$;
