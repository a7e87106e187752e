-- The store of one shop's checkout. Every law that the domain states is stated here again, so that nobody gets round it.
-- Amounts are integer fen; sums are bigint. Statuses are texts with a check: adding one is a new line, not an ALTER TYPE.

-- ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One merchant per deployment (ADR-0002).
create table merchant (
  id         smallint primary key default 1 check (id = 1),
  name       text not null check (char_length(name) between 1 and 128),
  updated_at timestamptz not null default now()
);
insert into merchant (name) values ('灵付商户');

create table api_keys (
  id              text primary key,
  name            text not null check (char_length(name) between 1 and 128),
  -- keyed hash of the whole secret, for Bearer; the sealed secret is for checking request signatures
  secret_hash     bytea not null unique check (octet_length(secret_hash) = 32),
  secret_sealed   bytea not null,
  require_signing boolean not null default false,
  scopes          text[] not null default '{}',
  created_at      timestamptz not null default now(),
  revoked_at      timestamptz
);

create table nonces (
  api_key_id text not null references api_keys on delete cascade,
  nonce      text not null check (char_length(nonce) between 1 and 128),
  expires_at timestamptz not null,
  primary key (api_key_id, nonce)
);
create index nonces_expiry on nonces (expires_at);

create table idempotency (
  api_key_id text not null references api_keys on delete cascade,
  key        text not null check (char_length(key) between 1 and 255),
  digest     bytea not null check (octet_length(digest) = 32),
  -- null while the first call is under way; then the first answer, word for word
  status     smallint check (status between 200 and 399),
  body       text,
  -- a call that died without an answer frees its key when this has passed
  lease_ends timestamptz,
  created_at timestamptz not null default now(),
  primary key (api_key_id, key),
  check ((status is null) = (body is null)),
  check (status is not null or lease_ends is not null)
);
create index idempotency_age on idempotency (created_at);

-- ── WeChat Pay accounts ─────────────────────────────────────────────────────────────────────────────────────────────

create table gateway_accounts (
  id              text primary key,
  protocol        text not null check (protocol in ('v3', 'v2')),
  app_id          text not null,
  merchant_number text not null,
  sandbox         boolean not null,
  -- the credentials, sealed under MASTER_KEY and bound to this table, column and id
  sealed          bytea not null,
  -- keyed digest of the credentials: importing the same again changes nothing
  fingerprint     bytea not null unique check (octet_length(fingerprint) = 32),
  status          text not null default 'active' check (status in ('active', 'retired')),
  created_at      timestamptz not null default now(),
  retired_at      timestamptz,
  check ((status = 'retired') = (retired_at is not null))
);
create unique index gateway_accounts_one_active on gateway_accounts (status) where status = 'active';

-- Platform certificates and public keys that WeChat signs with; public material.
create table gateway_keys (
  account_id text not null references gateway_accounts,
  serial     text not null check (char_length(serial) between 1 and 128),
  kind       text not null check (kind in ('certificate', 'public_key')),
  pem        text not null,
  valid_from timestamptz,
  valid_to   timestamptz,
  fetched_at timestamptz not null default now(),
  primary key (account_id, serial)
);

-- ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The moves of every machine, mirrored from the domain (a test compares them).
create table allowed_transition (
  machine     text not null,
  from_status text not null,
  to_status   text not null,
  primary key (machine, from_status, to_status)
);
insert into allowed_transition (machine, from_status, to_status) values
  ('order', 'pending', 'paid'),
  ('order', 'pending', 'closed'),
  ('order', 'closed', 'paid'),
  ('attempt', 'opening', 'waiting'),
  ('attempt', 'opening', 'failed'),
  ('attempt', 'opening', 'closed'),
  ('attempt', 'opening', 'succeeded'),
  ('attempt', 'waiting', 'closed'),
  ('attempt', 'waiting', 'succeeded'),
  ('attempt', 'failed', 'succeeded'),
  ('attempt', 'closed', 'succeeded');

create function refuse_illegal_transition() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not exists (
    select from allowed_transition t
     where t.machine = tg_argv[0] and t.from_status = old.status and t.to_status = new.status
  ) then
    raise exception 'illegal_transition: % % → %', tg_argv[0], old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append_only: rows of % are never changed or deleted', tg_table_name
    using errcode = '23514', constraint = 'append_only';
