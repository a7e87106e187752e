-- Promotions, what they have given away, and why. Every fen and every use is a row of promotion_uses; the counters follow
-- those rows by trigger and by nothing else, so that a budget is a law and not a habit.

insert into allowed_transition (machine, from_status, to_status) values
  ('promotion_use', 'reserved', 'spent'),
  ('promotion_use', 'reserved', 'returned'),
  -- a late payment that the merchant accepts, as far as the budget still has it
  ('promotion_use', 'returned', 'spent');

-- ── promotions ──────────────────────────────────────────────────────────────────────────────────────────────────────

create table promotions (
  -- part of addresses
  id          text primary key check (id ~ '^[0-9A-Za-z][0-9A-Za-z_.~-]{0,63}$'),
  version     integer not null default 1 check (version >= 1),
  -- the rule as the merchant wrote it, without what the columns here say
  definition  jsonb not null check (jsonb_typeof(definition) = 'object'),
  status      text not null default 'active' check (status in ('active', 'archived')),
  -- fen; null: no limit
  budget      bigint check (budget >= 0),
  spent       bigint not null default 0 check (spent >= 0),
  reserved    bigint not null default 0 check (reserved >= 0),
  -- orders; null: no limit
  limit_total integer check (limit_total >= 0),
  uses        integer not null default 0 check (uses >= 0),
  -- said by the rule; here for look-ups and laws
  limit_per_user integer generated always as ((definition ->> 'limitPerUser')::integer) stored,
  code        text generated always as (definition ->> 'code') stored,
  optional    boolean not null generated always as (coalesce((definition ->> 'optional')::boolean, false)) stored,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  archived_at timestamptz,
  constraint promotion_budget check (spent + reserved <= budget),
  constraint promotion_limit_total check (uses <= limit_total),
  constraint promotion_archived check ((status = 'archived') = (archived_at is not null))
);
-- What an order without a code is asked about; empty where there are no promotions.
create index promotions_for_everyone on promotions (id) where status = 'active' and not optional and code is null;
create index promotions_with_code on promotions (code) where status = 'active' and code is not null;
create index promotions_newest on promotions (created_at desc, id desc);

-- Every version that ever was: decisions and uses name them.
create table promotion_versions (
  promotion_id text not null references promotions,
  version      integer not null,
  definition   jsonb not null,
  budget       bigint,
  limit_total  integer,
  created_at   timestamptz not null,
  primary key (promotion_id, version)
);
create trigger promotion_versions_fixed before update or delete on promotion_versions
  for each row execute function refuse_change();

create function check_promotion_change() returns trigger language plpgsql as $$
declare
  changed boolean;
begin
  if tg_op = 'INSERT' then
    if new.version <> 1 or new.spent <> 0 or new.reserved <> 0 or new.uses <> 0 then
      raise exception 'a promotion begins with nothing spent' using errcode = '23514', constraint = 'promotion_counters';
    end if;
    return new;
  end if;
  changed := (new.definition, new.budget, new.limit_total) is distinct from (old.definition, old.budget, old.limit_total);
  if (new.id, new.created_at) is distinct from (old.id, old.created_at)
     or (old.status = 'archived' and (changed or new.status <> old.status)) then
    raise exception 'this of a promotion never changes' using errcode = '23514', constraint = 'promotion_fixed';
  end if;
  if new.version <> old.version + changed::integer then
    raise exception 'a change of a promotion takes the next version' using errcode = '23514', constraint = 'promotion_version';
  end if;
  -- One level down is the trigger of promotion_uses.
  if pg_trigger_depth() < 2 and (new.spent, new.reserved, new.uses) is distinct from (old.spent, old.reserved, old.uses) then
    raise exception 'what a promotion gave away follows its uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  return new;
end $$;
create trigger promotions_change before insert or update on promotions
  for each row execute function check_promotion_change();
create trigger promotions_kept before delete on promotions for each row execute function refuse_change();

create function keep_promotion_version() returns trigger language plpgsql as $$
begin
  insert into promotion_versions (promotion_id, version, definition, budget, limit_total, created_at)
  values (new.id, new.version, new.definition, new.budget, new.limit_total, new.updated_at);
  return null;
end $$;
create trigger promotions_version after insert or update of version on promotions
  for each row execute function keep_promotion_version();

-- ── uses ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What one order takes of one promotion.
create table promotion_uses (
  order_id     text not null references orders,
  promotion_id text not null,
  version      integer not null,
  shopper_id   text check (char_length(shopper_id) <= 128),
  amount       integer not null check (amount >= 1),
  -- what was drawn for a random reduction; `amount` may be less
  draw         integer check (draw >= 1),
  state        text not null default 'reserved' check (state in ('reserved', 'spent', 'returned')),
  created_at   timestamptz not null,
  settled_at   timestamptz,
  primary key (order_id, promotion_id),
  foreign key (promotion_id, version) references promotion_versions,
  constraint promotion_use_settled check ((state = 'reserved') = (settled_at is null))
);
create index promotion_uses_of_promotion on promotion_uses (promotion_id, created_at);

-- How often a shopper used a promotion, uses given back not counted.
create table promotion_shopper_uses (
  promotion_id text not null references promotions,
  shopper_id   text not null check (char_length(shopper_id) <= 128),
  uses         integer not null check (uses >= 0),
  primary key (promotion_id, shopper_id)
);

create function check_shopper_uses() returns trigger language plpgsql as $$
declare
  grown boolean := tg_op = 'INSERT' or new.uses > old.uses;
begin
  if pg_trigger_depth() < 2 then
    raise exception 'what a shopper used follows the uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  if grown and new.uses > (select limit_per_user from promotions where id = new.promotion_id) then
    raise exception 'promotion % was used as often as one shopper may', new.promotion_id
      using errcode = '23514', constraint = 'promotion_limit_per_user';
  end if;
  return new;
