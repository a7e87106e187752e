-- What the merchant's configuration was and who made it so; which master key seals; what WeChat signs with.

-- Each import that changed anything. The one with the greatest number is in force.
create table config_versions (
  version        integer primary key check (version >= 1),
  source         text not null check (source in ('file', 'command_line', 'dashboard', 'rollback', 'sandbox', 'before')),
  -- the address of mail of a person, or the name of a part of the product
  actor          text not null,
  -- the file it came from, or its name where it was uploaded
  origin         text check (char_length(origin) <= 1024),
  account_id     text not null references gateway_accounts,
  sandbox        boolean not null,
  -- what is no secret and not the account's: the merchant's name, what becomes of extra money
  settings       jsonb not null,
  -- every field as people may see it: a value, or the keyed fingerprint of a secret
  fields         jsonb not null,
  -- what differed from the version before
  changes        jsonb not null,
  -- keyed digest of the file as it was read, where it came from one
  file_mark      bytea check (octet_length(file_mark) = 32),
  rolled_back_to integer references config_versions,
  created_at     timestamptz not null default now(),
  constraint config_version_rollback check ((source = 'rollback') = (rolled_back_to is not null))
);
create trigger config_versions_fixed before update or delete on config_versions
  for each row execute function refuse_change();

-- The state of each file that was last imported: a file that did not change since displaces nothing.
create table config_files (
  host    text not null check (char_length(host) <= 255),
  path    text not null check (char_length(path) <= 4096),
  mark    bytea not null check (octet_length(mark) = 32),
  seen_at timestamptz not null default now(),
  primary key (host, path)
);

-- Which of WeChat's keys its notices and answers are signed with, by what was verified.
create table gateway_key_uses (
  merchant_number text not null,
  serial          text not null check (char_length(serial) between 1 and 128),
  kind            text not null check (kind in ('certificate', 'public_key')),
  notices         bigint not null default 0 check (notices >= 0),
  answers         bigint not null default 0 check (answers >= 0),
  last_notice_at  timestamptz,
  last_answer_at  timestamptz,
  primary key (merchant_number, serial)
);

-- `key_id` is the key that seals. While it is being replaced, values may still lie under the one before.
alter table master_key
  -- what keyed hashes hang on; sealed like every secret, so that a new master key does not change them
  add column root_sealed      bytea,
  add column previous_key_id  bytea check (octet_length(previous_key_id) = 16),
  -- nothing more may be sealed under the one before
  add column previous_refused boolean not null default false,
  add column rotated_at       timestamptz,
  add constraint master_key_previous check (previous_key_id is not null or not previous_refused),
  add constraint master_key_differ check (previous_key_id <> key_id);

-- Which keys each running process can open with, so that none is left behind by a change of keys.
create table master_key_holders (
  process    text primary key,
  key_ids    bytea[] not null,
  seals_with bytea not null,
  seen_at    timestamptz not null default now()
);

-- A process that has not heard of the change must not write what nobody will be able to read. The lock makes the change wait
-- for those who are writing just now.
create function check_sealed_under() returns trigger language plpgsql as $$
declare
  sealed  bytea;
  refused bytea;
begin
  if tg_table_name = 'idempotency' then
    sealed := decode(substr(new.body, 8), 'base64');
  else
    execute format('select ($1).%I', tg_argv[0]) into sealed using new;
  end if;
  if sealed is null then return new; end if;
  select case when previous_refused then previous_key_id end into refused from master_key for share;
  if substring(sealed from 2 for 16) = refused then
    raise exception 'sealed under a master key that has been replaced'
      using errcode = '23514', constraint = 'sealed_under_key_in_force';
  end if;
  return new;
end $$;
create trigger gateway_accounts_sealed before insert or update of sealed on gateway_accounts
  for each row execute function check_sealed_under('sealed');
create trigger api_keys_sealed before insert or update of secret_sealed on api_keys
  for each row execute function check_sealed_under('secret_sealed');
create trigger webhook_endpoints_sealed before insert or update of secret_sealed on webhook_endpoints
  for each row execute function check_sealed_under('secret_sealed');
create trigger admin_users_first_password_sealed before insert or update of first_password on admin_users
  for each row execute function check_sealed_under('first_password');
create trigger admin_users_totp_sealed before insert or update of totp_secret on admin_users
  for each row execute function check_sealed_under('totp_secret');
create trigger idempotency_sealed before insert or update of body on idempotency
  for each row when (new.body like 'sealed:%') execute function check_sealed_under();
