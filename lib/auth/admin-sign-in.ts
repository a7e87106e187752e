import { AppError } from "#lib/base/app-error.ts";
import type { Secret } from "#lib/base/secret.ts";
import { recordAudit } from "#lib/storage/audit-log.ts";
import { createLockout, type Lockout, type Tried } from "./admin-lockout.ts";
import { type AdminSession, type AdminSessions, createAdminSessions, type Visitor } from "./admin-sessions.ts";
import { type AdminTotp, createAdminTotp } from "./admin-totp.ts";
import { type AdminDeps, type AdminUsers, createAdminUsers, normalEmail } from "./admin-users.ts";
import type { SecretBox } from "./api-keys.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface SignedIn {
  readonly token: Secret<string>;
  readonly awaitsCode: boolean;
  readonly mustChangePassword: boolean;
}

/** Everything about who may come into the dashboard. */
export interface Admins {
  readonly users: AdminUsers;
  readonly sessions: AdminSessions;
  readonly totp: AdminTotp;
  /**
   * @returns the cookie's value and what is still to come; null when address or password is wrong
   * @throws AppError `rate_limited` after too many wrong tries
   */
  signIn(credentials: Credentials, visitor: Visitor): Promise<SignedIn | null>;
  /** The second step. @returns the value of a new cookie; null when the code is wrong. @throws AppError `rate_limited` */
  enterCode(session: AdminSession, code: string, visitor: Visitor): Promise<Secret<string> | null>;
  signOut(session: AdminSession): Promise<void>;
}

interface Found {
  id: string;
  password_hash: string;
  disabled_at: Date | null;
  has_totp: boolean;
  must_change_password: boolean;
}

export function createAdmins(deps: AdminDeps & { readonly box: SecretBox }): Admins {
  const sessions = createAdminSessions(deps);
  const totp = createAdminTotp(deps);
  const house: Inside = { ...deps, sessions, totp, lockout: createLockout(deps) };
  return {
    users: createAdminUsers(deps),
    sessions,
    totp,
    signIn: (credentials, visitor) => signIn(house, credentials, visitor),
    enterCode: (session, code, visitor) => enterCode(house, { session, code, visitor }),
    async signOut({ id, user }) {
      if (await sessions.end({ id, userId: user.id })) await audit(house, user, { entry: "admin.signed_out" });
    },
  };
}

interface Inside extends AdminDeps {
  readonly sessions: AdminSessions;
  readonly totp: AdminTotp;
  readonly lockout: Lockout;
}

async function signIn(
  house: Inside,
  { email: typed, password }: Credentials,
  visitor: Visitor,
): Promise<SignedIn | null> {
  const { pool, lockout, sessions } = house;
  const email = normalEmail(typed).slice(0, 254);
  const tries: readonly Tried[] = [
    { kind: "address", name: visitor.address },
    { kind: "account", name: email },
  ];
  for (const tried of tries) {
    if (await lockout.countTry(tried)) await auditPause(house, tried, visitor);
  }
  const { rows } = await pool.query<Found>(
    `select id, password_hash, disabled_at, must_change_password, totp_enabled_at is not null as has_totp from admin_users where email = $1`,
    [email],
  );
  const found = rows[0];
  const right = await house.passwords.isRight(password, found?.password_hash ?? null);
  if (!right || found === undefined || found.disabled_at !== null) return null;
  for (const tried of tries) await lockout.forgive(tried);
  const awaitsCode = found.has_totp;
  const token = await sessions.open({ userId: found.id, awaitsCode, visitor });
  if (!awaitsCode) await audit(house, { id: found.id, email }, { entry: "admin.signed_in", visitor });
  return { token, awaitsCode, mustChangePassword: found.must_change_password };
}

async function enterCode(
  house: Inside,
  { session, code, visitor }: { session: AdminSession; code: string; visitor: Visitor },
): Promise<Secret<string> | null> {
  const { user } = session;
  if (!session.awaitsCode) throw new AppError("conflict", "no code is asked for");
  const tried: Tried = { kind: "code", name: user.id };
  if (await house.lockout.countTry(tried)) await auditPause(house, tried, visitor);
  if (!(await house.totp.take(user.id, code))) return null;
  await house.lockout.forgive(tried);
  // A new cookie: what was known before the code opens nothing after it.
  await house.sessions.end({ id: session.id, userId: user.id });
  const token = await house.sessions.open({ userId: user.id, awaitsCode: false, visitor });
  await audit(house, user, { entry: "admin.signed_in", visitor });
  return token;
}

const audit = (
  { pool, clock }: Inside,
  { id, email }: { id: string; email: string },
  { entry, visitor }: { entry: "admin.signed_in" | "admin.signed_out"; visitor?: Visitor },
) =>
  recordAudit(pool, {
    actor: email,
    action: entry,
    subject: id,
    ...(visitor === undefined ? {} : { detail: { address: visitor.address } }),
    at: clock.now(),
  });

/** Only the pauses: one line for each guess would let a stranger fill the log. */
const auditPause = ({ pool, clock }: Inside, { kind, name }: Tried, { address }: Visitor) =>
  recordAudit(pool, {
    actor: "sign-in",
    action: "admin.paused",
    subject: `${kind}:${name}`,
    detail: { address },
    at: clock.now(),
  });
