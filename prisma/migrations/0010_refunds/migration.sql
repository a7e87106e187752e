-- Money going back. A refund holds its amount on the attempt from the moment it is asked for until it is final.

insert into allowed_transition (machine, from_status, to_status) values
  ('refund', 'requested', 'processing'),
  ('refund', 'requested', 'succeeded'),
  ('refund', 'requested', 'abnormal'),
  ('refund', 'requested', 'closed'),
  ('refund', 'processing', 'succeeded'),
  ('refund', 'processing', 'abnormal'),
  ('refund', 'processing', 'closed'),
  ('refund', 'abnormal', 'succeeded'),
  ('refund', 'abnormal', 'closed'),
  -- Closed is what we were told, money that went back is a fact.
  ('refund', 'closed', 'succeeded');

create table refunds (
  id               text primary key,
  order_id         text not null references orders,
  attempt_id       text not null references payment_attempts,
  -- what WeChat knows it by; the same on every repeat
  number           text not null unique check (char_length(number) between 1 and 64),
  origin           text not null check (origin in ('request', 'policy', 'console')),
  amount           integer not null check (amount >= 1),
  reason           text check (char_length(reason) between 1 and 80),
  status           text not null default 'requested'
                   check (status in ('requested', 'processing', 'succeeded', 'abnormal', 'closed')),
  wechat_refund_id text unique check (char_length(wechat_refund_id) between 1 and 64),
  -- why it was refused, closed or stopped: one word of ours, and WeChat's own words for people
  failure          text,
  failure_detail   text check (char_length(failure_detail) <= 500),
  created_at       timestamptz not null,
  -- not sent before: WeChat wants a minute between the refunds of one trade
  send_at          timestamptz not null,
  -- the last time it was sent; sending again under the same number is safe
  sent_at          timestamptz,
  accepted_at      timestamptz,
  succeeded_at     timestamptz,
  closed_at        timestamptz,
  -- when the sweep looks next; null when nothing is left to do
  check_at         timestamptz,
  -- looks since the last change of status
  checks           integer not null default 0 check (checks >= 0),
  constraint refund_succeeded check ((status = 'succeeded') = (succeeded_at is not null)),
  constraint refund_closed check (status <> 'closed' or (closed_at is not null and failure is not null)),
  constraint refund_to_do check ((status in ('succeeded', 'closed')) = (check_at is null))
);
create index refunds_of_order on refunds (order_id, created_at);
create index refunds_of_attempt on refunds (attempt_id);
create index refunds_newest on refunds (created_at desc, id desc);
create index refunds_due on refunds (check_at) where check_at is not null;
create trigger refunds_machine before update of status on refunds
  for each row execute function refuse_illegal_transition('refund');

create function refuse_changed_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.order_id, new.attempt_id, new.number, new.origin, new.amount, new.reason, new.created_at)
       is distinct from (old.id, old.order_id, old.attempt_id, old.number, old.origin, old.amount, old.reason, old.created_at) then
    raise exception 'what was to be refunded never changes' using errcode = '23514', constraint = 'refund_fixed';
  end if;
  return new;
end $$;
create trigger refunds_fixed before update or delete on refunds for each row execute function refuse_changed_refund();

create table refund_items (
  refund_id     text not null references refunds,
  order_item_id text not null references order_items,
  quantity      integer not null check (quantity >= 1),
  -- exactly what was paid for these units; gifts cost nothing
  amount        integer not null check (amount >= 0),
  primary key (refund_id, order_item_id)
);
create index refund_items_of_item on refund_items (order_item_id);
create trigger refund_items_fixed before update or delete on refund_items for each row execute function refuse_change();

-- Held is what waits, refunded is what went back: looked at once the whole transaction is there.
create function check_refund_sums() returns trigger language plpgsql as $$
declare
  attempt text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'attempt_id' else new.id end;
  wrong record;
begin
  select a.id, a.refund_held, a.refunded, s.held, s.gone into wrong
    from payment_attempts a,
         lateral (select coalesce(sum(r.amount) filter (where r.status in ('requested', 'processing', 'abnormal')), 0) as held,
                         coalesce(sum(r.amount) filter (where r.status = 'succeeded'), 0) as gone
                    from refunds r where r.attempt_id = a.id) s
   where a.id = attempt and (a.refund_held <> s.held or a.refunded <> s.gone);
  if found then
    raise exception 'attempt % holds % and gave back %, its refunds say % and %',
      wrong.id, wrong.refund_held, wrong.refunded, wrong.held, wrong.gone using errcode = '23514', constraint = 'refund_sums';
  end if;
  return null;
end $$;
create constraint trigger refunds_sums after insert or update of status on refunds
  deferrable initially deferred for each row execute function check_refund_sums();
create constraint trigger attempts_refund_sums after update of refund_held, refunded on payment_attempts
  deferrable initially deferred for each row execute function check_refund_sums();

-- A refund is of its own order's payment; its items are of that order, add up to it, and were bought.
create function check_refund_items() returns trigger language plpgsql as $$
begin
  if not exists (select from payment_attempts a where a.id = new.attempt_id and a.order_id = new.order_id) then
    raise exception 'refund % is of another order', new.id using errcode = '23514', constraint = 'refund_order';
  end if;
  if (select sum(i.amount) from refund_items i where i.refund_id = new.id) <> new.amount then
    raise exception 'the items of refund % do not add up', new.id using errcode = '23514', constraint = 'refund_items_sum';
  end if;
  if exists (
    select from refund_items mine join order_items o on o.id = mine.order_item_id
     where mine.refund_id = new.id
       and (o.order_id <> new.order_id
            or o.quantity < (select sum(all_of_it.quantity)
                               from refund_items all_of_it join refunds r on r.id = all_of_it.refund_id and r.status <> 'closed'
                              where all_of_it.order_item_id = o.id))
  ) then
    raise exception 'refund % gives back more than was bought', new.id
      using errcode = '23514', constraint = 'refund_items_bought';
  end if;
  return null;
end $$;
create constraint trigger refunds_items after insert on refunds
  deferrable initially deferred for each row execute function check_refund_items();

-- Refunds that somebody made in WeChat's own console, until they are booked: asked about by their number.
create table foreign_refunds (
  number       text primary key check (char_length(number) between 1 and 64),
  account_id   text not null references gateway_accounts on delete restrict,
  trade_number text not null check (char_length(trade_number) between 1 and 64),
  seen_at      timestamptz not null,
  -- null: booked as a refund, or nothing of ours
  check_at     timestamptz,
  checks       integer not null default 0 check (checks >= 0)
);
create index foreign_refunds_due on foreign_refunds (check_at) where check_at is not null;
