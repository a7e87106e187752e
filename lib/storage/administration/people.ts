import { AppError } from "#lib/base/app-error.ts";
import type { Pool } from "../client.ts";
import { brokenUnique, violatedConstraint } from "../errors.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { type BothKinds, inPrismaTransaction, inTransaction, viaPrisma } from "../transaction.ts";
import { forgetUselessCodes } from "./passkeys.ts";
import { addSession, endSessionsOf, type NewSessionRow } from "./sessions.ts";

// The people of the dashboard, with their password and second factor.

export interface PersonRow {
  readonly id: string;
  readonly email: string;
  /** As the person gave it; null for one made on the command line. */
  readonly name: string | null;
  readonly role: string;
  /** null: they sign in with a passkey alone, or a reset took it away and its link was not used yet. */
  readonly passwordHash: string | null;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
  readonly mustChangePassword: boolean;
  readonly totpEnabledAt: Date | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

const PERSON = {
  id: true,
  email: true,
  name: true,
  role: true,
  passwordHash: true,
  mustChangePassword: true,
  totpEnabledAt: true,
  createdAt: true,
  disabledAt: true,
  _count: { select: { passkeys: true, recoveryCodes: { where: { usedAt: null } } } },
} as const;

interface CountedPerson extends Omit<PersonRow, "passkeys" | "recoveryCodesLeft"> {
  readonly _count: { readonly passkeys: number; readonly recoveryCodes: number };
}

const toPerson = ({ _count: { passkeys, recoveryCodes }, ...person }: CountedPerson): PersonRow => ({
  ...person,
  passkeys,
  recoveryCodesLeft: recoveryCodes,
});

export function findPerson(pool: Pool, by: { readonly id: string } | { readonly email: string }) {
  return viaPrisma(pool, async (prisma): Promise<PersonRow | null> => {
    const found = await prisma.adminUser.findUnique({ where: by, select: PERSON });
    return found === null ? null : toPerson(found);
  });
}

/** The oldest first. */
export function listPeople(pool: Pool) {
  return viaPrisma(pool, async (prisma): Promise<PersonRow[]> => {
    const people = await prisma.adminUser.findMany({ select: PERSON, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
    return people.map(toPerson);
  });
}

export interface NewPerson {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly passwordHash: string;
  readonly createdAt: Date;
}

const EMAIL_TAKEN = "admin_users_email_key";

/** @returns false when the address is taken, or there are `max` people */
export async function insertPerson(
  pool: Pool,
  { person, max, entry }: { readonly person: NewPerson; readonly max: number; readonly entry: AuditEntry },
): Promise<boolean> {
  try {
    return await inPrismaTransaction(pool, async ({ prisma, client }) => {
      if ((await prisma.adminUser.count()) >= max) return false;
      await prisma.adminUser.create({ data: { ...person, mustChangePassword: true } });
      await recordAudit(client, entry);
      return true;
    });
  } catch (cause) {
    if (brokenUnique(cause) === EMAIL_TAKEN) return false;
    throw cause;
  }
}

const LAST_OWNER = "admin_owner_left";

/** @throws AppError `not_found`; `conflict` where no owner would be left */
export async function changePerson(
  pool: Pool,
  entry: AuditEntry,
  work: (kinds: BothKinds) => Promise<{ readonly count: number }>,
): Promise<void> {
  try {
    await inPrismaTransaction(pool, async (kinds) => {
      // Stays SQL: row lock. Two owners who shut each other out at the same moment must see each other.
      await kinds.client.query("lock table admin_users in share row exclusive mode");
      if ((await work(kinds)).count !== 1) throw new AppError("not_found", "there is no such user");
      await recordAudit(kinds.client, entry);
    });
  } catch (cause) {
    if (violatedConstraint(cause) === LAST_OWNER) throw new AppError("conflict", "the last owner stays", { cause });
    throw cause;
  }
}

interface Change {
  readonly id: string;
  readonly entry: AuditEntry;
}

/** @throws as {@link changePerson} */
export function setPersonRole(pool: Pool, { id, entry, role }: Change & { readonly role: string }): Promise<void> {
  return changePerson(pool, entry, ({ prisma }) => prisma.adminUser.updateMany({ where: { id }, data: { role } }));
}

/** Ends all sessions of a person who is disabled. @throws as {@link changePerson} */
export function setPersonDisabled(
  pool: Pool,
  { id, entry, disabledAt }: Change & { readonly disabledAt: Date | null },
): Promise<void> {
  return changePerson(pool, entry, async ({ prisma }) => {
    if (disabledAt !== null) await endSessionsOf(prisma, id);
    return prisma.adminUser.updateMany({ where: { id }, data: { disabledAt } });
  });
}

/**
 * Another first password; ends all sessions, takes away the second factor and lifts a pause.
 * @throws as {@link changePerson}
 */
export function resetPerson(
  pool: Pool,
  { id, entry, passwordHash }: Change & { readonly passwordHash: string },
): Promise<void> {
  return changePerson(pool, entry, async ({ prisma }) => {
    const person = await prisma.adminUser.findUnique({ where: { id } });
    if (person !== null) await clearSecrets(prisma, person);
    return prisma.adminUser.updateMany({ where: { id }, data: { passwordHash, mustChangePassword: true } });
  });
}

/** Ends all sessions, takes passkeys and the second factor away and lifts a pause. */
export async function clearSecrets(
  prisma: BothKinds["prisma"],
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  await endSessionsOf(prisma, id);
  await prisma.adminPasskey.deleteMany({ where: { userId: id } });
  await prisma.adminRecoveryCode.deleteMany({ where: { userId: id } });
  await prisma.adminLockout.deleteMany({ where: { key: { in: [`account:${email}`, `code:${id}`] } } });
  const nothing = { firstPassword: null, totpSecret: null, totpEnabledAt: null, totpLastStep: null };
  await prisma.adminUser.update({
    where: { id },
    data: { ...nothing, mustChangePassword: false },
    select: { id: true },
  });
}

/** What a person calls themselves. */
export function setPersonName(pool: Pool, { id, name, entry }: Change & { readonly name: string }): Promise<void> {
  return changePerson(pool, entry, ({ prisma }) => prisma.adminUser.updateMany({ where: { id }, data: { name } }));
}

export interface PasswordReplacement {
  readonly id: string;
  readonly before: string | null;
  readonly passwordHash: string;
  readonly entry: AuditEntry;
  /** Takes the place of all that there were. */
  readonly session: NewSessionRow;
}

/** Ends every session of the person and opens one. @throws AppError `conflict` when the password is no longer `before` */
export function replacePassword(pool: Pool, { id, before, passwordHash, entry, session }: PasswordReplacement) {
  return inPrismaTransaction(pool, async ({ prisma, client }): Promise<void> => {
    const { count } = await prisma.adminUser.updateMany({
      where: { id, passwordHash: before },
      data: { passwordHash, mustChangePassword: false, firstPassword: null },
    });
    if (count === 0) throw new AppError("conflict", "the password was changed at the same moment");
    await endSessionsOf(prisma, id);
    await recordAudit(client, entry);
    await addSession(prisma, session);
  });
}

/** What a code of the second factor is checked against. */
export interface TotpState {
  readonly email: string;
  readonly secret: Uint8Array | null;
  readonly lastStep: number | null;
}

export interface TotpSpending {
  readonly id: string;
  readonly now: Date;
  /** The step of the code; null when it is wrong. */
  readonly check: (state: TotpState) => number | null;
  readonly then: "take" | "enable" | "remove";
}

/** Uses up a code, one after the other for each person. @returns false when it is wrong */
export function spendTotpCode(pool: Pool, { id, now, check, then }: TotpSpending): Promise<boolean> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock.
    await client.query("select from admin_users where id = $1 for update", [id]);
    const person = await prisma.adminUser.findUnique({
      where: { id },
      select: { email: true, totpSecret: true, totpEnabledAt: true, totpLastStep: true },
    });
    if (person === null) return false;
    const { email, totpSecret: secret, totpEnabledAt, totpLastStep } = person;
    const step = check({ email, secret, lastStep: totpLastStep === null ? null : Number(totpLastStep) });
    if (step === null) return false;
    const data = {
      take: { totpLastStep: step },
      enable: { totpLastStep: step, totpEnabledAt: totpEnabledAt ?? now },
      remove: { totpSecret: null, totpEnabledAt: null, totpLastStep: null },
    }[then];
    await prisma.adminUser.update({ where: { id }, data, select: { id: true } });
    if (then === "remove") await forgetUselessCodes({ prisma }, id);
    const entry = { actor: email, subject: id, at: now };
    if (then !== "take") {
      await recordAudit(client, { ...entry, action: then === "enable" ? "user.totp_on" : "user.totp_off" });
    }
    return true;
  });
}

