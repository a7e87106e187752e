-- An order may be priced anew at the till (another channel, an optional offer taken or left), and the learner that chooses
-- optional offers keeps its decisions, what came of them, and what it made of that.

-- ── priced anew ─────────────────────────────────────────────────────────────────────────────────────────────────────

alter table orders
  -- optional promotions the shopper has
  add column offers text[] not null default '{}' check (cardinality(offers) <= 8),
  -- the channel the price was made for; null: for any
  add column priced_channel text;

insert into allowed_transition (machine, from_status, to_status) values
  -- the order is priced without it; priced again it may come back
  ('promotion_use', 'reserved', 'dropped'),
  ('promotion_use', 'dropped', 'reserved');
alter table promotion_uses
  drop constraint promotion_uses_state_check,
  add constraint promotion_uses_state_check check (state in ('reserved', 'spent', 'returned', 'dropped')),
  -- the whole order was refunded, and the promotion says that its use comes back; its money does not
  add column use_returned boolean not null default false,
  add constraint promotion_use_returned check (not use_returned or state = 'spent');
-- What is asked about when an order is paid: empty where no promotion looks at the channel.
create index promotions_by_channel on promotions (id)
  where status = 'active' and not optional and definition -> 'audience' ? 'channels';
create index promotions_optional on promotions (id) where status = 'active' and optional;

create or replace function refuse_changed_use() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.order_id, new.promotion_id, new.shopper_id, new.created_at)
       is distinct from (old.order_id, old.promotion_id, old.shopper_id, old.created_at)
     -- What is taken changes only while its order can still be priced anew, and one version is drawn once.
     or ((new.version, new.amount) is distinct from (old.version, old.amount)
         and not (old.state in ('reserved', 'dropped') and new.state = 'reserved'))
     or (new.draw is distinct from old.draw and new.version = old.version)
     or (old.use_returned and not new.use_returned) then
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

create or replace function count_promotion_use() returns trigger language plpgsql as $$
declare
  more_reserved integer := case when new.state = 'reserved' then new.amount else 0 end;
  more_spent integer := case when new.state = 'spent' then new.amount else 0 end;
  more_uses integer := (new.state in ('reserved', 'spent') and not new.use_returned)::integer;
  is_taken boolean := true;
  rule record;
begin
  if tg_op = 'UPDATE' then
    more_reserved := more_reserved - case when old.state = 'reserved' then old.amount else 0 end;
    more_spent := more_spent - case when old.state = 'spent' then old.amount else 0 end;
    more_uses := more_uses - (old.state in ('reserved', 'spent') and not old.use_returned)::integer;
    is_taken := old.state = 'dropped' or new.version <> old.version;
  end if;
  update promotions
     set reserved = reserved + more_reserved, spent = spent + more_spent, uses = uses + more_uses
   where id = new.promotion_id
  returning status, version, limit_per_user into strict rule;
  if is_taken and (new.state <> 'reserved' or rule.status <> 'active' or rule.version <> new.version) then
    raise exception 'promotion % is not what was asked for any more', new.promotion_id
      using errcode = '23514', constraint = 'promotion_current';
  end if;
  if is_taken and rule.limit_per_user is not null and new.shopper_id is null then
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
drop trigger promotion_uses_settled on promotion_uses;
create trigger promotion_uses_settled after update on promotion_uses
  for each row when ((old.state, old.amount, old.version, old.use_returned)
                     is distinct from (new.state, new.amount, new.version, new.use_returned))
  execute function count_promotion_use();

create or replace function check_promotion_use() returns trigger language plpgsql as $$
declare
  held record;
  taken record;
begin
  select status, amount_discount into held from orders where id = new.order_id;
  select coalesce(sum(amount) filter (where state in ('reserved', 'spent')), 0) as amount,
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
drop trigger promotion_uses_of_order on promotion_uses;
create constraint trigger promotion_uses_of_order after insert or update of state, amount on promotion_uses
  deferrable initially deferred for each row execute function check_promotion_use();

-- The price of an order that can be paid is the price of the trade it is paid by: who changes one has ended the other. Looked
-- at once the whole transaction is there.
create function check_order_price() returns trigger language plpgsql as $$
declare
  held record;
