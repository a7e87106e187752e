-- A bill belongs to a merchant number, which other systems may use with app ids of their own. Their rows are counted apart.
alter table reconciliation_runs add column other_apps integer not null default 0 check (other_apps >= 0);
