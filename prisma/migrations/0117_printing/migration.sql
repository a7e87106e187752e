-- Receipts on paper: printers, and what they have to print. A job is a to-do row like a notification's delivery; it is written with
-- the payment or refund that causes it, and printed afterwards by whoever holds the printer's lease.

create table printers (
  id              text primary key,
  kind            text not null check (kind in ('network', 'feie')),
  name            text not null check (char_length(name) between 1 and 60),
  settings_sealed bytea not null,
  -- what may be shown of the address
  target          text not null check (char_length(target) between 1 and 200),
  -- null: of every store, of every till of the store
  store_id        text references stores,
  till_id         text,
  -- millimetres of paper
  width           smallint not null check (width in (58, 80)),
  copies          smallint not null default 1 check (copies between 1 and 5),
  automatic       boolean not null default true,
  language        text not null default 'zh-CN' check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  created_at      timestamptz not null,
  created_by      text not null check (char_length(created_by) between 1 and 254),
  paused_at       timestamptz,
  -- what keeps it from printing; null: nothing that is known
  trouble         text check (trouble in ('paper_out', 'cover_open', 'offline', 'refused', 'unanswered')),
  failing_since   timestamptz,
  failures        integer not null default 0 check (failures >= 0),
  retry_at        timestamptz,
  last_answer     text check (char_length(last_answer) <= 300),
  last_printed_at timestamptz,
  -- one process at a time speaks to a printer
  leased_until    timestamptz,
  constraint printer_failing check ((failing_since is null) = (failures = 0) and (trouble is null) = (failures = 0)),
  constraint printer_till foreign key (till_id, store_id) references tills (id, store_id),
  constraint printer_place check (till_id is null or store_id is not null)
);
create trigger printers_sealed before insert or update of settings_sealed on printers
  for each row execute function check_sealed_under('settings_sealed');

create table print_jobs (
  id          bigint generated always as identity primary key,
  printer_id  text not null references printers on delete cascade,
  kind        text not null check (kind in ('receipt', 'refund', 'shift', 'test')),
  order_id    text references orders,
  refund_id   text references refunds,
  shift_id    text references shifts,
  automatic   boolean not null default false,
  -- the same was printed before, or may have been: it says so (补打)
  reprint     boolean not null default false,
  -- sending: bytes may have left for the printer. It is never sent again by itself.
  status      text not null default 'pending' check (status in ('pending', 'sending', 'printed', 'unknown', 'cancelled')),
  check_at    timestamptz,
  tries       integer not null default 0 check (tries >= 0),
  last_answer text check (char_length(last_answer) <= 300),
  created_at  timestamptz not null,
  created_by  text check (char_length(created_by) between 1 and 254),
  sent_at     timestamptz,
  ended_at    timestamptz,
  constraint print_job_to_do check ((status in ('pending', 'sending')) = (check_at is not null)
                                and (status in ('pending', 'sending')) = (ended_at is null)),
  constraint print_job_sent check ((status in ('sending', 'printed', 'unknown')) <= (sent_at is not null)),
  constraint print_job_by check (automatic = (created_by is null)),
  constraint print_job_of check (case kind
    when 'receipt' then order_id is not null and refund_id is null and shift_id is null
    when 'refund' then order_id is not null and refund_id is not null and shift_id is null
    when 'shift' then order_id is null and refund_id is null and shift_id is not null
    else order_id is null and refund_id is null and shift_id is null end)
);
create index print_jobs_due on print_jobs (printer_id, check_at) where check_at is not null;
create index print_jobs_newest on print_jobs (printer_id, id desc);
create index print_jobs_of_order on print_jobs (order_id) where order_id is not null;
create index print_jobs_of_shift on print_jobs (shift_id) where shift_id is not null;
create index print_jobs_age on print_jobs (created_at);
-- A payment or refund prints by itself once on each printer.
create unique index print_jobs_automatic on print_jobs (printer_id, order_id, coalesce(refund_id, '')) where automatic;

