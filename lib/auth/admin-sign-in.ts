import { AppError } from "#lib/base/app-error.ts";
import { findPerson, replacePassword } from "#lib/storage/administration/people.ts";
import { endSession } from "#lib/storage/administration/sessions.ts";
import { recordSignIn } from "#lib/storage/administration/sign-ins.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { createDevices } from "./admin-devices.ts";
import { type AdminInvitations, createAdminInvitations } from "./admin-invitations.ts";
import { createLockout } from "./admin-lockout.ts";
import { type AdminPasskeys, createAdminPasskeys } from "./admin-passkeys.ts";
import { checkNewPassword } from "./admin-password.ts";
import { type AdminRecovery, createAdminRecovery } from "./admin-recovery.ts";
import { checkSecret, type Guess, type Person, type SecretDeps } from "./admin-secrets.ts";
import {
  type AdminSession,
  type AdminSessions,
  type Cookies,
  createAdminSessions,
  isRecentlyConfirmed,
  makeSession,
  type Visitor,
} from "./admin-sessions.ts";
import { type AdminTotp, createAdminTotp } from "./admin-totp.ts";
import { type AdminDeps, type AdminUsers, createAdminUsers, normalEmail } from "./admin-users.ts";
import type { SecretBox } from "./api-keys.ts";
import { passkeySite } from "./passkey-site.ts";

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

/** A browser's answer about a passkey, as JSON. */
interface PasskeyEntry {
  readonly session: AdminSession;
  readonly response: string;
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
  /** Password and second factor in one. @returns null when the passkey is wrong, unknown or suspended */
  signInByPasskey(entry: Omit<PasskeyEntry, "session">): Promise<Cookies | null>;
  /** The second step. @returns new cookies; null when the code is wrong */
  enterCode(entry: CodeEntry): Promise<Cookies | null>;
  /** The second step with a passkey instead. @returns null when it is wrong, or another person's */
  enterPasskey(entry: PasskeyEntry): Promise<Cookies | null>;
  /** The second step with a recovery code, which is then used up. @returns null when it is wrong or was used */
  enterRecoveryCode(entry: CodeEntry): Promise<Cookies | null>;
  /**
   * Asks a person who is signed in once more: the code of the second factor, or the password of somebody who has none.
   * @returns false when it is wrong
   */
  confirm(entry: IdentityProof): Promise<boolean>;
  /** The same with a passkey. */
  confirmByPasskey(entry: PasskeyEntry): Promise<boolean>;
  signOut(session: AdminSession): Promise<void>;
  /**
   * Ends all sessions of the person, and opens a new one in place of this one. Somebody who signs in with a passkey alone has
   * no password yet, and chooses one after the passkey was shown again (`isRecentlyConfirmed`).
   * @throws AppError `forbidden` when `current` is wrong; `invalid_request` when `next` will not do
   */
  changePassword(change: PasswordChange): Promise<Cookies>;
  readonly passkeys: AdminPasskeys;
  readonly recovery: AdminRecovery;
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
  /** The origin by which browsers reach this deployment: passkeys belong to it. */
  readonly publicUrl: string;
}

