-- People come in by a link that works once: an invitation, or a reset of somebody who lost the password or the second factor.

alter table admin_users add column name text check (char_length(name) between 1 and 60);
-- Null between a reset and the use of its link.
alter table admin_users alter column password_hash drop not null;

create table admin_invitations (
  id            text primary key,
  token_hash    bytea not null unique check (octet_length(token_hash) = 32),
  -- null: for somebody new; else the person whose password and second factor were taken away
  user_id       text references admin_users on delete cascade,
  email         text not null check (email = lower(email) and char_length(email) between 3 and 254),
  role          text not null check (role in ('owner', 'finance', 'clerk', 'viewer')),
  -- null: made on the command line
  created_by_id text references admin_users on delete cascade,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  used_at       timestamptz,
  revoked_at    timestamptz,
  constraint invitation_life check (expires_at > created_at and expires_at <= created_at + interval '7 days'),
  constraint invitation_end check (used_at is null or (revoked_at is null and used_at < expires_at))
);
create unique index admin_invitations_open on admin_invitations (email) where used_at is null and revoked_at is null;
create index admin_invitations_of_user on admin_invitations (user_id) where user_id is not null;
create index admin_invitations_by_user on admin_invitations (created_by_id) where created_by_id is not null;

-- An invitation only ends, once; what it gives is as it was made.
create function refuse_changed_invitation() returns trigger language plpgsql as $$
begin
  if old.used_at is not null or old.revoked_at is not null
     or (new.id, new.token_hash, new.user_id, new.email, new.role, new.created_by_id, new.created_at, new.expires_at)
        is distinct from (old.id, old.token_hash, old.user_id, old.email, old.role, old.created_by_id, old.created_at, old.expires_at) then
    raise exception 'an invitation only ends, once' using errcode = '23514', constraint = 'invitation_fixed';
  end if;
  return new;
end $$;
create trigger admin_invitations_fixed before update on admin_invitations for each row execute function refuse_changed_invitation();

-- A link does not outlive the rights of the person who made it, nor the account it resets.
create function end_invitations_of_person() returns trigger language plpgsql as $$
begin
  update admin_invitations
     set revoked_at = greatest(now(), created_at)
   where used_at is null and revoked_at is null
     and ((created_by_id = new.id and (new.role <> 'owner' or new.disabled_at is not null or new.password_hash is null))
          or (user_id = new.id and new.disabled_at is not null));
  return null;
end $$;
create trigger admin_users_invitations_end after update of role, disabled_at, password_hash on admin_users
  for each row execute function end_invitations_of_person();

-- The owner who is left can sign in: one who waits for the link of a reset cannot.
create or replace function check_an_owner_is_left() returns trigger language plpgsql as $$
begin
  if exists (select from admin_users)
     and not exists (select from admin_users where role = 'owner' and disabled_at is null and password_hash is not null) then
    raise exception 'the last owner stays' using errcode = '23514', constraint = 'admin_owner_left';
  end if;
  return null;
end $$;