begin
  select status, amount_due, amount_discount into held from orders where id = new.id;
  if held.status = 'pending' and exists (
    select from payment_attempts
     where order_id = new.id and status in ('opening', 'waiting') and amount_due <> held.amount_due
  ) then
    raise exception 'order % has a trade open at another price', new.id using errcode = '23514', constraint = 'order_price';
  end if;
  if held.status = 'paid' and not exists (
    select from payment_attempts where order_id = new.id and verdict = 'settles' and amount_due = held.amount_due
  ) then
    raise exception 'order % was paid at another price', new.id using errcode = '23514', constraint = 'order_price';
  end if;
  if held.status = 'pending' and held.amount_discount <>
     (select coalesce(sum(amount), 0) from promotion_uses where order_id = new.id and state = 'reserved') then
    raise exception 'order % has a discount that no promotion gives', new.id
      using errcode = '23514', constraint = 'promotion_use_sums';
  end if;
  return null;
end $$;
create constraint trigger orders_price after update of amount_discount on orders
  deferrable initially deferred for each row when (new.amount_discount <> old.amount_discount)
  execute function check_order_price();

create function check_attempt_price() returns trigger language plpgsql as $$
begin
  if exists (select from payment_attempts a join orders o on o.id = a.order_id
              where a.id = new.id and a.status in ('opening', 'waiting') and o.status = 'pending'
                and a.amount_due <> o.amount_due) then
    raise exception 'attempt % is for another price than its order has', new.id
      using errcode = '23514', constraint = 'order_price';
  end if;
  return null;
end $$;
create constraint trigger attempts_price after insert on payment_attempts
  deferrable initially deferred for each row when (new.status in ('opening', 'waiting'))
  execute function check_attempt_price();

-- What a line costs less goes with the order's price, and stays once the order is paid or closed.
create or replace function refuse_changed_item() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.order_id, new.position, new.name, new.sku, new.category, new.unit_amount, new.quantity)
       is distinct from (old.id, old.order_id, old.position, old.name, old.sku, old.category, old.unit_amount, old.quantity) then
    raise exception 'items and prices never change' using errcode = '23514', constraint = 'order_item_fixed';
  end if;
  if new.discount <> old.discount and (select status from orders where id = new.order_id) <> 'pending' then
    raise exception 'what was paid for an item never changes' using errcode = '23514', constraint = 'order_item_fixed';
  end if;
  return new;
end $$;
create function check_item_sums() returns trigger language plpgsql as $$
begin
  if (select sum(discount) from order_items where order_id = new.order_id)
     <> (select amount_discount from orders where id = new.order_id) then
    raise exception 'the lines of order % do not add up to its discount', new.order_id
      using errcode = '23514', constraint = 'order_sums';
  end if;
  return null;
end $$;
create constraint trigger order_items_sums after update of discount on order_items
  deferrable initially deferred for each row when (new.discount <> old.discount) execute function check_item_sums();

-- A use (not its money) comes back once the whole order is refunded, where its promotion says so.
create function return_uses() returns trigger language plpgsql as $$
declare
  used record;
begin
  for used in
    select u.promotion_id from promotion_uses u
      join promotion_versions v on v.promotion_id = u.promotion_id and v.version = u.version
     where u.order_id = new.order_id and u.state = 'spent' and not u.use_returned
       and coalesce((v.definition ->> 'returnUse')::boolean, false)
     order by u.promotion_id
  loop
    update promotion_uses set use_returned = true where order_id = new.order_id and promotion_id = used.promotion_id;
  end loop;
  return null;
end $$;
create trigger attempts_return_uses after update of refunded on payment_attempts
  for each row when (new.verdict = 'settles' and new.refunded >= new.amount_paid and new.refunded > old.refunded)
  execute function return_uses();

-- ── the learner ─────────────────────────────────────────────────────────────────────────────────────────────────────

