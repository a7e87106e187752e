-- What a payment is believed by. A notice settles only an attempt of the account whose key verified it, and only in the protocol
-- the attempt was opened with; everything else is a hint, and the provider is asked about it.

-- ── the attempt carries the protocol it was opened with ─────────────────────────────────────────────────────────────

alter table gateway_accounts add constraint gateway_accounts_protocol unique (id, protocol);

alter table payment_attempts
  add column protocol text check (protocol in ('v3', 'v2')),
  -- `notice`: a verified notice of the attempt's own account and protocol. `query`: the provider's answer to a call of ours.
  -- `unrecorded`: paid before this was kept.
  add column confirmed_by text check (confirmed_by in ('notice', 'query', 'unrecorded')),
  -- whose keys verified the notice, or asked
  add column confirmed_account_id text,
  add column confirmed_protocol text check (confirmed_protocol in ('v3', 'v2')),
  -- the provider gave no usable time of payment, so ours stands in its place
  add column paid_at_is_ours boolean not null default false;

update payment_attempts a
   set protocol = g.protocol, confirmed_by = case when a.status = 'succeeded' then 'unrecorded' end
  from gateway_accounts g where g.id = a.account_id;

-- Whoever inserts an attempt need not know the protocol; whoever names another one than its account's is refused by the key.
create function take_account_protocol() returns trigger language plpgsql as $$
begin
  if new.protocol is null then
    new.protocol := (select protocol from gateway_accounts where id = new.account_id);
  end if;
  return new;
end $$;
create trigger attempts_protocol before insert on payment_attempts for each row execute function take_account_protocol();

alter table payment_attempts
  alter column protocol set not null,
  drop constraint payment_attempts_account_id_fkey,
  add constraint attempt_account foreign key (account_id, protocol) references gateway_accounts (id, protocol) on delete restrict,
  add constraint attempt_confirmed check ((status = 'succeeded') = (confirmed_by is not null)),
  add constraint attempt_confirmed_where check
    (confirmed_by is null or confirmed_by = 'unrecorded' or (confirmed_account_id is not null and confirmed_protocol is not null)),
  add constraint attempt_own_notice check
    (confirmed_by <> 'notice' or (confirmed_account_id = account_id and confirmed_protocol = protocol));

create or replace function refuse_changed_payment() returns trigger language plpgsql as $$
begin
  if (new.id, new.order_id, new.number, new.amount_due, new.account_id, new.protocol, new.channel) is distinct from
     (old.id, old.order_id, old.number, old.amount_due, old.account_id, old.protocol, old.channel)
     or (old.status = 'succeeded' and
         (new.transaction_id, new.amount_paid, new.paid_at, new.confirmed_by, new.confirmed_account_id, new.confirmed_protocol)
           is distinct from
         (old.transaction_id, old.amount_paid, old.paid_at, old.confirmed_by, old.confirmed_account_id, old.confirmed_protocol))
     or new.refunded < old.refunded then
    raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
  end if;
  return new;
end $$;

-- What an account is never changes: attempts and receipts refer to it.
create function refuse_changed_account() returns trigger language plpgsql as $$
begin
  raise exception 'an account keeps its protocol, app and merchant' using errcode = '23514', constraint = 'account_fixed';
end $$;
create trigger gateway_accounts_fixed before update on gateway_accounts
  for each row when ((new.id, new.protocol, new.app_id, new.merchant_number) is distinct from
                     (old.id, old.protocol, old.app_id, old.merchant_number))
  execute function refuse_changed_account();

-- ── trades that a notice hinted at, until the provider has answered ─────────────────────────────────────────────────

create table trade_checks (
  -- the number the provider knows the trade by; one row per number, however many notices name it
  number         text primary key check (char_length(number) between 1 and 32),
  order_id       text not null references orders,
  account_id     text not null references gateway_accounts on delete restrict,
  reason         text not null check (reason in ('mismatch', 'other_account', 'other_protocol', 'unexplained')),
  -- what the notice claimed
  transaction_id text not null check (char_length(transaction_id) between 1 and 64),
  claimed_amount bigint not null check (claimed_amount >= 0),
  seen_at        timestamptz not null,
  asked_at       timestamptz,
  -- null: answered, or given up
  check_at       timestamptz,
  checks         integer not null default 0 check (checks >= 0),
  result         text check (result in ('booked', 'not_paid', 'unanswered')),
  constraint trade_check_to_do check ((result is null) = (check_at is not null))
);
create index trade_checks_due on trade_checks (check_at) where check_at is not null;
