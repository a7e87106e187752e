import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import {
  ADMIN_CODE_WAIT_MS,
  ADMIN_CONFIRMATION_LIFE_MS,
  ADMIN_SEEN_EVERY_MS,
  ADMIN_SESSION_IDLE_MS,
  ADMIN_SESSION_LIFE_MS,
} from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { addMs, earlier } from "#lib/base/time.ts";
import {
  endOtherSessions,
  endSession,
  findSession,
  insertSession,
  listSessions,
  type NewSessionRow,
  noteSessionConfirmed,
  noteSessionSeen,
  replaceSession,
} from "#lib/storage/administration/sessions.ts";
import type { Database } from "#lib/storage/client.ts";
import type { Role } from "./admin-roles.ts";

/** Somebody who is signed in, or half so. */
export interface AdminSession {
  readonly id: string;
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string | null;
    readonly role: Role;
    readonly mustChangePassword: boolean;
    readonly hasPassword: boolean;
    /** An authenticator's codes. */
    readonly hasTotp: boolean;
    readonly hasPasskey: boolean;
    /** Chosen for all devices; null: as each browser asks. */
    readonly language: string | null;
  };
  /** The password was right, the code is still to come: nothing may be shown or done. */
  readonly awaitsCode: boolean;
  /** When the second factor was last shown in it; without one, the password. */
  readonly confirmedAt: Date | null;
}

/** Whether what is dangerous may be done without asking for the second factor again. */
export const isRecentlyConfirmed = ({ confirmedAt }: Pick<AdminSession, "confirmedAt">, now: Date): boolean =>
  confirmedAt !== null && now.getTime() - confirmedAt.getTime() < ADMIN_CONFIRMATION_LIFE_MS;

/** From where somebody signs in, as far as it is known. */
export interface Visitor {
  readonly address: string;
  readonly agent: string;
  /** The device cookie. */
  readonly device?: string | undefined;
}

/** What the browser keeps from now on. */
export interface Cookies {
  /** Opens the dashboard. */
  readonly token: Secret<string>;
  /** Opens nothing; null before somebody is signed in all the way. */
  readonly device: string | null;
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
  readonly confirmedAt: Date | null;
}

export interface AdminSessions {
  /** @returns the cookie's value, given out here and never again */
  open(session: NewSession): Promise<Secret<string>>;
  /**
   * A new cookie for somebody who has proved more: what was known before opens nothing after it.
   * @throws AppError `conflict` when the session has ended
   */
  replace(session: AdminSession, visitor: Visitor): Promise<Secret<string>>;
  /** The session of this cookie while it is valid. */
  find(token: string): Promise<AdminSession | null>;
  /** The same by something that stays open by itself, and so does not count as use. */
  peek(token: string): Promise<AdminSession | null>;
  /** The person has shown a second factor just now (`isRecentlyConfirmed`). */
  confirm(session: Pick<AdminSession, "id">): Promise<void>;
  /** Those of one person, the last used first. */
  list(userId: string): Promise<ListedSession[]>;
  /** @returns false when the person has no such session */
  end(session: { id: string; userId: string; actor: string }): Promise<boolean>;
  /** @param except stays, where it is one of this person's. @returns how many ended */
  endAll(sessions: { userId: string; except: string; actor: string }): Promise<number>;
}

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

export function createAdminSessions({ pool, clock }: { pool: Database["pool"]; clock: Clock }): AdminSessions {
  return {
    async open(session) {
      const { row, token } = makeSession(session, clock.now());
      await insertSession(pool, row);
      return token;
    },
    async replace({ id, user }, visitor) {
      const { row, token } = makeSession(
        { userId: user.id, awaitsCode: false, visitor, confirmedAt: clock.now() },
        clock.now(),
      );
      await replaceSession(pool, { id, by: row });
      return token;
    },
    async find(token) {
      if (!TOKEN_FORM.test(token)) return null;
      const now = clock.now();
      const found = await findSession(pool, { tokenHash: hashOf(token), now });
      if (found === null) return null;
      const { id, seenAt, expiresAt } = found.session;
      if (now.getTime() - seenAt.getTime() >= ADMIN_SEEN_EVERY_MS) {
        const idleUntil = earlier(expiresAt, addMs(now, ADMIN_SESSION_IDLE_MS));
        await noteSessionSeen(pool, { id, seenAt: now, idleUntil });
      }
      return toSession(found);
    },
    async peek(token) {
      if (!TOKEN_FORM.test(token)) return null;
      const found = await findSession(pool, { tokenHash: hashOf(token), now: clock.now() });
      return found === null ? null : toSession(found);
    },
    confirm: ({ id }) => noteSessionConfirmed(pool, { id, confirmedAt: clock.now() }),
    list: (userId) => listSessions(pool, { userId, now: clock.now() }),
    end: ({ id, userId, actor }) =>
      endSession(pool, { id, userId, entry: { actor, action: "session.end", subject: userId, at: clock.now() } }),
    endAll: ({ userId, except, actor }) =>
      endOtherSessions(pool, {
        ...{ userId, except },
        entryOf: (count) => ({
          actor,
          action: "session.end_many",
          subject: userId,
          detail: { count },
          at: clock.now(),
        }),
      }),
  };
}

/** A session to be kept, and its cookie's value. */
export function makeSession(
  { userId, awaitsCode, visitor, confirmedAt }: NewSession,
  now: Date,
): { readonly row: NewSessionRow; readonly token: Secret<string> } {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const expiresAt = addMs(now, awaitsCode ? ADMIN_CODE_WAIT_MS : ADMIN_SESSION_LIFE_MS);
  const row = {
    id: formatId("adminSession", now.getTime(), randomBytes(ID_RANDOM_BYTES)),
    tokenHash: hashOf(token),
    userId,
    awaitsCode,
    confirmedAt,
    address: visitor.address.slice(0, 64),
    agent: visitor.agent.slice(0, 256),
    createdAt: now,
    idleUntil: earlier(expiresAt, addMs(now, ADMIN_SESSION_IDLE_MS)),
    expiresAt,
  };
  return { row, token: new Secret(token) };
}

/** 256 random bits need no slow hash; what is stored opens nothing. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

const toSession = ({ session, user }: NonNullable<Awaited<ReturnType<typeof findSession>>>): AdminSession => ({
  id: session.id,
  user: {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role as Role,
    mustChangePassword: user.mustChangePassword,
    hasPassword: user.passwordHash !== null,
    hasTotp: user.totpEnabledAt !== null,
    hasPasskey: user._count.passkeys > 0,
    language: user.language,
  },
  awaitsCode: session.awaitsCode,
  confirmedAt: session.confirmedAt,
});