end $$;
create trigger promotion_shopper_uses_limit before insert or update on promotion_shopper_uses
  for each row execute function check_shopper_uses();
create trigger promotion_shopper_uses_kept before delete on promotion_shopper_uses
  for each row execute function refuse_change();

create function refuse_changed_use() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.order_id, new.promotion_id, new.version, new.shopper_id, new.amount, new.draw, new.created_at)
       is distinct from (old.order_id, old.promotion_id, old.version, old.shopper_id, old.amount, old.draw, old.created_at) then
    raise exception 'what was taken of a promotion never changes' using errcode = '23514', constraint = 'promotion_use_fixed';
  end if;
  if new.state <> old.state and not exists (
    select from allowed_transition t
     where t.machine = 'promotion_use' and t.from_status = old.state and t.to_status = new.state
  ) then
    raise exception 'illegal_transition: promotion_use % → %', old.state, new.state
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $$;
create trigger promotion_uses_fixed before update or delete on promotion_uses
  for each row execute function refuse_changed_use();

create function count_promotion_use() returns trigger language plpgsql as $$
declare
  was text := case when tg_op = 'UPDATE' then old.state end;
  more_reserved integer := new.amount * ((new.state = 'reserved')::integer - coalesce((was = 'reserved')::integer, 0));
  more_spent integer := new.amount * ((new.state = 'spent')::integer - coalesce((was = 'spent')::integer, 0));
  more_uses integer := (new.state <> 'returned')::integer - coalesce((was <> 'returned')::integer, 0);
  rule record;
begin
  update promotions
     set reserved = reserved + more_reserved, spent = spent + more_spent, uses = uses + more_uses
   where id = new.promotion_id
  returning status, version, limit_per_user into strict rule;
  if was is null and (new.state <> 'reserved' or rule.status <> 'active' or rule.version <> new.version) then
    raise exception 'promotion % is not what was asked for any more', new.promotion_id
      using errcode = '23514', constraint = 'promotion_current';
  end if;
  if was is null and rule.limit_per_user is not null and new.shopper_id is null then
    raise exception 'promotion % is limited per shopper, and nobody knows who this is', new.promotion_id
      using errcode = '23514', constraint = 'promotion_needs_shopper';
  end if;
  if new.shopper_id is not null and more_uses > 0 then
    insert into promotion_shopper_uses as s (promotion_id, shopper_id, uses)
    values (new.promotion_id, new.shopper_id, more_uses)
    on conflict (promotion_id, shopper_id) do update set uses = s.uses + more_uses;
  elsif new.shopper_id is not null and more_uses < 0 then
    update promotion_shopper_uses set uses = uses + more_uses
     where promotion_id = new.promotion_id and shopper_id = new.shopper_id;
  end if;
  return null;
end $$;
create trigger promotion_uses_claimed after insert on promotion_uses for each row execute function count_promotion_use();
create trigger promotion_uses_settled after update of state on promotion_uses
  for each row when (old.state <> new.state) execute function count_promotion_use();

-- Looked at once the whole transaction is there: what an order takes is its discount, and goes the way of its order.
create function check_promotion_use() returns trigger language plpgsql as $$
declare
  held record;
  taken record;
begin
  select status, amount_discount into held from orders where id = new.order_id;
  select coalesce(sum(amount) filter (where state <> 'returned'), 0) as amount,
         count(*) filter (where state = 'reserved') as reserved, count(*) filter (where state = 'spent') as spent
    into taken from promotion_uses where order_id = new.order_id;
  if held.status = 'pending' and taken.amount <> held.amount_discount then
    raise exception 'order % has a discount of %, its promotions give %', new.order_id, held.amount_discount, taken.amount
      using errcode = '23514', constraint = 'promotion_use_sums';
  end if;
  if (held.status <> 'pending' and taken.reserved > 0) or (held.status <> 'paid' and taken.spent > 0) then
    raise exception 'order % is %, what it took of its promotions is not', new.order_id, held.status
      using errcode = '23514', constraint = 'promotion_use_state';
  end if;
  return null;
end $$;
create constraint trigger promotion_uses_of_order after insert or update of state on promotion_uses
  deferrable initially deferred for each row execute function check_promotion_use();

create function check_order_keeps_nothing() returns trigger language plpgsql as $$
begin
  if exists (select from promotion_uses where order_id = new.id and state = 'reserved')
     and (select status from orders where id = new.id) <> 'pending' then
    raise exception 'order % holds on to a promotion', new.id using errcode = '23514', constraint = 'promotion_use_state';
  end if;
  return null;
end $$;
create constraint trigger orders_keep_nothing after update of status on orders
  deferrable initially deferred for each row when (new.status <> 'pending') execute function check_order_keeps_nothing();

-- ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- What was weighed for an order and what came of it. Together with the order's items and the versions it names, the same
-- engine gives the same answer again. Names no shopper: the order does, until it is erased there.
create table offer_decisions (
  id         bigint generated always as identity primary key,
  order_id   text not null references orders,
  engine     text not null,
  inputs     jsonb not null,
  -- ids, what each takes off, line by line
  applied    jsonb not null,
  -- ids and reasons
  rejected   jsonb not null,
  discount   integer not null check (discount >= 0),
  optimal    boolean not null,
  created_at timestamptz not null
);
create index offer_decisions_of_order on offer_decisions (order_id);
create trigger offer_decisions_fixed before update or delete on offer_decisions for each row execute function refuse_change();

-- Whether a shopper has bought before.
create index orders_paid_of_shopper on orders (shopper_id) where shopper_id is not null and status = 'paid';
