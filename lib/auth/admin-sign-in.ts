import { AppError } from "#lib/base/app-error.ts";
import { findPerson, replacePassword } from "#lib/storage/administration/people.ts";
import { endSession } from "#lib/storage/administration/sessions.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { createDevices } from "./admin-devices.ts";
import { type AdminInvitations, createAdminInvitations } from "./admin-invitations.ts";
import { createLockout } from "./admin-lockout.ts";
import { checkNewPassword } from "./admin-password.ts";
import { checkSecret, type Guess, type Person, type SecretDeps } from "./admin-secrets.ts";
import {
  type AdminSession,
  type AdminSessions,
  type Cookies,
  createAdminSessions,
  makeSession,
  type Visitor,
} from "./admin-sessions.ts";
import { type AdminTotp, createAdminTotp } from "./admin-totp.ts";
import { type AdminDeps, type AdminUsers, createAdminUsers, normalEmail } from "./admin-users.ts";
import type { SecretBox } from "./api-keys.ts";

interface EmailAndPassword {
  readonly email: string;
  readonly password: string;
}

interface SignedIn extends Cookies {
  readonly awaitsCode: boolean;
  readonly mustChangePassword: boolean;
}

interface CodeEntry {
  readonly session: AdminSession;
  readonly code: string;
  readonly visitor: Visitor;
}

interface IdentityProof {
  readonly session: AdminSession;
  readonly secret: string;
  readonly visitor: Visitor;
}

interface PasswordChange {
  readonly session: AdminSession;
  readonly current: string;
  readonly next: string;
  readonly visitor: Visitor;
}

/** Everything about who may come into the dashboard. What asks for a secret throws AppError `rate_limited` in a pause. */
export interface Admins {
  readonly users: AdminUsers;
  readonly invitations: AdminInvitations;
  readonly sessions: AdminSessions;
  /** @returns the cookies and what is still to come; null when address or password is wrong */
  signIn(credentials: EmailAndPassword, visitor: Visitor): Promise<SignedIn | null>;
  /** The second step. @returns new cookies; null when the code is wrong */
  enterCode(entry: CodeEntry): Promise<Cookies | null>;
  /**
   * Asks a person who is signed in once more: the code of the second factor, or the password of somebody who has none.
   * @returns false when it is wrong
   */
  confirm(entry: IdentityProof): Promise<boolean>;
  signOut(session: AdminSession): Promise<void>;
  /**
   * Ends all sessions of the person, and opens a new one in place of this one.
   * @throws AppError `forbidden` when `current` is wrong; `invalid_request` when `next` will not do
   */
  changePassword(change: PasswordChange): Promise<Cookies>;
  readonly totp: {
    /** A secret that is kept but not asked for before `confirm`; asking again gives the same one. */
    begin(userId: string): Promise<{ secret: string; uri: string }>;
    /** Switches it on. @throws AppError `forbidden` when the code is wrong */
    confirm(entry: CodeEntry): Promise<void>;
    /** Switches it off. @throws AppError `forbidden` when the code is wrong */
    remove(entry: CodeEntry): Promise<void>;
  };
}

export interface AdminsDeps extends AdminDeps {
  readonly box: SecretBox;
  /** Authenticates device cookies; derived from MASTER_KEY for this purpose alone. */
  readonly deviceKey: Uint8Array;
}

export function createAdmins(deps: AdminsDeps): Admins {
  const sessions = createAdminSessions(deps);
  const totp = createAdminTotp(deps);
  const devices = createDevices(deps.deviceKey);
  const inside: Inside = { ...deps, sessions, totp, lockout: createLockout(deps), devices };
  return {
    users: createAdminUsers(deps),
    invitations: createAdminInvitations({ ...deps, devices }),
    sessions,
    signIn: (credentials, visitor) => signIn(inside, credentials, visitor),
    enterCode: (entry) => enterCode(inside, entry),
    confirm: (entry) => confirm(inside, entry),
    async signOut({ id, user }) {
      const entry = { actor: user.email, action: "admin.signed_out", subject: user.id, at: deps.clock.now() };
      await endSession(deps.pool, { id, userId: user.id, entry });
    },
    changePassword: (change) => changePassword(inside, change),
    totp: {
      begin: totp.begin,
      confirm: (entry) => spendCode(inside, entry, totp.confirm),
      remove: (entry) => spendCode(inside, entry, totp.remove),
    },
  };
}

interface Inside extends AdminDeps, SecretDeps {
  readonly sessions: AdminSessions;
  readonly totp: AdminTotp;
}

interface FoundAdmin extends Person {
  readonly isDisabled: boolean;
  readonly hasTotp: boolean;
  readonly mustChangePassword: boolean;
}

async function find(pool: Inside["pool"], by: Parameters<typeof findPerson>[1]): Promise<FoundAdmin | null> {
  const row = await findPerson(pool, by);
  if (row === null) return null;
  const { id, email, passwordHash, mustChangePassword } = row;
  const isDisabled = row.disabledAt !== null;
  return { id, email, passwordHash, mustChangePassword, isDisabled, hasTotp: row.totpEnabledAt !== null };
}

