import type pg from "pg";
import type { Queryable } from "../client.ts";
import { recordAudit } from "./audit-log.ts";

// What was taken from somebody: API keys, keys of epay accounts, people, cashiers, devices that were tills, passkeys, recovery codes, and
// replaced WeChat credentials. A backup of before does not know of it, so it is kept outside of the database as well (lib/ops/ended-access.ts), and a
// restore ends it again.

/** One that may no longer come in, or, by `endedAt: null`, may come in again. */
export interface Ended {
  readonly kind: "key" | "secret" | "user" | "account" | "epay" | "device" | "cashier" | "passkey" | "recovery_code";
  /** Of a secret that was replaced, and of a recovery code: its hash, in hex. Of an epay account its pid, whose keys from before `endedAt` have ended. */
  readonly id: string;
  readonly endedAt: string | null;
}

// Stays SQL: one statement for several tables.
const STATE = `
  select 'key' as kind, id, revoked_at as at from api_keys where revoked_at is not null and octet_length(secret_sealed) > 0
  union all
  select 'secret', encode(secret_hash, 'hex'), ends_at from replaced_secrets
  union all
  select 'account', id, revoked_at from gateway_accounts where revoked_at is not null
  union all
  select 'epay', pid, coalesce(disabled_at, key_changed_at) from epay_accounts where coalesce(disabled_at, key_changed_at) is not null
  union all
  select 'device', id, ended_at from till_devices where ended_at is not null
  union all
  select 'cashier', id, deactivated_at from cashiers
  union all
  select kind, id, ended_at from ended_proofs
  union all
  select 'user', id, disabled_at from admin_users`;

/** Every revoked key that somebody once had, and every person and cashier with their state. */
export async function readEndedAccess(pool: Queryable): Promise<Ended[]> {
  const { rows } = await pool.query<{ kind: Ended["kind"]; id: string; at: Date | null }>(STATE);
  return rows.map(({ kind, id, at }) => ({ kind, id, endedAt: at?.toISOString() ?? null }));
}

/** What a restore took away again, and what it could not know of. */
export interface RestoredAccess {
  readonly sessions: number;
  readonly keys: number;
  readonly users: number;
  /** Replaced WeChat credentials whose notices count for nothing again. */
  readonly accounts: number;
  /** Epay accounts whose key was replaced, or that were ended. */
  readonly epay: number;
  readonly devices: number;
  readonly cashiers: number;
  /** Removed or suspended after the backup: suspended now, so that their person sees them. */
  readonly passkeys: number;
  /** Used, or replaced by a new set. */
  readonly recoveryCodes: number;
  /** Revoked after the backup, and in use in it: new credentials have to be imported. */
  readonly accountsInUse: readonly string[];
  /** In force now: those that were revoked after the backup and are in no list are among them. */
  readonly keysInForce: readonly { readonly id: string; readonly name: string; readonly createdAt: string }[];
  /** Pids in use, likewise. */
  readonly epayInUse: readonly { readonly pid: string; readonly name: string }[];
}

export interface Restoring {
  readonly backupAt: string;
  readonly ended: readonly Ended[];
  readonly now: Date;
}

/**
 * Called in the restore's own transaction, so that nothing is ever in force again for a moment: ends all sessions, the keys and
 * the people of the list, and says so in the audit log and to the owner.
 */
export async function endAccessAgain(client: pg.Client, { backupAt, ended, now }: Restoring): Promise<RestoredAccess> {
  const endedOf = (kind: Ended["kind"]) => {
    const those = ended.filter((each) => each.kind === kind && each.endedAt !== null);
    return [those.map(({ id }) => id), those.map(({ endedAt }) => endedAt)];
  };
  const count = async (sql: string, values: unknown[] = []) => (await client.query(sql, values)).rowCount ?? 0;
  const [accountIds, accountTimes] = endedOf("account");
  const { rows: known } = await client.query<Record<TablesThen, boolean>>(KNOWN_THEN);
  const { people, invitations, accounts, epay, tills, proofs } = known[0] ?? {};
  // A link of the backup may have been used or revoked since.
  if (invitations) await client.query(END_INVITATIONS, [now]);
  if (proofs) await client.query("delete from admin_challenges");
  if (people) await client.query(END_TOTP_CODES, [now]);
  const cashierSessions = tills ? await count("delete from cashier_sessions") : 0;
  const result = {
    sessions: (people ? await count("delete from admin_sessions") : 0) + cashierSessions,
    keys: (await count(END_KEYS, endedOf("key"))) + (await count(END_KEYS_OF_SECRETS, endedOf("secret"))),
    users: people ? await count(END_USERS, endedOf("user")) : 0,
    accounts: accounts ? await count(END_ACCOUNTS, [accountIds, accountTimes]) : 0,
    epay: epay ? await count(END_EPAY, endedOf("epay")) : 0,
    devices: tills ? await count(END_DEVICES, endedOf("device")) : 0,
    cashiers: tills ? await count(END_CASHIERS, endedOf("cashier")) : 0,
    passkeys: proofs ? await count(END_PASSKEYS, endedOf("passkey")) : 0,
    recoveryCodes: proofs ? await count(END_RECOVERY_CODES, endedOf("recovery_code")) : 0,
  };
  const inUse = await client.query<{ id: string }>(ACCOUNTS_IN_USE, [accountIds]);
  await recordAudit(client, {
    actor: "command line",
    action: "backup.restored",
    subject: null,
    detail: { backupAt, ...result },
    at: now,
  });
  await client.query(ALERT, [`backup_restored:${now.toISOString()}`, JSON.stringify({ backupAt, ...result }), now]);
  const { rows } = await client.query<{ id: string; name: string; at: Date }>(KEYS_IN_FORCE);
  const accountsInUse = inUse.rows.map(({ id }) => id);
  const pids = epay ? (await client.query<{ pid: string; name: string }>(EPAY_IN_USE)).rows : [];
  return {
    ...result,
    accountsInUse,
    keysInForce: rows.map(({ id, name, at }) => ({ id, name, createdAt: at.toISOString() })),
    epayInUse: pids,
  };
}

