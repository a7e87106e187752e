-- How far the log of the embedded database is kept outside of it. One row while it is kept, none otherwise; written every few seconds.
create table backup_log (
  id         smallint primary key default 1 check (id = 1),
  -- what was committed before is kept
  kept_up_to timestamptz,
  checked_at timestamptz not null,
  problem    text check (problem in ('no_base', 'lost', 'not_kept')),
  constraint backup_log_kept check (problem is not null or kept_up_to is not null)
);

-- A drill asks WeChat for what the restored database does not have.
alter table upkeep_runs drop constraint upkeep_runs_step_check;
alter table upkeep_runs add constraint upkeep_runs_step_check
  check (step in ('writing', 'verifying', 'starting', 'loading', 'checking', 'asking')) not valid;
-- because: upkeep_runs has a row for each backup and drill, a few hundred at most
-- squawk-ignore constraint-missing-not-valid
alter table upkeep_runs validate constraint upkeep_runs_step_check;

-- A drill by itself: every so many days after the backup; null: only when it is asked for.
alter table upkeep_settings add column drill_days smallint default 7 check (drill_days between 1 and 90);
