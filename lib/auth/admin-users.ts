import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { ADMIN_USERS_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Database, PoolClient } from "#lib/storage/client.ts";
import { violatedConstraint } from "#lib/storage/errors.ts";
import { type AuditEntry, recordAudit } from "#lib/storage/operations/audit-log.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import { makePassword, type Passwords } from "./admin-password.ts";
import type { Role } from "./admin-roles.ts";

export interface AdminDeps {
  readonly pool: Database["pool"];
  readonly passwords: Passwords;
  readonly clock: Clock;
}

export interface AdminUser {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  readonly hasTotp: boolean;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

/** What one person does to another, or to themselves; `actor` is for the audit log. */
export interface Deed {
  readonly userId: string;
  readonly actor: string;
}

export interface AdminUsers {
  /** @returns a first password, shown once and to be changed. @throws AppError `conflict` when the address is taken */
  create(user: { email: string; role: Role; actor: string }): Promise<{ id: string; password: Secret<string> }>;
  list(): Promise<AdminUser[]>;
  /** @throws AppError `not_found`; `conflict` where no owner would be left */
  setRole(deed: Deed & { role: Role }): Promise<void>;
  /** Ends all sessions of who is shut out. @throws as `setRole` */
  setDisabled(deed: Deed & { disabled: boolean }): Promise<void>;
  /** A new first password; ends all sessions, takes away the second factor, lifts a pause. @throws AppError `not_found` */
  reset(deed: Deed): Promise<Secret<string>>;
}

const COLUMNS = `id, email, role, must_change_password as "mustChangePassword", totp_enabled_at is not null as "hasTotp",
  created_at as "createdAt", disabled_at as "disabledAt"`;
const LAST_OWNER = "admin_owner_left";

export const normalEmail = (text: string): string => text.trim().toLowerCase();

export function createAdminUsers(deps: AdminDeps): AdminUsers {
  const { pool, clock, passwords } = deps;
  const change = (entry: Omit<AuditEntry, "at">, work: (client: PoolClient) => Promise<number | null>) =>
    inTransaction(pool, async (client) => {
      // Two owners who shut each other out at the same moment must see each other.
      await client.query("lock table admin_users in share row exclusive mode");
      if ((await work(client)) !== 1) throw new AppError("not_found", "there is no such user");
      await recordAudit(client, { ...entry, at: clock.now() });
    }).catch(explainLastOwner);
  return {
    create: (user) => createUser(deps, user),
    async list() {
      return (await pool.query<AdminUser>(`select ${COLUMNS} from admin_users order by created_at, id`)).rows;
    },
    setRole: ({ userId, actor, role }) =>
      change({ actor, action: "user.role", subject: userId, detail: { role } }, async (client) => {
        const sql = "update admin_users set role = $2 where id = $1";
        return (await client.query(sql, [userId, role])).rowCount;
      }),
    setDisabled: ({ userId, actor, disabled }) =>
      change({ actor, action: disabled ? "user.disable" : "user.enable", subject: userId }, async (client) => {
        if (disabled) await client.query("delete from admin_sessions where user_id = $1", [userId]);
        const sql = "update admin_users set disabled_at = $2 where id = $1";
        return (await client.query(sql, [userId, disabled ? clock.now() : null])).rowCount;
      }),
    async reset({ userId, actor }) {
      const password = makePassword();
      const hash = await passwords.hash(password);
      await change({ actor, action: "user.reset", subject: userId }, (client) => resetTo(client, userId, hash));
      return new Secret(password);
    },
  };
}

async function createUser({ pool, clock, passwords }: AdminDeps, user: { email: string; role: Role; actor: string }) {
  const email = normalEmail(user.email);
  const password = makePassword();
  const hash = await passwords.hash(password);
  const now = clock.now();
  const id = formatId("adminUser", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into admin_users (id, email, role, password_hash, must_change_password, created_at)
       select $1, $2, $3, $4, true, $5 where (select count(*) from admin_users) < $6 on conflict (email) do nothing`,
      [id, email, user.role, hash, now, ADMIN_USERS_MAX],
    );
    if (rowCount === 0) throw new AppError("conflict", `${email} is a user already, or there are ${ADMIN_USERS_MAX}`);
    const detail = { email, role: user.role };
    await recordAudit(client, { actor: user.actor, action: "user.create", subject: id, detail, at: now });
  });
  return { id, password: new Secret(password) };
}

async function resetTo(client: PoolClient, userId: string, hash: string): Promise<number | null> {
  await client.query("delete from admin_sessions where user_id = $1", [userId]);
  await client.query(
    "delete from admin_lockouts where key in (select unnest(array['account:' || email, 'code:' || id]) from admin_users where id = $1)",
    [userId],
  );
  const sql = `update admin_users set password_hash = $2, must_change_password = true, first_password = null,
    totp_secret = null, totp_enabled_at = null, totp_last_step = null where id = $1`;
  return (await client.query(sql, [userId, hash])).rowCount;
}

/** The law stands in Postgres; here it gets words. */
function explainLastOwner(cause: unknown): never {
  if (violatedConstraint(cause) === LAST_OWNER) throw new AppError("conflict", "the last owner stays", { cause });
  throw cause;
}