create table learner_settings (
  id           smallint primary key default 1 check (id = 1),
  -- the switch: off, every optional offer of the learner is left alone
  enabled      boolean not null default true,
  stopped_by   text check (stopped_by in ('person', 'stop_loss')),
  -- least part of the shoppers who are offered nothing
  holdout      double precision not null default 0.05 check (holdout between 0.05 and 1),
  -- what is earned of the price, in ten-thousandths, by scene and `default`; without it nothing is offered
  margins      jsonb not null default '{}' check (jsonb_typeof(margins) = 'object'),
  -- what one piece costs the merchant, in fen, by sku
  costs        jsonb not null default '{}' check (jsonb_typeof(costs) = 'object'),
  -- days the budgets are to last
  horizon_days integer not null default 30 check (horizon_days between 1 and 366),
  updated_at   timestamptz not null default now(),
  constraint learner_stopped check (enabled = (stopped_by is null))
);
insert into learner_settings default values;

create table learner_decisions (
  id            bigint generated always as identity primary key,
  order_id      text not null unique references orders,
  -- forgotten after a time; who the shopper is decides nothing once the decision is made
  shopper_id    text check (char_length(shopper_id) <= 128),
  -- what was known, as the model saw it
  context       jsonb not null,
  -- every arm that was weighed: what it is, would cost, how likely it was to be drawn
  arms          jsonb not null check (jsonb_typeof(arms) = 'array'),
  arm           text not null,
  propensity    double precision not null check (propensity > 0 and propensity <= 1),
  p_none        double precision not null check (p_none >= 0.049999 and p_none <= 1.000001),
  model_version integer not null check (model_version >= 0),
  lambda        double precision not null check (lambda between 0 and 20),
  seed          text not null,
  -- why nothing is to be learned of it; null: something is
  unlearned     text check (unlearned in ('test', 'staff')),
  sentence      text not null,
  created_at    timestamptz not null
);
create index learner_decisions_of_shopper on learner_decisions (shopper_id, created_at) where shopper_id is not null;

-- What has no outcome yet is looked for among the newest.
create index learner_decisions_age on learner_decisions (created_at);

create function refuse_changed_decision() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.shopper_id is not null and new.shopper_id is distinct from old.shopper_id
     or (to_jsonb(new) - 'shopper_id') is distinct from (to_jsonb(old) - 'shopper_id') then
    raise exception 'a decision stays as it was made' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $$;
create trigger learner_decisions_fixed before update or delete on learner_decisions
  for each row execute function refuse_changed_decision();

-- Written by the one folding job alone, so that their order is the order in which they were learned from.
create table learner_outcomes (
  id          bigint generated always as identity primary key,
  -- null for `restart`, with which a person lets a learner that had stopped itself begin again
  decision_id bigint references learner_decisions,
  kind        text not null check (kind in ('pay', 'coupon', 'restart')),
  converted   boolean not null,
  net_margin  bigint not null,
  cost        bigint not null check (cost >= 0),
  -- why nothing is learned of it
  unlearned   text check (unlearned in ('test', 'staff', 'refunded', 'own_choice')),
  happened_at timestamptz not null,
  resolved_at timestamptz not null,
  unique (decision_id, kind),
  constraint learner_outcome_of check ((kind = 'restart') = (decision_id is null))
);
create index learner_outcomes_in_order on learner_outcomes (resolved_at, id);
create trigger learner_outcomes_fixed before update or delete on learner_outcomes
  for each row execute function refuse_change();

create table learner_models (
  version    integer primary key check (version >= 1),
  -- the last outcome in it
  folded_to  bigint not null references learner_outcomes,
  -- outcomes in it
  folded     integer not null check (folded >= 0),
  arms       jsonb not null,
  mean       double precision[] not null,
  covariance double precision[] not null,
  coupons    jsonb not null,
  stop_loss  jsonb not null,
  created_at timestamptz not null,
  constraint learner_model_size check (cardinality(covariance) = cardinality(mean) * cardinality(mean))
);
create trigger learner_models_fixed before update on learner_models for each row execute function refuse_change();

-- The price of a fen of budget.
create table learner_pace (
  id         smallint primary key default 1 check (id = 1),
  lambda     double precision not null default 0 check (lambda between 0 and 20),
  shoppers   integer not null default 0 check (shoppers >= 0),
  -- the last decision it has seen
  paced_to   bigint not null default 0,
  -- since when `shoppers` are counted
  began_at   timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
insert into learner_pace default values;
