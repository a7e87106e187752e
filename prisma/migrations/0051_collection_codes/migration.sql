-- Standing collection codes (收款码): a sign on the counter that makes an order each time somebody wants to pay by it.

insert into allowed_transition (machine, from_status, to_status) values ('collection_code', 'active', 'retired');

-- Owns what keeps a form that is sent twice from making two orders. Revoked from birth: nobody signs in with it.
insert into api_keys (id, name, secret_hash, secret_sealed, revoked_at)
values ('key_collection', 'collection codes', sha256(convert_to(gen_random_uuid()::text, 'UTF8')), ''::bytea, now());

create table collection_codes (
  id         text primary key check (id ~ '^col_[0-9a-z]{1,40}$'),
  -- what the printed address ends in
  code       text not null unique check (code ~ '^[0-9a-hjkmnp-tv-z]{12}$'),
  label      text not null check (char_length(label) between 1 and 32),
  -- fen; null: the shopper enters an amount between the two
  amount     integer check (amount between 1 and 1000000000),
  amount_min integer check (amount_min between 1 and 1000000000),
  amount_max integer check (amount_max between 1 and 1000000000),
  scene      text check (char_length(scene) between 1 and 32),
  item_name  text check (char_length(item_name) between 1 and 256),
  category   text check (char_length(category) between 1 and 64),
  status     text not null default 'active' check (status in ('active', 'retired')),
  -- a person's address of mail, an API key's id, or a part of the product
  created_by text not null check (char_length(created_by) between 1 and 320),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  retired_at timestamptz,
  constraint collection_code_amount check (
    case when amount is null then coalesce(amount_min <= amount_max, false)
         else amount_min is null and amount_max is null end),
  constraint collection_code_retired check ((status = 'retired') = (retired_at is not null))
);
create index collection_codes_newest on collection_codes (created_at desc, id desc);

create function check_collection_code_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'active' then
      raise exception 'a collection code begins in use' using errcode = '23514', constraint = 'illegal_transition';
    end if;
    return new;
  end if;
  -- Printed signs carry the code for years, and retired is for good.
  if (new.id, new.code, new.created_by, new.created_at) is distinct from (old.id, old.code, old.created_by, old.created_at)
     or (old.status = 'retired' and new is distinct from old and new.status = old.status) then
    raise exception 'this of a collection code never changes' using errcode = '23514', constraint = 'collection_code_fixed';
  end if;
  if new.status <> old.status and not exists (
    select from allowed_transition t
     where t.machine = 'collection_code' and t.from_status = old.status and t.to_status = new.status
  ) then
    raise exception 'illegal_transition: collection_code % → %', old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $$;
create trigger collection_codes_change before insert or update on collection_codes
  for each row execute function check_collection_code_change();
create trigger collection_codes_kept before delete on collection_codes for each row execute function refuse_change();

-- Which order came from which code, and what was paid by it.
create table collection_orders (
  order_id    text primary key references orders,
  code_id     text not null references collection_codes,
  -- fen, once the order is paid
  paid_amount integer check (paid_amount >= 1),
  created_at  timestamptz not null
);
-- How often and how much a code brought in is read from this index alone.
create index collection_orders_paid on collection_orders (code_id) include (paid_amount) where paid_amount is not null;

create function check_collection_order() returns trigger language plpgsql as $$
declare
  asked record;
  total integer;
begin
  if tg_op = 'INSERT' then
    -- Retiring waits for orders that are being made, or they for it.
    select status, amount, amount_min, amount_max into asked from collection_codes where id = new.code_id for share;
    select amount_total into total from orders where id = new.order_id;
    if asked.status <> 'active' then
      raise exception 'collection code % is retired', new.code_id
        using errcode = '23514', constraint = 'collection_code_closed';
    end if;
    if new.paid_amount is not null or total is distinct from coalesce(asked.amount, total)
       or (asked.amount is null and total not between asked.amount_min and asked.amount_max) then
      raise exception 'order % is not of an amount that its code takes', new.order_id
        using errcode = '23514', constraint = 'collection_order_amount';
    end if;
    return new;
  end if;
  -- One level down is the trigger of orders.
  if tg_op = 'DELETE' or pg_trigger_depth() < 2 or old.paid_amount is not null
     or (new.order_id, new.code_id, new.created_at) is distinct from (old.order_id, old.code_id, old.created_at) then
    raise exception 'what came from a collection code never changes'
      using errcode = '23514', constraint = 'collection_order_fixed';
  end if;
  return new;
end $$;
create trigger collection_orders_change before insert or update or delete on collection_orders
  for each row execute function check_collection_order();

create function note_collected() returns trigger language plpgsql as $$
begin
  update collection_orders set paid_amount = new.amount_due where order_id = new.id;
  return null;
end $$;
create trigger orders_collected after update of status on orders
  for each row when (new.status = 'paid' and old.status <> 'paid') execute function note_collected();
