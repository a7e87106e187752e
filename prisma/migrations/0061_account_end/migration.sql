-- A replaced account has an end: some days after its last open attempt its keys verify no notice any more, and a person may
-- revoke it at once. And the sandbox ends where real money begins.

alter table gateway_accounts
  -- until when its notices count; null while it is active, and while attempts of it are open
  add column notices_until timestamptz,
  -- a person ended it; its notices count for nothing and it is never active again
  add column revoked_at timestamptz,
  add constraint account_end check (status = 'retired' or (notices_until is null and revoked_at is null));

create function refuse_revived_account() returns trigger language plpgsql as $$
begin
  raise exception 'a revoked account stays revoked' using errcode = '23514', constraint = 'account_revoked';
end $$;
create trigger gateway_accounts_revoked before update on gateway_accounts
  for each row when (old.revoked_at is not null and (new.revoked_at is null or new.status <> 'retired'))
  execute function refuse_revived_account();

-- One active account: where it is a real one, the sandbox opens no trade any more, whatever a process has still in memory.
create or replace function take_account_protocol() returns trigger language plpgsql as $$
declare
  own record;
begin
  select protocol, sandbox, status into own from gateway_accounts where id = new.account_id;
  if new.protocol is null then
    new.protocol := own.protocol;
  end if;
  if own.sandbox and own.status <> 'active'
     and exists (select from gateway_accounts where status = 'active' and not sandbox) then
    raise exception 'the sandbox opens nothing beside a real account' using errcode = '23514', constraint = 'attempt_sandbox';
  end if;
  return new;
end $$;
