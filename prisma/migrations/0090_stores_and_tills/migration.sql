-- Stores, their tills and the cashiers who work there. None is ever deleted: orders name them for good.

create table stores (
  id             text primary key check (id ~ '^sto_[0-9a-z]{1,40}$'),
  -- what the merchant's own systems call it; never changed
  code           text not null unique check (code ~ '^[0-9A-Za-z_-]{1,32}$'),
  name           text not null check (char_length(name) between 1 and 64),
  address        text check (char_length(address) between 1 and 200),
  phone          text check (char_length(phone) between 1 and 32),
  created_at     timestamptz not null,
  deactivated_at timestamptz
);
create unique index stores_code_any_case on stores (lower(code));

create table tills (
  id             text primary key check (id ~ '^til_[0-9a-z]{1,40}$'),
  store_id       text not null references stores,
  code           text not null check (code ~ '^[0-9A-Za-z_-]{1,32}$'),
  name           text not null check (char_length(name) between 1 and 64),
  -- how long a cashier may be away before the till asks for the PIN again
  idle_minutes   integer not null default 10 check (idle_minutes between 1 and 240),
  created_at     timestamptz not null,
  deactivated_at timestamptz,
  constraint tills_id_store unique (id, store_id)
);
create unique index tills_code_any_case on tills (store_id, lower(code));

create table cashiers (
  id             text primary key check (id ~ '^csh_[0-9a-z]{1,40}$'),
  name           text not null check (char_length(name) between 1 and 32),
  pin_hash       text not null check (pin_hash like '$scrypt$%'),
  -- fen that may be given back of one order; null: this cashier refunds nothing
  refund_up_to   integer check (refund_up_to between 1 and 1000000000),
  -- the dashboard user who this is
  user_id        text unique references admin_users,
  created_at     timestamptz not null,
  deactivated_at timestamptz
);

-- Where a cashier may sign in.
create table cashier_stores (
  cashier_id text not null references cashiers,
  store_id   text not null references stores,
  primary key (cashier_id, store_id)
);
create index cashier_stores_of_store on cashier_stores (store_id);

create function refuse_changed_place() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
     or (to_jsonb(new) - array['name', 'address', 'phone', 'idle_minutes', 'pin_hash', 'refund_up_to', 'user_id', 'deactivated_at'])
        is distinct from
        (to_jsonb(old) - array['name', 'address', 'phone', 'idle_minutes', 'pin_hash', 'refund_up_to', 'user_id', 'deactivated_at'])
  then
    raise exception 'the code of a store or till never changes, and none is deleted'
      using errcode = '23514', constraint = 'place_fixed';
  end if;
  return new;
end $$;
create trigger stores_fixed before update or delete on stores for each row execute function refuse_changed_place();
create trigger tills_fixed before update or delete on tills for each row execute function refuse_changed_place();
create trigger cashiers_fixed before update or delete on cashiers for each row execute function refuse_changed_place();

-- Where and by whom an order was made; said when it is made, or never. Older orders have none.
alter table orders add column store_id text references stores;
alter table orders add column till_id text;
alter table orders add column cashier_id text references cashiers;
alter table orders add constraint order_till foreign key (till_id, store_id) references tills (id, store_id);
alter table orders add constraint order_place check (
  (till_id is null or store_id is not null) and (cashier_id is null or till_id is not null));
create index orders_of_store on orders (store_id, created_at desc, id desc) where store_id is not null;
create index orders_of_till on orders (till_id, created_at desc, id desc) where till_id is not null;
create index orders_of_cashier on orders (cashier_id, created_at desc, id desc) where cashier_id is not null;

create function refuse_changed_order_place() returns trigger language plpgsql as $$
begin
  raise exception 'where an order was made never changes' using errcode = '23514', constraint = 'order_fixed';
end $$;
create trigger orders_place_fixed before update of store_id, till_id, cashier_id on orders
  for each row when ((new.store_id, new.till_id, new.cashier_id) is distinct from (old.store_id, old.till_id, old.cashier_id))
  execute function refuse_changed_order_place();

-- A standing code may hang in a store or at a till; its orders carry that.
alter table collection_codes add column store_id text references stores;
alter table collection_codes add column till_id text;
alter table collection_codes add constraint collection_code_till foreign key (till_id, store_id) references tills (id, store_id);
alter table collection_codes add constraint collection_code_place check (till_id is null or store_id is not null);