/** Keeps `fresh` where the person has no secret yet. @returns the kept secret; null when the second factor is on */
export function beginTotp(
  pool: Pool,
  { id, fresh }: { readonly id: string; readonly fresh: Uint8Array },
): Promise<{ readonly email: string; readonly secret: Uint8Array } | null> {
  return viaPrisma(pool, async (prisma) => {
    const totpSecret = new Uint8Array(fresh);
    await prisma.adminUser.updateMany({ where: { id, totpSecret: null, totpEnabledAt: null }, data: { totpSecret } });
    const kept = await prisma.adminUser.findUnique({ where: { id } });
    if (kept === null || kept.totpEnabledAt !== null || kept.totpSecret === null) return null;
    return { email: kept.email, secret: kept.totpSecret };
  });
}

/** The first owner as the start prints it. */
export interface FirstPerson {
  readonly id: string;
  readonly email: string;
  /** Whether it is an owner with the first password. */
  readonly isFirst: boolean;
  readonly sealedPassword: Uint8Array | null;
}

export async function findFirstPerson(pool: Pool): Promise<FirstPerson | null> {
  // Stays SQL: hot path. Every start asks this once, and would wait a second for Prisma.
  const { rows } = await pool.query<FirstPerson>(
    `select id, email, first_password as "sealedPassword", must_change_password and role = 'owner' as "isFirst"
       from admin_users order by created_at, id limit 1`,
  );
  return rows[0] ?? null;
}

