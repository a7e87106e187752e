-- A webhook endpoint ends with the API key that made it, unless an owner keeps it: else whoever had the key would go on reading
-- every order after it was revoked.

alter table webhook_endpoints
  -- null where it was made before this was noted: such an endpoint ends by hand alone
  add column api_key_id text references api_keys,
  -- who said that it outlives its key
  add column kept_by    text check (char_length(kept_by) between 1 and 254),
  add column kept_at    timestamptz,
  add constraint endpoint_kept check ((kept_by is null) = (kept_at is null));
create index webhook_endpoints_of_key on webhook_endpoints (api_key_id) where api_key_id is not null;

-- However a key is revoked: in the dashboard, on the command line, or by a restore that knows of the revocation.
create function end_endpoints_of_key() returns trigger language plpgsql as $$
begin
  update webhook_endpoints set disabled_at = new.revoked_at, disabled_why = 'its API key was revoked'
   where api_key_id = new.id and kept_at is null and disabled_at is null;
  update webhook_deliveries d
     set status = 'given_up', check_at = null, last_error = 'its API key was revoked', ended_at = new.revoked_at
    from webhook_endpoints w
   where w.id = d.endpoint_id and w.api_key_id = new.id and w.kept_at is null and d.status = 'pending';
  return null;
end $$;
create trigger api_keys_end_endpoints after update of revoked_at on api_keys
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function end_endpoints_of_key();

-- One that outlives its key belongs to an owner, and a key that is gone makes none.
create function check_endpoint_key() returns trigger language plpgsql as $$
begin
  if new.api_key_id is not null and new.disabled_at is null and new.kept_at is null
     and exists (select from api_keys k where k.id = new.api_key_id and k.revoked_at is not null) then
    raise exception 'the API key of the endpoint is revoked' using errcode = '23514', constraint = 'endpoint_key_revoked';
  end if;
  return null;
end $$;
create constraint trigger webhook_endpoints_key after insert or update of api_key_id, disabled_at, kept_at on webhook_endpoints
  deferrable initially immediate for each row execute function check_endpoint_key();
