-- What the list of orders comes to, by the day in Beijing and by what a shopkeeper narrows it by: the sums under the list, for years.
-- Derived by the worker from orders that came to an end; pending ones change without a trace and are always read from their rows.
create table order_days (
  -- by when the order was made, or paid
  basis     text not null check (basis in ('created', 'paid')),
  dimension text not null
            check (dimension in ('all', 'channel', 'scene', 'store', 'till', 'cashier', 'code', 'offer')),
  -- empty where the order has no such property
  key       text not null default '' check (char_length(key) <= 64),
  day       date not null,
  status    text not null check (status in ('closed', 'paid', 'partially_refunded', 'refunded')),
  orders    integer not null check (orders >= 1),
  due       bigint not null check (due >= 1),
  -- of the payments that settle these orders; amounts in fen, before refunds
  paid      bigint not null check (paid >= 0),
  discount  bigint not null check (discount >= 0),
  -- given back of these payments, whenever that was
  refunded  bigint not null check (refunded between 0 and paid),
  primary key (basis, dimension, key, day, status),
  check (dimension <> 'all' or key = ''),
  check (basis <> 'paid' or status <> 'closed')
);
create index order_days_of_day on order_days (day);

-- How far the days are added up: a moment, an entry of the journal, an entry of the audit log.
create table order_days_progress (
  id         smallint primary key default 1 check (id = 1),
  rolled_to  timestamptz not null default '1970-01-01Z',
  journal_to bigint not null default 0,
  audit_to   bigint not null default 0
);
insert into order_days_progress default values;