// Two starts at the same moment make one owner.
const FIRST_LOCK = 71_020;

/** @returns false when there is somebody already */
export function insertFirstOwner(
  pool: Pool,
  {
    owner,
    entry,
  }: { readonly owner: Omit<NewPerson, "role"> & { sealed: Uint8Array | null }; readonly entry: AuditEntry },
): Promise<boolean> {
  const { id, email, passwordHash, sealed, createdAt } = owner;
  return inTransaction(pool, async (client) => {
    // Stays SQL: row lock.
    await client.query("select pg_advisory_xact_lock($1)", [FIRST_LOCK]);
    const { rowCount } = await client.query(
      `insert into admin_users (id, email, role, password_hash, must_change_password, first_password, created_at)
       select $1, $2, 'owner', $3, true, $4, $5 where not exists (select from admin_users)`,
      [id, email, passwordHash, sealed && Buffer.from(sealed), createdAt],
    );
    if (rowCount === 0) return false;
    await recordAudit(client, entry);
    return true;
  });
}

/** The language in which a person reads the dashboard from now on, on every device. */
export async function setPersonLanguage(pool: Pool, { id, language }: { id: string; language: string }): Promise<void> {
  await viaPrisma(pool, (prisma) => prisma.adminUser.updateMany({ where: { id }, data: { language } }));
}
