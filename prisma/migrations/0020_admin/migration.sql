-- Who may sign in to the dashboard, from where they are signed in, and how their wrong tries are counted.

create table admin_users (
  id                   text primary key,
  -- in lower case, as it is compared
  email                text not null unique check (email = lower(email) and char_length(email) between 3 and 254),
  role                 text not null check (role in ('owner', 'finance', 'clerk', 'viewer')),
  -- scrypt with its parameters and salt
  password_hash        text not null check (password_hash like '$scrypt$%'),
  must_change_password boolean not null default false,
  -- what the first start made up and shows until it was changed; sealed under MASTER_KEY
  first_password       bytea,
  -- the shared secret of the authenticator; sealed under MASTER_KEY
  totp_secret          bytea,
  totp_enabled_at      timestamptz,
  -- the last step a code was taken for: no code works twice
  totp_last_step       bigint,
  created_at           timestamptz not null,
  disabled_at          timestamptz,
  constraint admin_first_password check (first_password is null or must_change_password),
  constraint admin_totp check (totp_enabled_at is null or totp_secret is not null)
);

-- Somebody must always be able to give rights back.
create function check_an_owner_is_left() returns trigger language plpgsql as $$
begin
  if exists (select from admin_users) and not exists (select from admin_users where role = 'owner' and disabled_at is null) then
    raise exception 'the last owner stays' using errcode = '23514', constraint = 'admin_owner_left';
  end if;
  return null;
end $$;
create constraint trigger admin_users_owner_left after update or delete on admin_users
  deferrable initially deferred for each row execute function check_an_owner_is_left();

create table admin_sessions (
  id         text primary key,
  -- the cookie itself is kept by the browser alone
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  user_id    text not null references admin_users on delete cascade,
  -- the password was right, the code of the authenticator is still to come
  awaits_code boolean not null,
  address    text not null check (char_length(address) <= 64),
  agent      text not null check (char_length(agent) <= 256),
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  -- moves on while it is used, never past expires_at
  idle_until timestamptz not null,
  expires_at timestamptz not null,
  constraint admin_session_times check (idle_until <= expires_at)
);
create index admin_sessions_of_user on admin_sessions (user_id);
create index admin_sessions_age on admin_sessions (expires_at);

create table admin_lockouts (
  -- `account:` with an address of mail, `code:` with a user, `address:` with a network address
  key          text primary key check (char_length(key) between 1 and 300),
  failures     integer not null check (failures >= 1),
  last_at      timestamptz not null,
  locked_until timestamptz
);
create index admin_lockouts_age on admin_lockouts (last_at);

-- Owns the idempotency keys of the dashboard's own forms. Revoked from birth: nobody signs in with it.
insert into api_keys (id, name, secret_hash, secret_sealed, revoked_at)
values ('key_dashboard', 'dashboard', sha256(convert_to(gen_random_uuid()::text, 'UTF8')), ''::bytea, now());

create index alerts_newest on alerts (id desc);
create index alerts_of_order on alerts (order_id) where order_id is not null;
create index webhook_events_of_order on webhook_events (order_id) where order_id is not null;
-- An order's story tells which notices came for its trades.
create index notify_receipts_trade on notify_receipts ((coalesce(content -> 'trade' ->> 'number', content ->> 'tradeNumber')));
