-- Credentials that are being put together in the dashboard, file by file, before they become a configuration. Sealed as those in use
-- are; forgotten after a day.
create table credential_drafts (
  id         smallint primary key default 1 check (id = 1),
  sealed     bytea not null,
  updated_at timestamptz not null,
  updated_by text not null check (char_length(updated_by) between 1 and 320)
);
create trigger credential_drafts_sealed before insert or update of sealed on credential_drafts
  for each row execute function check_sealed_under('sealed');
