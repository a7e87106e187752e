-- Recovery codes: ten for each person with a second factor, each good once in its place.

create table admin_recovery_codes (
  user_id    text not null references admin_users on delete cascade,
  code_hash  bytea not null check (octet_length(code_hash) = 32),
  created_at timestamptz not null,
  used_at    timestamptz,
  primary key (user_id, code_hash)
);

create function refuse_changed_recovery_code() returns trigger language plpgsql as $$
begin
  if old.used_at is not null
     or (new.user_id, new.code_hash, new.created_at) is distinct from (old.user_id, old.code_hash, old.created_at) then
    raise exception 'a recovery code is used once' using errcode = '23514', constraint = 'recovery_code_fixed';
  end if;
  return new;
end $$;
create trigger admin_recovery_codes_fixed before update on admin_recovery_codes
  for each row execute function refuse_changed_recovery_code();

create function check_recovery_codes() returns trigger language plpgsql as $$
begin
  if (select count(*) from admin_recovery_codes where user_id = new.user_id) > 10 then
    raise exception 'a person has ten recovery codes' using errcode = '23514', constraint = 'recovery_codes_ten';
  end if;
  return null;
end $$;
create constraint trigger admin_recovery_codes_ten after insert on admin_recovery_codes
  deferrable initially deferred for each row execute function check_recovery_codes();
