-- Tills at work: the device that is a till, the cashier who is signed in at it, and shifts, each ended by a hand-over (交班).

-- Which device is which till. The device holds a sealed cookie with the id; ended here, it is no till any more.
create table till_devices (
  id       text primary key check (id ~ '^dev_[0-9a-z]{1,40}$'),
  till_id  text not null references tills,
  label    text not null check (char_length(label) <= 256),
  bound_by text not null check (char_length(bound_by) between 1 and 320),
  bound_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (char_length(ended_by) between 1 and 320),
  constraint till_device_ended check ((ended_at is null) = (ended_by is null))
);
create unique index till_devices_one on till_devices (till_id) where ended_at is null;

-- Who is signed in at a till by PIN: one cashier at a time.
create table cashier_sessions (
  id         text primary key check (id ~ '^cse_[0-9a-z]{1,40}$'),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  device_id  text not null unique references till_devices,
  cashier_id text not null references cashiers,
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  idle_until timestamptz not null
);
create index cashier_sessions_of_cashier on cashier_sessions (cashier_id);

-- A shift of a till. Open until it is handed over; from then on a frozen account of what was taken.
create table shifts (
  id            text primary key check (id ~ '^shf_[0-9a-z]{1,40}$'),
  till_id       text not null,
  store_id      text not null,
  number        integer not null check (number >= 1),
  -- the hand-over before
  since         timestamptz,
  opened_at     timestamptz not null,
  opened_by     text not null check (char_length(opened_by) between 1 and 320),
  closed_at     timestamptz,
  closed_by     text check (char_length(closed_by) between 1 and 320),
  -- null where someone else closed it in the cashier's place
  cashier_id    text references cashiers,
  note          text check (char_length(note) between 1 and 200),
  -- payments that settle their orders; the other money is late, extra or mismatched
  payment_count integer,
  payment_sum   bigint,
  other_count   integer,
  other_sum     bigint,
  refund_count  integer,
  refund_sum    bigint,
  -- what was still undecided at that time, and so is in no sum: trades that may yet be paid, refunds under way
  open_count    integer,
  open_sum      bigint,
  refunding_count integer,
  refunding_sum bigint,
  constraint shifts_till foreign key (till_id, store_id) references tills (id, store_id),
  constraint shifts_number unique (till_id, number),
  constraint shift_closed check (
    case when closed_at is null
         then num_nonnulls(closed_by, cashier_id, note, payment_count, payment_sum, other_count, other_sum, refund_count,
                           refund_sum, open_count, open_sum, refunding_count, refunding_sum) = 0
         else num_nulls(closed_by, payment_count, payment_sum, other_count, other_sum, refund_count,
                        refund_sum, open_count, open_sum, refunding_count, refunding_sum) = 0
              and least(payment_count, payment_sum, other_count, other_sum, refund_count, refund_sum,
                        open_count, open_sum, refunding_count, refunding_sum) >= 0
              and closed_at >= opened_at end)
);
create unique index shifts_one_open on shifts (till_id) where closed_at is null;
create index shifts_newest on shifts (closed_at desc, id desc) where closed_at is not null;

-- One row per payment and per refund of an order that was made at a till, written by the statement that books it.
-- Which shift it counts in is said when that shift is handed over: one that is booked later counts in the next.
create table shift_entries (
  id         bigint generated always as identity primary key,
  till_id    text not null references tills,
  order_id   text not null references orders,
  cashier_id text references cashiers,
  attempt_id text unique references payment_attempts,
  refund_id  text unique references refunds,
  amount     integer not null check (amount >= 0),
  channel    text not null,
  -- of a payment: what it was to its order when it was booked
  verdict    text check (verdict in ('settles', 'late', 'extra', 'mismatch')),
  at         timestamptz not null,
  shift_id   text references shifts,
  constraint shift_entry_cause check (num_nonnulls(attempt_id, refund_id) = 1 and (attempt_id is null) = (verdict is null))
);
create index shift_entries_next on shift_entries (till_id) where shift_id is null;
create index shift_entries_of_shift on shift_entries (shift_id) where shift_id is not null;

create function note_shift_payment() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then
    return null;
  end if;
  insert into shift_entries (till_id, order_id, cashier_id, attempt_id, amount, channel, verdict, at)
  select o.till_id, o.id, o.cashier_id, new.id, new.amount_paid, new.channel, new.verdict, new.paid_at
    from orders o where o.id = new.order_id and o.till_id is not null;
  return null;