end $$;

create table orders (
  id              text primary key,
  out_trade_no    text not null unique check (out_trade_no ~ '^[0-9A-Za-z_-]{6,28}$'),
  status          text not null default 'pending' check (status in ('pending', 'paid', 'closed')),
  version         integer not null default 1 check (version >= 1),
  amount_total    integer not null check (amount_total between 1 and 1000000000),
  amount_discount integer not null default 0 check (amount_discount >= 0),
  amount_due      integer not null check (amount_due >= 1),
  description     text not null check (char_length(description) between 1 and 127),
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  discounts       jsonb not null default '[]' check (jsonb_typeof(discounts) = 'array'),
  scene           text,
  return_url      text check (char_length(return_url) <= 2048),
  shopper_id      text check (char_length(shopper_id) <= 128),
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  paid_at         timestamptz,
  closed_at       timestamptz,
  seen_at         timestamptz,
  -- when the sweep looks next; null when nothing is left to do
  check_at        timestamptz,
  constraint order_due check (amount_due = amount_total - amount_discount),
  constraint order_times check (expires_at > created_at),
  constraint order_paid check ((status = 'paid') = (paid_at is not null)),
  constraint order_closed check (status <> 'closed' or closed_at is not null),
  constraint order_to_do check (status <> 'pending' or check_at is not null)
);
create index orders_newest on orders (created_at desc, id desc);
create index orders_by_status on orders (status, created_at desc, id desc);
create index orders_due on orders (check_at) where check_at is not null;
create trigger orders_machine before update of status on orders
  for each row execute function refuse_illegal_transition('order');

create function refuse_changed_order() returns trigger language plpgsql as $$
begin
  if new.version <= old.version and new.status <> old.status then
    raise exception 'a change of status takes a new version' using errcode = '23514', constraint = 'order_version';
  end if;
  -- Until it is paid the discount may change (an offer taken or left); what was ordered and its price never do.
  if (new.id, new.out_trade_no, new.amount_total, new.created_at) is distinct from
     (old.id, old.out_trade_no, old.amount_total, old.created_at)
     or (old.status <> 'pending' and (new.amount_discount, new.amount_due) is distinct from (old.amount_discount, old.amount_due)) then
    raise exception 'what was ordered never changes' using errcode = '23514', constraint = 'order_fixed';
  end if;
  return new;
end $$;
create trigger orders_fixed before update on orders for each row execute function refuse_changed_order();

create table order_items (
  id       text primary key,
  order_id text not null references orders,
  position integer not null check (position between 0 and 999),
  name     text not null check (char_length(name) between 1 and 256),
  sku      text check (char_length(sku) <= 64),
  category text check (char_length(category) <= 64),
  unit_amount integer not null check (unit_amount >= 0),
  quantity integer not null check (quantity between 1 and 100000),
  discount integer not null default 0 check (discount >= 0),
  constraint order_item_discount check (discount <= unit_amount::bigint * quantity),
  unique (order_id, position)
);

create function refuse_changed_item() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.order_id, new.position, new.name, new.sku, new.category, new.unit_amount, new.quantity)
       is distinct from (old.id, old.order_id, old.position, old.name, old.sku, old.category, old.unit_amount, old.quantity) then
    raise exception 'items and prices never change' using errcode = '23514', constraint = 'order_item_fixed';
  end if;
  return new;
end $$;
create trigger order_items_fixed before update or delete on order_items
  for each row execute function refuse_changed_item();

-- total = Σ unit × quantity and discount = Σ line discounts, looked at once the whole transaction is there.
create function check_order_sums() returns trigger language plpgsql as $$
declare
  held record;
  summed record;
begin
  select amount_total, amount_discount into held from orders where id = new.id;
  select coalesce(sum(unit_amount::bigint * quantity), 0) as total, coalesce(sum(discount), 0) as discount
    into summed from order_items where order_id = new.id;
  if summed.total <> held.amount_total or summed.discount <> held.amount_discount then
    raise exception 'order % does not add up: % of %, discount % of %',
      new.id, summed.total, held.amount_total, summed.discount, held.amount_discount
      using errcode = '23514', constraint = 'order_sums';
  end if;
  return null;
