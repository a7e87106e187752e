-- A promotion can be paused: no new order gets it until it is resumed, open orders keep what they were promised.
alter table promotions
  add column paused_at timestamptz,
  drop constraint promotions_status_check,
  add constraint promotions_status_check check (status in ('active', 'paused', 'archived')),
  add constraint promotion_paused check ((status = 'paused') = (paused_at is not null));