end $$;
create trigger attempts_in_shift after insert or update of status on payment_attempts
  for each row when (new.status = 'succeeded') execute function note_shift_payment();

create function note_shift_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then
    return null;
  end if;
  insert into shift_entries (till_id, order_id, cashier_id, refund_id, amount, channel, at)
  select o.till_id, o.id, o.cashier_id, new.id, new.amount, a.channel, new.succeeded_at
    from orders o join payment_attempts a on a.id = new.attempt_id where o.id = new.order_id and o.till_id is not null;
  return null;
end $$;
create trigger refunds_in_shift after insert or update of status on refunds
  for each row when (new.status = 'succeeded') execute function note_shift_refund();

create function check_shift_entry() returns trigger language plpgsql as $$
declare
  shift record;
begin
  if tg_op = 'INSERT' then
    -- One level down is the trigger of payments or refunds.
    if pg_trigger_depth() < 2 or new.shift_id is not null then
      raise exception 'what counts in a shift comes from its payment or refund alone'
        using errcode = '23514', constraint = 'shift_entry_fixed';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or old.shift_id is not null or new.shift_id is null
     or (to_jsonb(new) - 'shift_id') is distinct from (to_jsonb(old) - 'shift_id') then
    raise exception 'what counts in a shift never changes' using errcode = '23514', constraint = 'shift_entry_fixed';
  end if;
  -- A hand-over waits for entries that are being added, or they for it.
  select till_id, closed_at into shift from shifts where id = new.shift_id for share;
  if shift.till_id is distinct from new.till_id or shift.closed_at is not null then
    raise exception 'shift % is closed, or of another till', new.shift_id
      using errcode = '23514', constraint = 'shift_entry_fixed';
  end if;
  return new;
end $$;
create trigger shift_entries_fixed before insert or update or delete on shift_entries
  for each row execute function check_shift_entry();
create trigger shift_entries_never_emptied before truncate on shift_entries
  for each statement execute function refuse_truncate();

create function check_shift_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.closed_at is not null
     or (new.id, new.till_id, new.store_id, new.number, new.since, new.opened_at, new.opened_by)
        is distinct from (old.id, old.till_id, old.store_id, old.number, old.since, old.opened_at, old.opened_by) then
    raise exception 'a shift that was handed over never changes' using errcode = '23514', constraint = 'shift_fixed';
  end if;
  return new;
end $$;
create trigger shifts_fixed before update or delete on shifts for each row execute function check_shift_change();
create trigger shifts_never_emptied before truncate on shifts for each statement execute function refuse_truncate();

create function check_shift_sums() returns trigger language plpgsql as $$
declare
  found record;
begin
  select (count(*) filter (where verdict = 'settles'))::integer as payments, coalesce(sum(amount) filter (where verdict = 'settles'), 0) as paid,
         (count(*) filter (where verdict <> 'settles'))::integer as others, coalesce(sum(amount) filter (where verdict <> 'settles'), 0) as other,
         count(refund_id)::integer as refunds, coalesce(sum(amount) filter (where refund_id is not null), 0) as refunded
    into found from shift_entries where shift_id = new.id;
  if (new.payment_count, new.payment_sum, new.other_count, new.other_sum, new.refund_count, new.refund_sum)
     is distinct from (found.payments, found.paid, found.others, found.other, found.refunds, found.refunded) then
    raise exception 'the sums of shift % are not those of its entries', new.id
      using errcode = '23514', constraint = 'shift_sums';
  end if;
  return null;
end $$;
create constraint trigger shifts_sums after insert or update of closed_at on shifts deferrable initially deferred
  for each row when (new.closed_at is not null) execute function check_shift_sums();

-- Who took over what was handed over: the next cashier, or a manager.
create table shift_receptions (
  shift_id    text primary key references shifts,
  received_by text not null check (char_length(received_by) between 1 and 320),
  note        text check (char_length(note) between 1 and 200),
  received_at timestamptz not null
);
create function check_shift_reception() returns trigger language plpgsql as $$
begin
  if not exists (select from shifts where id = new.shift_id and closed_at is not null) then
    raise exception 'shift % was not handed over', new.shift_id using errcode = '23514', constraint = 'shift_open';
  end if;
  return new;
end $$;
create trigger shift_receptions_closed before insert on shift_receptions
  for each row execute function check_shift_reception();
create trigger shift_receptions_fixed before update or delete on shift_receptions
  for each row execute function refuse_change();
create trigger shift_receptions_never_emptied before truncate on shift_receptions
  for each statement execute function refuse_truncate();