end $$;
create constraint trigger orders_sums after insert or update of amount_total, amount_discount on orders
  deferrable initially deferred for each row execute function check_order_sums();

-- ── attempts ────────────────────────────────────────────────────────────────────────────────────────────────────────

create table payment_attempts (
  id             text primary key,
  order_id       text not null references orders,
  sequence       integer not null check (sequence between 1 and 999),
  account_id     text not null references gateway_accounts on delete restrict,
  number         text not null unique check (char_length(number) between 6 and 32),
  channel        text not null check (channel in ('native', 'jsapi', 'h5', 'miniprogram', 'codepay')),
  status         text not null default 'opening' check (status in ('opening', 'waiting', 'succeeded', 'failed', 'closed')),
  amount_due     integer not null check (amount_due >= 1),
  payer_ref      text,
  handover       jsonb,
  handover_at    timestamptz,
  transaction_id text unique check (char_length(transaction_id) between 1 and 64),
  verdict        text check (verdict in ('settles', 'late', 'extra', 'mismatch')),
  resolution     text check (resolution in ('open', 'refunding', 'refunded', 'accepted')),
  amount_paid    integer not null default 0 check (amount_paid >= 0),
  payer_amount   integer check (payer_amount >= 0),
  refund_held    integer not null default 0 check (refund_held >= 0),
  refunded       integer not null default 0 check (refunded >= 0),
  failure        text,
  created_at     timestamptz not null,
  paid_at        timestamptz,
  ended_at       timestamptz,
  check_at       timestamptz,
  unique (order_id, sequence),
  constraint attempt_refunds check (refund_held::bigint + refunded <= amount_paid),
  constraint attempt_paid check ((status = 'succeeded') = (verdict is not null and transaction_id is not null and paid_at is not null)),
  constraint attempt_resolution check ((verdict in ('late', 'extra', 'mismatch')) = (resolution is not null) or verdict = 'settles'),
  constraint attempt_handover check ((handover is null) = (handover_at is null)),
  constraint attempt_to_do check (status not in ('opening', 'waiting') or check_at is not null)
);
create unique index attempts_one_live on payment_attempts (order_id) where status in ('opening', 'waiting');
create unique index attempts_one_settles on payment_attempts (order_id) where verdict = 'settles';
create index attempts_due on payment_attempts (check_at) where check_at is not null;
create index attempts_open_money on payment_attempts (order_id) where resolution = 'open';
create trigger attempts_machine before update of status on payment_attempts
  for each row execute function refuse_illegal_transition('attempt');

create function refuse_changed_payment() returns trigger language plpgsql as $$
begin
  if (new.id, new.order_id, new.number, new.amount_due, new.account_id, new.channel) is distinct from
     (old.id, old.order_id, old.number, old.amount_due, old.account_id, old.channel)
     or (old.status = 'succeeded' and (new.transaction_id, new.amount_paid, new.paid_at) is distinct from
                                      (old.transaction_id, old.amount_paid, old.paid_at))
     or new.refunded < old.refunded then
    raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
  end if;
  return new;
end $$;
create trigger attempts_fixed before update on payment_attempts for each row execute function refuse_changed_payment();

-- An order is paid by exactly the attempt whose verdict is `settles` (or an accepted late one, which then settles).
create function check_order_settled() returns trigger language plpgsql as $$
begin
  if (select status from orders where id = new.id) = 'paid'
     and not exists (select from payment_attempts where order_id = new.id and verdict = 'settles') then
    raise exception 'order % is paid by no attempt', new.id using errcode = '23514', constraint = 'order_settled';
  end if;
  return null;
end $$;
create constraint trigger orders_settled after insert or update of status on orders
  deferrable initially deferred for each row when (new.status = 'paid') execute function check_order_settled();

-- ── notices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create table notify_receipts (
  account_id  text not null references gateway_accounts,
  notice_id   text not null check (char_length(notice_id) between 1 and 128),
  kind        text not null check (kind in ('payment', 'refund', 'other')),
  -- what it said, in our words; no openid
  content     jsonb not null,
  received_at timestamptz not null,
  primary key (account_id, notice_id)
);
create index notify_receipts_age on notify_receipts (received_at);
create trigger notify_receipts_fixed before update on notify_receipts for each row execute function refuse_change();