// Stays SQL: one statement for several tables, or the restore's own connection, whose tables may be older than the program.
/** A backup may be of a time before there were people in it, passkeys and recovery codes, tills, or revoked credentials. */
type TablesThen = "people" | "invitations" | "accounts" | "epay" | "tills" | "proofs";
const KNOWN_THEN = `
  select to_regclass('admin_users') is not null as people, to_regclass('admin_invitations') is not null as invitations,
         to_regclass('epay_accounts') is not null as epay, to_regclass('cashier_sessions') is not null as tills,
         to_regclass('admin_passkeys') is not null and to_regclass('admin_recovery_codes') is not null as proofs,
         exists (select from information_schema.columns
                  where table_schema = 'public' and table_name = 'gateway_accounts' and column_name = 'revoked_at') as accounts`;
const END_INVITATIONS = "update admin_invitations set revoked_at = $1 where used_at is null and revoked_at is null";
const END_ACCOUNTS = `
  update gateway_accounts g set revoked_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where g.id = e.id and g.status = 'retired' and g.revoked_at is null`;
const ACCOUNTS_IN_USE = "select id from gateway_accounts where status = 'active' and id = any ($1::text[])";
const END_KEYS = `
  update api_keys k set revoked_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where k.id = e.id and k.revoked_at is null`;
/** The backup knows of no newer secret, so the key ends with the one that was replaced. */
const END_KEYS_OF_SECRETS = `
  update api_keys k set revoked_at = least(e.at, now()) from unnest($1::text[], $2::timestamptz[]) as e (hash, at)
   where k.secret_hash = decode(e.hash, 'hex') and k.revoked_at is null`;
/** An owner stays who is the only one of the backup's time: somebody has to be able to put things right. */
const END_USERS = `
  update admin_users u set disabled_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where u.id = e.id and u.disabled_at is null
     and (u.role <> 'owner'
          or exists (select from admin_users o where o.role = 'owner' and o.disabled_at is null and o.id <> all ($1::text[])))`;
/** By the row as JSON: a backup may be of a time before keys were replaced. */
const END_EPAY = `
  update epay_accounts a set disabled_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (pid, at)
   where a.pid = e.pid and a.disabled_at is null
     and coalesce((to_jsonb(a) ->> 'key_changed_at')::timestamptz, a.created_at) < e.at`;
const END_DEVICES = `
  update till_devices d set ended_at = e.at, ended_by = 'restore' from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where d.id = e.id and d.ended_at is null`;
const END_CASHIERS = `
  update cashiers c set deactivated_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where c.id = e.id and c.deactivated_at is null`;
const END_PASSKEYS = `
  update admin_passkeys p set suspended_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (id, at)
   where p.id = e.id and p.suspended_at is null`;
const END_RECOVERY_CODES = `
  update admin_recovery_codes c set used_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (hash, at)
   where c.code_hash = decode(e.hash, 'hex') and c.used_at is null`;
/** A code of an authenticator that was taken after the backup is not taken again: the next one is of a step after the tolerance. */
const END_TOTP_CODES = `
  update admin_users set totp_last_step = greatest(totp_last_step, floor(extract(epoch from $1::timestamptz) / 30)::bigint + 1)
   where totp_enabled_at is not null`;
const EPAY_IN_USE = "select pid, name from epay_accounts where disabled_at is null order by pid";
const ALERT =
  "insert into alerts (kind, cause, detail, created_at) values ('backup_restored', $1, $2, $3) on conflict do nothing";
const KEYS_IN_FORCE =
  "select id, name, created_at as at from api_keys where revoked_at is null order by created_at, id";