async function signIn(
  inside: Inside,
  { email: typed, password }: EmailAndPassword,
  visitor: Visitor,
): Promise<SignedIn | null> {
  const name = normalEmail(typed).slice(0, 254);
  const found = await find(inside.pool, { email: name });
  const guess: Guess = { secret: "password", at: "sign_in", person: found, name, visitor };
  const person = await checkSecret(inside, guess, async () => {
    const isRight = await inside.passwords.isRight(password, found?.passwordHash ?? null);
    return isRight && found?.isDisabled === false ? found : null;
  });
  if (person === null) return null;
  const { hasTotp: awaitsCode, mustChangePassword } = person;
  const confirmedAt = awaitsCode ? null : inside.clock.now();
  const token = await inside.sessions.open({ userId: person.id, awaitsCode, visitor, confirmedAt });
  if (!awaitsCode) await audit(inside, person, { entry: "admin.signed_in", visitor });
  const device = awaitsCode ? null : inside.devices.remember(visitor.device, person);
  return { token, device, awaitsCode, mustChangePassword };
}

async function enterCode(inside: Inside, { session, code, visitor }: CodeEntry): Promise<Cookies | null> {
  const { user } = session;
  if (!session.awaitsCode) throw new AppError("conflict", "no code is asked for");
  const person = await personOf(inside, session);
  const guess: Guess = { secret: "code", at: "sign_in", person, name: user.id, visitor };
  const right = await checkSecret(inside, guess, async () => (await inside.totp.take(user.id, code)) || null);
  if (right === null) return null;
  // A new cookie: what was known before the code opens nothing after it.
  const token = await inside.sessions.replace(session, visitor);
  await audit(inside, user, { entry: "admin.signed_in", visitor });
  return { token, device: inside.devices.remember(visitor.device, person) };
}

async function confirm(inside: Inside, { session, secret, visitor }: IdentityProof): Promise<boolean> {
  const person = await personOf(inside, session);
  const { id, email, hasTotp, passwordHash } = person;
  const guess: Guess = hasTotp
    ? { secret: "code", at: "account", person, name: id, visitor }
    : { secret: "password", at: "account", person, name: email, visitor };
  const isRight = await checkSecret(inside, guess, async () => {
    const right = hasTotp ? inside.totp.take(id, secret) : inside.passwords.isRight(secret, passwordHash);
    return (await right) || null;
  });
  if (isRight === null) return false;
  await inside.sessions.confirm(session);
  await audit(inside, person, { entry: "admin.confirmed", visitor });
  return true;
}

async function personOf({ pool }: Inside, { user }: AdminSession): Promise<FoundAdmin> {
  const found = await find(pool, { id: user.id });
  if (found === null) throw new AppError("not_found", "there is no such user");
  return found;
}

/** Of somebody who is signed in. */
async function spendCode(
  inside: Inside,
  { session, code, visitor }: CodeEntry,
  spend: (userId: string, code: string) => Promise<boolean>,
): Promise<void> {
  const person = await personOf(inside, session);
  const guess: Guess = { secret: "code", at: "account", person, name: person.id, visitor };
  if ((await checkSecret(inside, guess, async () => (await spend(person.id, code)) || null)) === null) {
    throw new AppError("forbidden", "the code is wrong or was used before");
  }
}

async function changePassword(inside: Inside, { session, current, next, visitor }: PasswordChange): Promise<Cookies> {
  const { pool, passwords, clock } = inside;
  const person = await personOf(inside, session);
  const { id, email, passwordHash: before } = person;
  const guess: Guess = { secret: "password", at: "account", person, name: email, visitor };
  const right = await checkSecret(inside, guess, async () => (await passwords.isRight(current, before)) || null);
  if (right === null) throw new AppError("forbidden", "the current password is wrong");
  await checkNewPassword(next, email);
  if (next === current) {
    throw new AppError("invalid_request", "the password is the old one", {
      errors: [{ path: "password", message: "same" }],
    });
  }
  const passwordHash = await passwords.hash(next);
  const now = clock.now();
  // This session ends as well: its cookie opens nothing afterwards.
  const confirmedAt = person.hasTotp ? session.confirmedAt : now;
  const { row: opened, token } = makeSession({ userId: id, awaitsCode: false, visitor, confirmedAt }, now);
  const entry = { actor: email, action: "user.password", subject: id, at: now };
  await replacePassword(pool, { id, before, passwordHash, entry, session: opened });
  return { token, device: inside.devices.remember(visitor.device, { id, passwordHash }, person) };
}

const audit = (
  { pool, clock }: Inside,
  { id, email }: { id: string; email: string },
  { entry, visitor }: { entry: "admin.signed_in" | "admin.confirmed"; visitor: Visitor },
) =>
  recordAudit(pool, {
    actor: email,
    action: entry,
    subject: id,
    detail: { address: visitor.address },
    at: clock.now(),
  });
