-- What keeps the installation in order: backups and restore drills, how long things are kept, and figures of its health by the minute.

-- A backup or a restore drill that somebody or the schedule asked for. A to-do row: a worker takes it, says how far it is and what
-- came of it. Rows are kept as history. They belong to this installation, so a backup does not hold them.
create table upkeep_runs (
  id           bigint generated always as identity primary key,
  kind         text not null check (kind in ('backup', 'drill')),
  status       text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
  -- a person's address of mail, or 'schedule'
  requested_by text not null check (char_length(requested_by) between 1 and 320),
  requested_at timestamptz not null,
  started_at   timestamptz,
  ended_at     timestamptz,
  -- while it runs: a worker that says nothing until then is gone
  check_at     timestamptz,
  step         text check (step in ('writing', 'verifying', 'starting', 'loading', 'checking')),
  steps_done   integer not null default 0 check (steps_done >= 0),
  steps        integer not null default 0 check (steps >= steps_done),
  -- of the backup that was written or rehearsed
  file         text check (file ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$'),
  report       jsonb not null default '{}' check (jsonb_typeof(report) = 'object'),
  problem      text check (char_length(problem) between 1 and 500),
  constraint upkeep_to_do check ((status in ('waiting', 'running')) = (check_at is not null)
                             and (status in ('waiting', 'running')) = (ended_at is null)),
  constraint upkeep_started check ((status = 'waiting') <= (started_at is null) and (status in ('running', 'done')) <= (started_at is not null)),
  constraint upkeep_failed check ((status = 'failed') = (problem is not null)),
  constraint upkeep_done check ((status = 'done') <= (file is not null))
);
-- One at a time, whichever it is: both read and write much.
create unique index upkeep_one_at_a_time on upkeep_runs ((true)) where check_at is not null;
create index upkeep_runs_newest on upkeep_runs (kind, id desc);

create function upkeep_moves() returns trigger language plpgsql as $$
begin
  if old.status not in ('waiting', 'running') or new.status = 'waiting' then
    raise exception 'an upkeep run that is % does not become %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger upkeep_runs_move before update of status on upkeep_runs
  for each row when (old.status <> new.status) execute function upkeep_moves();

create table upkeep_settings (
  id           smallint primary key default 1 check (id = 1),
  -- hour of the day in Beijing; null: no backup by itself
  backup_hour  smallint default 4 check (backup_hour between 0 and 23),
  -- files of ours in the folder; older ones go
  backups_kept smallint not null default 14 check (backups_kept between 3 and 365),
  updated_at   timestamptz not null default now()
);
insert into upkeep_settings default values;

-- How long things are kept, where it is not the product's default. Nothing of money, and no audit entry, is ever listed here.
create table retention (
  what       text primary key,
  days       integer not null,
  changed_by text not null check (char_length(changed_by) between 1 and 320),
  changed_at timestamptz not null,
  constraint retention_bounds check (case what
    when 'webhook_events' then days between 30 and 730
    when 'notifications' then days between 14 and 730
    when 'print_jobs' then days between 7 and 730
    when 'notify_rejections' then days between 30 and 730
    when 'behaviour' then days between 90 and 180
    when 'health_minutes' then days between 2 and 60
    else false end)
);

-- Figures by the minute: what the database knows under 'database', and what each process has counted under its own name.
create table health_minutes (
  minute  timestamptz not null check (minute = date_trunc('minute', minute, 'UTC')),
  source  text not null check (char_length(source) between 1 and 200),
  figures jsonb not null check (jsonb_typeof(figures) = 'object' and octet_length(figures::text) <= 2000),
  primary key (minute, source)
);

-- The language in which a person reads the dashboard, on every device; null: as the browser asks.
alter table admin_users add column language text check (language ~ '^[a-z]{2}(-[A-Z]{2})?$');