-- What may be on paper is not printed twice in silence: 'sending' goes back to 'pending' only where nothing was sent.
create function print_job_moves() returns trigger language plpgsql as $$
begin
  if old.status not in ('pending', 'sending') or (old.status = 'sending' and new.status = 'pending' and new.sent_at is not null) then
    raise exception 'a print job that is % does not become %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger print_jobs_move before update of status on print_jobs
  for each row when (old.status <> new.status) execute function print_job_moves();

-- A payment is booked whatever becomes of its receipt. A shop without automatic printers pays one look at an empty table.
create function print_by_itself(about_kind text, about_order text, about_refund text, about_account text, about_at timestamptz)
  returns void language plpgsql as $$
begin
  if not exists (select from printers where automatic and paused_at is null) then return; end if;
  -- What was played in the sandbox is not printed once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = about_account and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return; end if;
  perform graphile_worker.add_job('print', json_build_object('printerId', made.printer_id))
     from print_wanting(about_kind, about_order, about_refund, about_at) as made (printer_id);
exception when others then
  raise warning 'a print job of % was not written: %', about_kind, sqlerrm;
end $$;

create function print_wanting(about_kind text, about_order text, about_refund text, about_at timestamptz)
  returns setof text language sql as $$
  insert into print_jobs (printer_id, kind, order_id, refund_id, automatic, check_at, created_at)
  select p.id, about_kind, o.id, about_refund, true, about_at, about_at
    from printers p, orders o
   where o.id = about_order and p.automatic and p.paused_at is null
     and (p.store_id is null or p.store_id = o.store_id) and (p.till_id is null or p.till_id = o.till_id)
  on conflict do nothing
  returning printer_id $$;

create function print_payment() returns trigger language plpgsql as $$
begin
  perform print_by_itself('receipt', new.order_id, null, new.account_id, new.ended_at);
  return null;
end $$;
create trigger payment_attempts_printed after update of status on payment_attempts
  for each row when (old.status <> 'succeeded' and new.status = 'succeeded' and new.verdict = 'settles')
  execute function print_payment();

create function print_refund() returns trigger language plpgsql as $$
begin
  perform print_by_itself('refund', new.order_id, new.id, (select account_id from payment_attempts where id = new.attempt_id),
                          new.succeeded_at);
  return null;
end $$;
create trigger refunds_printed after update of status on refunds
  for each row when (old.status <> 'succeeded' and new.status = 'succeeded') execute function print_refund();

-- What still waits for a printer that is paused is not printed later.
create function drop_jobs_of_printer() returns trigger language plpgsql as $$
begin
  update print_jobs set status = 'cancelled', check_at = null, ended_at = new.paused_at
   where printer_id = new.id and status = 'pending';
  return null;
end $$;
create trigger printers_stopped after update of paused_at on printers
  for each row when (old.paused_at is null and new.paused_at is not null) execute function drop_jobs_of_printer();

-- A hand-over prints its slip at the till, or wherever the till's receipts go.
create function print_shift() returns trigger language plpgsql as $$
begin
  insert into print_jobs (printer_id, kind, shift_id, automatic, check_at, created_at)
  select p.id, 'shift', new.id, true, new.closed_at, new.closed_at
    from printers p join tills t on t.id = new.till_id
   where p.automatic and p.paused_at is null
     and (p.store_id is null or p.store_id = t.store_id) and (p.till_id is null or p.till_id = t.id);
  perform graphile_worker.add_job('print', json_build_object('printerId', j.printer_id)) from print_jobs j where j.shift_id = new.id;
  return null;
exception when others then
  raise warning 'a print job of a shift was not written: %', sqlerrm;
  return null;
end $$;
create trigger shifts_printed after update of closed_at on shifts
  for each row when (old.closed_at is null and new.closed_at is not null) execute function print_shift();