-- Bounded: one row per minute, protocol and reason, however many calls come.
create table notify_rejections (
  minute   timestamptz not null,
  protocol text not null,
  reason   text not null,
  count    bigint not null default 1 check (count >= 1),
  primary key (minute, protocol, reason)
);

-- ── the ledger ──────────────────────────────────────────────────────────────────────────────────────────────────────

create table journal_entries (
  id         bigint generated always as identity primary key,
  cause      text not null unique,
  order_id   text references orders,
  created_at timestamptz not null
);
create table journal_lines (
  entry_id bigint not null references journal_entries,
  account  text not null check (account in
    ('wechat_clearing', 'sales', 'discounts', 'refunds', 'owed_to_shoppers', 'fees', 'bank')),
  debit    bigint not null default 0 check (debit >= 0),
  credit   bigint not null default 0 check (credit >= 0),
  constraint journal_one_side check ((debit = 0) <> (credit = 0)),
  primary key (entry_id, account)
);
create index journal_lines_account on journal_lines (account);

create function check_journal_balance() returns trigger language plpgsql as $$
declare
  difference bigint;
begin
  select sum(debit) - sum(credit) into difference from journal_lines where entry_id = new.id;
  if difference is distinct from 0 then
    raise exception 'journal entry % does not balance: %', new.id, difference
      using errcode = '23514', constraint = 'journal_balance';
  end if;
  return null;
end $$;
create constraint trigger journal_balance after insert on journal_entries
  deferrable initially deferred for each row execute function check_journal_balance();
-- A line added later would unbalance an entry that was already looked at.
create function refuse_late_line() returns trigger language plpgsql as $$
begin
  if not exists (select from journal_entries where id = new.entry_id and xmin = pg_current_xact_id()::xid) then
    raise exception 'a journal entry is complete once written' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $$;
create trigger journal_lines_complete before insert on journal_lines for each row execute function refuse_late_line();
create trigger journal_entries_fixed before update or delete on journal_entries for each row execute function refuse_change();
create trigger journal_lines_fixed before update or delete on journal_lines for each row execute function refuse_change();

-- ── what people are told ────────────────────────────────────────────────────────────────────────────────────────────

create table alerts (
  id              bigint generated always as identity primary key,
  kind            text not null,
  cause           text not null unique,
  order_id        text references orders,
  detail          jsonb not null default '{}',
  created_at      timestamptz not null,
  acknowledged_at timestamptz
);
create index alerts_open on alerts (created_at desc) where acknowledged_at is null;

create table audit_log (
  id         bigint generated always as identity primary key,
  actor      text not null,
  action     text not null,
  subject    text,
  detail     jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index audit_log_subject on audit_log (subject, id desc);
create trigger audit_log_fixed before update or delete on audit_log for each row execute function refuse_change();

create table webhook_endpoints (
  id            text primary key,
  url           text not null check (char_length(url) <= 2048),
  events        text[] not null check (cardinality(events) >= 1),
  secret_sealed bytea not null,
  created_at    timestamptz not null default now(),
  disabled_at   timestamptz,
  disabled_why  text
);

create table webhook_events (
  id         text primary key,
  type       text not null,
  order_id   text references orders,
  -- the very text that is signed and sent
  payload    text not null,
  created_at timestamptz not null
);
create index webhook_events_age on webhook_events (created_at);
create trigger webhook_events_fixed before update on webhook_events for each row execute function refuse_change();

create table webhook_deliveries (
  event_id    text not null references webhook_events on delete cascade,
  endpoint_id text not null references webhook_endpoints on delete cascade,
  status      text not null default 'pending' check (status in ('pending', 'delivered', 'given_up')),
  tries       integer not null default 0 check (tries >= 0),
  check_at    timestamptz,
  last_status integer,
  last_error  text,
  ended_at    timestamptz,
  primary key (event_id, endpoint_id),
  constraint delivery_to_do check ((status = 'pending') = (check_at is not null))
);
create index webhook_deliveries_due on webhook_deliveries (check_at) where check_at is not null;

-- ── processes ───────────────────────────────────────────────────────────────────────────────────────────────────────

create table heartbeats (
  process text primary key,
  seen_at timestamptz not null
);
