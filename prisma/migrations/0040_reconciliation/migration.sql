-- A day's book compared with WeChat's bill, and what did not agree.

-- What WeChat sent, whole: a later question about a day is answered from it.
create table bills (
  account_id text not null references gateway_accounts on delete restrict,
  day        date not null,
  kind       text not null check (kind in ('trades', 'funds')),
  -- as it came, gzip
  content    bytea not null,
  fetched_at timestamptz not null default now(),
  primary key (account_id, day, kind)
);
-- It is compressed already.
alter table bills alter column content set storage external;

create table reconciliation_runs (
  id          bigint generated always as identity primary key,
  account_id  text not null references gateway_accounts on delete restrict,
  day         date not null,
  status      text not null check (status in ('done', 'failed')),
  problem     text check (char_length(problem) <= 500),
  has_bill    boolean not null default false,
  -- rows of the bill
  trades      integer not null default 0 check (trades >= 0),
  refunds     integer not null default 0 check (refunds >= 0),
  -- differences beyond those that are kept one by one
  more        integer not null default 0 check (more >= 0),
  started_at  timestamptz not null,
  finished_at timestamptz not null,
  constraint reconciliation_one_run unique (account_id, day),
  constraint reconciliation_problem check ((status = 'failed') = (problem is not null))
);
create index reconciliation_runs_newest on reconciliation_runs (day desc, id desc);

create table discrepancies (
  id             bigint generated always as identity primary key,
  run_id         bigint not null references reconciliation_runs,
  kind           text not null,
  trade_number   text,
  refund_number  text,
  transaction_id text,
  -- fen or words, as JSON; null where a side has nothing
  ours           jsonb,
  theirs         jsonb,
  -- the same difference, found again, is the same row
  fingerprint    bytea not null check (octet_length(fingerprint) = 32),
  found_at       timestamptz not null,
  closed_at      timestamptz,
  closed_by      text check (char_length(closed_by) between 1 and 254),
  closed_reason  text check (char_length(closed_reason) between 1 and 500),
  constraint discrepancy_once unique (run_id, fingerprint),
  -- closed by somebody and for a reason, or not closed
  constraint discrepancy_closed check (num_nulls(closed_at, closed_by, closed_reason) in (0, 3))
);
create index discrepancies_open on discrepancies (run_id) where closed_at is null;

create function refuse_changed_discrepancy() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.run_id, new.kind, new.trade_number, new.refund_number, new.transaction_id, new.ours, new.theirs,
                          new.fingerprint)
       is distinct from (old.id, old.run_id, old.kind, old.trade_number, old.refund_number, old.transaction_id, old.ours, old.theirs,
                         old.fingerprint) then
    raise exception 'what was found never changes' using errcode = '23514', constraint = 'discrepancy_fixed';
  end if;
  -- What a later run no longer found may be found again; a person's word stands.
  if old.closed_at is not null and old.closed_by <> 'reconciliation'
     and (new.closed_at, new.closed_by, new.closed_reason) is distinct from (old.closed_at, old.closed_by, old.closed_reason) then
    raise exception 'discrepancy % is closed', old.id using errcode = '23514', constraint = 'discrepancy_fixed';
  end if;
  return new;
end $$;
create trigger discrepancies_fixed before update or delete on discrepancies
  for each row execute function refuse_changed_discrepancy();

-- A day's book is read by these.
create index attempts_paid on payment_attempts (paid_at) where status = 'succeeded';
create index refunds_accepted on refunds ((coalesce(accepted_at, succeeded_at))) where coalesce(accepted_at, succeeded_at) is not null;
