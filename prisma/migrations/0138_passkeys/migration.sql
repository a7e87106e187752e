-- Passkeys (WebAuthn): several for each person, as the only thing to sign in with or as the second factor after a password.

create table admin_passkeys (
  id            text primary key,
  user_id       text not null references admin_users on delete cascade,
  credential_id bytea not null unique check (octet_length(credential_id) between 1 and 1023),
  public_key    bytea not null check (octet_length(public_key) between 1 and 2048),
  -- the host name it was made for: browsers offer it there alone
  rp_id         text not null check (char_length(rp_id) between 1 and 253),
  -- signatures so far, as the authenticator says; 0 where it does not count
  counter       bigint not null check (counter between 0 and 4294967295),
  transports    text[] not null default '{}' check (cardinality(transports) <= 10),
  -- kept by the phone's or the computer's account, and so on its other devices too
  is_synced     boolean not null,
  name          text not null check (char_length(name) between 1 and 60),
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  -- its counter went back: there may be a copy of it, and neither signs in any more
  suspended_at  timestamptz
);
create index admin_passkeys_of_user on admin_passkeys (user_id, created_at);

create function check_passkey_change() returns trigger language plpgsql as $$
begin
  if (new.id, new.user_id, new.credential_id, new.public_key, new.rp_id, new.created_at)
     is distinct from (old.id, old.user_id, old.credential_id, old.public_key, old.rp_id, old.created_at)
     or new.counter < old.counter or (old.suspended_at is not null and new.suspended_at is null) then
    raise exception 'a passkey is of one person and one key, and its counter only grows'
      using errcode = '23514', constraint = 'passkey_fixed';
  end if;
  return new;
end $$;
create trigger admin_passkeys_fixed before update on admin_passkeys for each row execute function check_passkey_change();

-- What an authenticator signs, once. Deleted when it is used.
create table admin_challenges (
  challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
  purpose        text not null check (purpose in ('register', 'join', 'sign_in', 'second_factor', 'confirm')),
  -- the person it is for; at the sign-in not known yet, of an invitation not there yet
  user_id        text,
  -- the session or the invitation that asked for it
  asked_by       text,
  expires_at     timestamptz not null,
  constraint challenge_person check ((purpose = 'sign_in') = (user_id is null) and (user_id is null) = (asked_by is null))
);
create index admin_challenges_age on admin_challenges (expires_at);

-- Who has neither a password nor a passkey waits for the link of a reset.
create function can_sign_in(person admin_users) returns boolean language sql stable as $$
  select person.disabled_at is null
     and (person.password_hash is not null or exists (select from admin_passkeys p where p.user_id = person.id)) $$;

create or replace function check_an_owner_is_left() returns trigger language plpgsql as $$
begin
  if exists (select from admin_users) and not exists (select from admin_users u where u.role = 'owner' and can_sign_in(u)) then
    raise exception 'the last owner stays' using errcode = '23514', constraint = 'admin_owner_left';
  end if;
  return null;
end $$;
create constraint trigger admin_passkeys_owner_left after delete on admin_passkeys
  deferrable initially deferred for each row execute function check_an_owner_is_left();

create or replace function end_invitations_of_person() returns trigger language plpgsql as $$
begin
  update admin_invitations
     set revoked_at = greatest(now(), created_at)
   where used_at is null and revoked_at is null
     and ((created_by_id = new.id and (new.role <> 'owner' or not can_sign_in(new)))
          or (user_id = new.id and new.disabled_at is not null));
  return null;
end $$;
