-- Epay accounts in the dashboard: their last use is shown, a key is replaced, and one that was ended by mistake is used again, with a
-- new key. A pid still never means something else, and a key that was ended never works again.

alter table epay_accounts
  add column key_changed_at timestamptz,
  add column last_used_at timestamptz;

create or replace function check_epay_account() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.pid, new.created_at) is distinct from (old.pid, old.created_at)
     or new.key_changed_at < old.key_changed_at or (new.key_changed_at is null and old.key_changed_at is not null)
     or (old.disabled_at is not null and new.disabled_at is distinct from old.disabled_at
         and (new.disabled_at is not null or new.key_changed_at is not distinct from old.key_changed_at
              or new.key_changed_at < old.disabled_at)) then
    raise exception 'epay account % stays as it is', old.pid using errcode = '23514', constraint = 'epay_account_fixed';
  end if;
  return new;
end $$;