export function createAdmins(deps: AdminsDeps): Admins {
  const sessions = createAdminSessions(deps);
  const totp = createAdminTotp(deps);
  const devices = createDevices(deps.deviceKey);
  const secrets = { ...deps, lockout: createLockout(deps), devices, site: passkeySite(deps.publicUrl) };
  const passkeys = createAdminPasskeys(secrets);
  const recovery = createAdminRecovery(deps);
  const inside: Inside = { ...secrets, sessions, totp, passkeys, recovery };
  return {
    users: createAdminUsers(deps),
    invitations: createAdminInvitations(secrets),
    sessions,
    signIn: (credentials, visitor) => signIn(inside, credentials, visitor),
    signInByPasskey: (entry) => signInByPasskey(inside, entry),
    enterCode: (entry) => enterCode(inside, entry),
    enterPasskey: (entry) => enterPasskey(inside, entry),
    enterRecoveryCode: (entry) => enterRecoveryCode(inside, entry),
    confirm: (entry) => confirm(inside, entry),
    confirmByPasskey: (entry) => confirmByPasskey(inside, entry),
    passkeys,
    recovery,
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
  readonly passkeys: AdminPasskeys;
  readonly recovery: AdminRecovery;
}

interface FoundAdmin extends Person {
  readonly isDisabled: boolean;
  readonly hasTotp: boolean;
  /** A passkey counts as one beside the password too: otherwise a password alone would go around it. */
  readonly hasSecondFactor: boolean;
  readonly mustChangePassword: boolean;
}

async function find(pool: Inside["pool"], by: Parameters<typeof findPerson>[1]): Promise<FoundAdmin | null> {
  const row = await findPerson(pool, by);
  if (row === null) return null;
  const { id, email, passwordHash, mustChangePassword } = row;
  const isDisabled = row.disabledAt !== null;
  const hasTotp = row.totpEnabledAt !== null;
  const hasSecondFactor = hasTotp || row.passkeys > 0;
  return { id, email, passwordHash, mustChangePassword, isDisabled, hasTotp, hasSecondFactor };
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
  const { hasSecondFactor: awaitsCode, mustChangePassword } = person;
  const confirmedAt = awaitsCode ? null : inside.clock.now();
  const token = await inside.sessions.open({ userId: person.id, awaitsCode, visitor, confirmedAt });
  if (!awaitsCode) await noteSignIn(inside, person, visitor);
  const device = awaitsCode ? null : inside.devices.remember(visitor.device, person);
  return { token, device, awaitsCode, mustChangePassword };
}

async function signInByPasskey(inside: Inside, entry: Omit<PasskeyEntry, "session">): Promise<Cookies | null> {
  const person = await inside.passkeys.signIn(entry);
  if (person === null) return null;
  const { visitor } = entry;
  const confirmedAt = inside.clock.now();
  const token = await inside.sessions.open({ userId: person.id, awaitsCode: false, visitor, confirmedAt });
  await noteSignIn(inside, person, visitor);
  return { token, device: inside.devices.remember(visitor.device, person) };
}

async function enterCode(inside: Inside, { session, code, visitor }: CodeEntry): Promise<Cookies | null> {
  const person = await awaitedPerson(inside, session);
  const guess: Guess = { secret: "code", at: "sign_in", person, name: person.id, visitor };
  const right = await checkSecret(inside, guess, async () => (await inside.totp.take(person.id, code)) || null);
  return right === null ? null : finishSignIn(inside, { session, person, visitor });
}

async function enterPasskey(inside: Inside, entry: PasskeyEntry): Promise<Cookies | null> {
  const { session, visitor } = entry;
  const person = await awaitedPerson(inside, session);
  const isRight = await inside.passkeys.isRight("second_factor", entry);
  return isRight ? finishSignIn(inside, { session, person, visitor }) : null;
}

async function enterRecoveryCode(inside: Inside, { session, code, visitor }: CodeEntry): Promise<Cookies | null> {
  const person = await awaitedPerson(inside, session);
  const guess: Guess = { secret: "recovery", at: "sign_in", person, name: person.id, visitor };
  const take = async () => (await inside.recovery.take(person, code, visitor)) || null;
  return (await checkSecret(inside, guess, take)) === null ? null : finishSignIn(inside, { session, person, visitor });
}

/** Whom the second step is asked of. @throws AppError `conflict` where there is none */
async function awaitedPerson(inside: Inside, session: AdminSession): Promise<FoundAdmin> {
  if (!session.awaitsCode) throw new AppError("conflict", "no code is asked for");
  return personOf(inside, session);
}

interface FinishedStep {
  readonly session: AdminSession;
  readonly person: FoundAdmin;
  readonly visitor: Visitor;
}

/** A new cookie: what was known before the second step opens nothing after it. */
async function finishSignIn(inside: Inside, { session, person, visitor }: FinishedStep): Promise<Cookies> {
  const token = await inside.sessions.replace(session, visitor);
  await noteSignIn(inside, person, visitor);
  return { token, device: inside.devices.remember(visitor.device, person) };
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
  if (before === null) requireRecentProof(session, clock.now());
  else {
    const guess: Guess = { secret: "password", at: "account", person, name: email, visitor };
    const right = await checkSecret(inside, guess, async () => (await passwords.isRight(current, before)) || null);
    if (right === null) throw new AppError("forbidden", "the current password is wrong");
  }
  await checkNewPassword(next, email);
  if (next === current) {
    throw new AppError("invalid_request", "the password is the old one", {
      errors: [{ path: "password", message: "same" }],
    });
  }
  const passwordHash = await passwords.hash(next);
  const now = clock.now();
  // This session ends as well: its cookie opens nothing afterwards.
  const confirmedAt = person.hasSecondFactor ? session.confirmedAt : now;
  const { row: opened, token } = makeSession({ userId: id, awaitsCode: false, visitor, confirmedAt }, now);
  const entry = { actor: email, action: "user.password", subject: id, at: now };
  await replacePassword(pool, { id, before, passwordHash, entry, session: opened });
  return { token, device: inside.devices.remember(visitor.device, { id, passwordHash }, person) };
}

/** Somebody without a password has shown the passkey just now instead. */
function requireRecentProof(session: AdminSession, now: Date): void {
  if (!isRecentlyConfirmed(session, now)) throw new AppError("forbidden", "the passkey has to be shown first");
}

async function confirm(inside: Inside, { session, secret, visitor }: IdentityProof): Promise<boolean> {
  const person = await personOf(inside, session);
  const { id, email, hasTotp, hasSecondFactor, passwordHash } = person;
  // Where passkeys are the second factor, only they confirm: a password would go around them.
  if (hasSecondFactor && !hasTotp) return false;
  const guess: Guess = hasTotp
    ? { secret: "code", at: "account", person, name: id, visitor }
    : { secret: "password", at: "account", person, name: email, visitor };
  const isRight = await checkSecret(inside, guess, async () => {
    const right = hasTotp ? inside.totp.take(id, secret) : inside.passwords.isRight(secret, passwordHash);
    return (await right) || null;
  });
  if (isRight === null) return false;
  await inside.sessions.confirm(session);
  await noteConfirmed(inside, person, visitor);
  return true;
}

async function confirmByPasskey(inside: Inside, entry: PasskeyEntry): Promise<boolean> {
  const { session, visitor } = entry;
  if (!(await inside.passkeys.isRight("confirm", entry))) return false;
  await inside.sessions.confirm(session);
  await noteConfirmed(inside, session.user, visitor);
  return true;
}

/** Before the device is remembered. */
function noteSignIn({ pool, clock, devices }: Inside, person: Person, visitor: Visitor): Promise<void> {
  const { id, email } = person;
  const { address } = visitor;
  const isKnown = devices.find(visitor.device, person) !== null;
  return recordSignIn(pool, {
    userId: id,
    entry: { actor: email, action: "admin.signed_in", subject: id, detail: { address }, at: clock.now() },
    newDevice: isKnown ? null : { address },
  });
}

const noteConfirmed = ({ pool, clock }: Inside, { id, email }: { id: string; email: string }, { address }: Visitor) =>
  recordAudit(pool, { actor: email, action: "admin.confirmed", subject: id, detail: { address }, at: clock.now() });
