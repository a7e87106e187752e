-- When the person last showed a second factor (or, without one, the password) in this session: what is dangerous asks for it again.
alter table admin_sessions add column confirmed_at timestamptz;
alter table admin_sessions add constraint session_confirmed check (confirmed_at is null or not awaits_code);

-- What the owner wants of refunds beyond the right to make them. One row; null: off.
create table refund_rules (
  id                 integer primary key default 1 check (id = 1),
  -- a refund of more than so many fen needs a second person
  approval_above     integer check (approval_above >= 0),
  -- whether that holds for the shop's own server, too
  approval_covers_api boolean not null default false,
  -- a refund of more than so many fen needs a recent second factor
  confirm_above      integer check (confirm_above >= 0),
  changed_at         timestamptz,
  changed_by         text check (char_length(changed_by) between 1 and 254),
  constraint refund_rules_changed check ((changed_at is null) = (changed_by is null))
);
insert into refund_rules default values;
