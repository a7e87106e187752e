import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import {
  ADMIN_CODE_WAIT_MS,
  ADMIN_SEEN_EVERY_MS,
  ADMIN_SESSION_IDLE_MS,
  ADMIN_SESSION_LIFE_MS,
} from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { addMs, earlier } from "#lib/base/time.ts";
import type { Database, PoolClient } from "#lib/storage/client.ts";
import type { Role } from "./admin-roles.ts";

/** Somebody who is signed in, or half so. */
export interface AdminSession {
  readonly id: string;
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly role: Role;
    readonly mustChangePassword: boolean;
    readonly hasTotp: boolean;
  };
  /** The password was right, the code is still to come: nothing may be shown or done. */
  readonly awaitsCode: boolean;
}

/** From where somebody signs in, as far as it is known. */
export interface Visitor {
  readonly address: string;
  readonly agent: string;
  /** The device cookie. */
  readonly device?: string | undefined;
}

export interface ListedSession extends Omit<Visitor, "device"> {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
}

export interface NewSession {
  readonly userId: string;
  readonly awaitsCode: boolean;
  readonly visitor: Visitor;
}

export interface AdminSessions {
  /** @returns the cookie's value, given out here and never again */
  open(session: NewSession): Promise<Secret<string>>;
  /** The session of this cookie while it is in force. */
  find(token: string): Promise<AdminSession | null>;
  /** Those of one person, the last used first. */
  list(userId: string): Promise<ListedSession[]>;
  /** @returns false when the person has no such session */
  end(session: { id: string; userId: string }): Promise<boolean>;
}

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

interface SessionRow {
  id: string;
  user_id: string;
  email: string;
  role: Role;
  must_change_password: boolean;
  has_totp: boolean;
  awaits_code: boolean;
  seen_at: Date;
}

const FIND = `
  select s.id, s.user_id, s.awaits_code, s.seen_at, u.email, u.role, u.must_change_password,
         u.totp_enabled_at is not null as has_totp
    from admin_sessions s join admin_users u on u.id = s.user_id
   where s.token_hash = $1 and s.idle_until > $2 and u.disabled_at is null`;

export function createAdminSessions({ pool, clock }: { pool: Database["pool"]; clock: Clock }): AdminSessions {
  return {
    open: (session) => openSession(pool, session, clock.now()),
    async find(token) {
      if (!TOKEN_FORM.test(token)) return null;
      const now = clock.now();
      const { rows } = await pool.query<SessionRow>(FIND, [hashOf(token), now]);
      const row = rows[0];
      if (row === undefined) return null;
      if (now.getTime() - row.seen_at.getTime() >= ADMIN_SEEN_EVERY_MS) await noteSeen(pool, row.id, now);
      return toSession(row);
    },
    async list(userId) {
      const { rows } = await pool.query<ListedSession>(
        `select id, address, agent, created_at as "createdAt", seen_at as "seenAt" from admin_sessions
          where user_id = $1 and idle_until > $2 and not awaits_code order by seen_at desc, id desc`,
        [userId, clock.now()],
      );
      return rows;
    },
    async end({ id, userId }) {
      const { rowCount } = await pool.query("delete from admin_sessions where id = $1 and user_id = $2", [id, userId]);
      return rowCount === 1;
    },
  };
}

/** @returns the cookie's value */
export async function openSession(
  on: Pick<Database["pool"], "query"> | PoolClient,
  { userId, awaitsCode, visitor }: NewSession,
  now: Date,
): Promise<Secret<string>> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const expiresAt = addMs(now, awaitsCode ? ADMIN_CODE_WAIT_MS : ADMIN_SESSION_LIFE_MS);
  const idleUntil = earlier(expiresAt, addMs(now, ADMIN_SESSION_IDLE_MS));
  const id = formatId("adminSession", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  const { address, agent } = visitor;
  const device = [address.slice(0, 64), agent.slice(0, 256)];
  await on.query("delete from admin_sessions where idle_until < $1", [now]);
  await on.query(
    `insert into admin_sessions (id, token_hash, user_id, awaits_code, address, agent, created_at, seen_at, idle_until, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)`,
    [id, hashOf(token), userId, awaitsCode, ...device, now, idleUntil, expiresAt],
  );
  return new Secret(token);
}

/** 256 random bits need no slow hash; what is stored opens nothing. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

async function noteSeen(pool: Database["pool"], id: string, now: Date): Promise<void> {
  await pool.query("update admin_sessions set seen_at = $2, idle_until = least(expires_at, $3) where id = $1", [
    id,
    now,
    addMs(now, ADMIN_SESSION_IDLE_MS),
  ]);
}

const toSession = (row: SessionRow): AdminSession => ({
  id: row.id,
  user: {
    id: row.user_id,
    email: row.email,
    role: row.role,
    mustChangePassword: row.must_change_password,
    hasTotp: row.has_totp,
  },
  awaitsCode: row.awaits_code,
});
