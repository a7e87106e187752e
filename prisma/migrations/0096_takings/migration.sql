-- What the shop took, by the hour and by what a shopkeeper splits it by. Derived from the rows of orders, payments and
-- refunds by the worker, never by a payment itself; all of it can be made again from them.
create table takings_hours (
  -- `all` is the shop as a whole; every other dimension splits the same payments by one property
  dimension      text not null
                 check (dimension in ('all', 'channel', 'scene', 'store', 'till', 'cashier', 'code', 'offer')),
  starts_at      timestamptz not null check (starts_at = date_trunc('hour', starts_at, 'UTC')),
  -- empty where the payment has no such property
  key            text not null default '' check (char_length(key) <= 64),
  -- orders made in this hour, and what became of them
  orders         integer not null check (orders >= 0),
  orders_paid    integer not null check (orders_paid >= 0),
  orders_closed  integer not null check (orders_closed >= 0 and orders_paid + orders_closed <= orders),
  -- payments that settled their order, by when WeChat took them; amounts in fen, before refunds
  payments       integer not null check (payments >= 0),
  paid           bigint not null check (paid >= 0),
  -- what offers took off these payments
  discount       bigint not null check (discount >= 0),
  discounted     integer not null check (discounted between 0 and payments),
  -- given back of such payments, by when the money went back
  refunds        integer not null check (refunds >= 0),
  refunded       bigint not null check (refunded >= 0),
  -- given back of money that settled no order (late, extra, mismatched), which was never counted as paid
  other_refunds  integer not null check (other_refunds >= 0),
  other_refunded bigint not null check (other_refunded >= 0),
  primary key (dimension, starts_at, key),
  check (dimension <> 'all' or key = '')
);

-- How far the takings are added up: a moment, an entry of the journal, an entry of the audit log.
create table takings_progress (
  id         smallint primary key default 1 check (id = 1),
  rolled_to  timestamptz not null default '1970-01-01Z',
  journal_to bigint not null default 0,
  audit_to   bigint not null default 0
);
insert into takings_progress default values;
