-- Hash chains over the journal and the audit log (lib/ops/ledger/README.md), written by a worker behind the booking: nothing here
-- is touched by a statement that books money, and no trigger of the journal knows of it.

-- One link for each row, in the order of the rows' ids. No foreign key: a link has to survive its row, to say that it is missing.
create table chain_links (
  chain       text not null check (chain in ('journal', 'audit')),
  row_id      bigint not null,
  -- id of the row before; 0 for the first
  previous_id bigint not null check (previous_id >= 0),
  -- SHA-256 of the hash before and the row's bytes
  hash        bytea not null check (octet_length(hash) = 32),
  primary key (chain, row_id),
  constraint chain_links_forward check (previous_id < row_id)
);
create trigger chain_links_fixed before update or delete on chain_links for each row execute function refuse_change();
create trigger chain_links_never_emptied before truncate on chain_links for each statement execute function refuse_truncate();

-- Where each chain ends.
create table chain_heads (
  chain       text primary key check (chain in ('journal', 'audit')),
  row_id      bigint not null default 0 check (row_id >= 0),
  rows        bigint not null default 0 check (rows >= 0),
  hash        bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32),
  extended_at timestamptz,
  constraint chain_heads_extended check ((rows = 0) = (extended_at is null) and (rows = 0) = (row_id = 0))
);
insert into chain_heads (chain) values ('journal'), ('audit');

create function refuse_shorter_chain() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.chain <> old.chain or new.row_id <= old.row_id or new.rows <= old.rows then
    raise exception 'a chain only becomes longer' using errcode = '23514', constraint = 'chain_forward';
  end if;
  return new;
end $$;
create trigger chain_heads_forward before update or delete on chain_heads for each row execute function refuse_shorter_chain();
create trigger chain_heads_never_emptied before truncate on chain_heads for each statement execute function refuse_truncate();

-- The heads of a day, as they are kept outside. A to-do row until the place outside has it.
create table ledger_anchors (
  day          date primary key,
  journal_id   bigint not null,
  journal_rows bigint not null,
  journal_hash bytea not null check (octet_length(journal_hash) = 32),
  audit_id     bigint not null,
  audit_rows   bigint not null,
  audit_hash   bytea not null check (octet_length(audit_hash) = 32),
  made_at      timestamptz not null,
  check_at     timestamptz,
  tries        integer not null default 0 check (tries >= 0),
  kept_at      timestamptz,
  -- why the last try failed
  problem      text check (char_length(problem) between 1 and 300),
  constraint anchor_to_do check ((kept_at is null) = (check_at is not null))
);
create index ledger_anchors_due on ledger_anchors (check_at) where check_at is not null;

create function refuse_changed_anchor() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.kept_at is not null
     or (new.day, new.journal_id, new.journal_rows, new.journal_hash, new.audit_id, new.audit_rows, new.audit_hash, new.made_at)
        is distinct from
        (old.day, old.journal_id, old.journal_rows, old.journal_hash, old.audit_id, old.audit_rows, old.audit_hash, old.made_at) then
    raise exception 'an anchor never changes' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $$;
create trigger ledger_anchors_fixed before update or delete on ledger_anchors for each row execute function refuse_changed_anchor();
create trigger ledger_anchors_never_emptied before truncate on ledger_anchors for each statement execute function refuse_truncate();

-- Verifying is upkeep like a backup or a drill: asked for by a row, done by a worker, kept as history.
alter table upkeep_runs drop constraint upkeep_runs_kind_check,
  add constraint upkeep_runs_kind_check check (kind in ('backup', 'drill', 'verification'));
alter table upkeep_runs drop constraint upkeep_done,
  add constraint upkeep_done check ((status = 'done' and kind <> 'verification') <= (file is not null));

-- A ledger that was changed is told at once, also at night.
create or replace function is_critical_alert(kind text) returns boolean language sql immutable as $$
  select kind in ('notice_unconfirmed', 'reversal_unanswered', 'refund_overdrawn', 'configuration_refused', 'database_recovered',
                  'health_worker', 'health_sweeps', 'health_disk', 'no_payments', 'anomaly_conversion', 'anomaly_wechat_error',
                  'health_ledger') $$;
