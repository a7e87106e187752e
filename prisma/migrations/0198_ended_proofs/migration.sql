-- A passkey that was removed leaves no row, and neither does a recovery code whose set was made anew. What no longer proves who somebody
-- is stays written down here, so that it goes into the list of what was ended (DATA_DIR/ended-access.jsonl), which a restore reads.

create table ended_proofs (
  kind text not null check (kind in ('passkey', 'recovery_code')),
  -- Of a recovery code its hash, in hex.
  id text not null check (char_length(id) between 1 and 64),
  ended_at timestamptz not null,
  primary key (kind, id)
);

create function note_ended_passkey() returns trigger language plpgsql as $$
begin
  insert into ended_proofs (kind, id, ended_at) values ('passkey', old.id, now()) on conflict do nothing;
  return null;
end $$;
create trigger admin_passkeys_ended after delete on admin_passkeys for each row execute function note_ended_passkey();
create trigger admin_passkeys_suspended after update on admin_passkeys for each row
  when (old.suspended_at is null and new.suspended_at is not null) execute function note_ended_passkey();

create function note_ended_recovery_code() returns trigger language plpgsql as $$
begin
  insert into ended_proofs (kind, id, ended_at) values ('recovery_code', encode(old.code_hash, 'hex'), now()) on conflict do nothing;
  return null;
end $$;
create trigger admin_recovery_codes_ended after delete on admin_recovery_codes for each row execute function note_ended_recovery_code();
create trigger admin_recovery_codes_used after update on admin_recovery_codes for each row
  when (old.used_at is null and new.used_at is not null) execute function note_ended_recovery_code();

insert into ended_proofs (kind, id, ended_at)
select 'passkey', id, suspended_at from admin_passkeys where suspended_at is not null
union all
select 'recovery_code', encode(code_hash, 'hex'), used_at from admin_recovery_codes where used_at is not null;
