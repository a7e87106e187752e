import { AppError } from "#lib/base/app-error.ts";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Pool } from "../client.ts";
import { brokenUnique } from "../errors.ts";
import { raiseAlert } from "../operations/alerts.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { type BothKinds, inPrismaTransaction, viaPrisma } from "../transaction.ts";

// Passkeys of the dashboard's people, and the challenges that they sign.

export interface NewPasskey {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly rpId: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly isSynced: boolean;
  readonly name: string;
  readonly createdAt: Date;
}

const bytes = (from: Uint8Array) => new Uint8Array(from);

/** The oldest first. */
export function listPasskeys(pool: Pool, userId: string) {
  return viaPrisma(pool, (prisma) =>
    prisma.adminPasskey.findMany({ where: { userId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] }),
  );
}

/** With its person. */
export function findPasskey(pool: Pool, credentialId: Uint8Array) {
  return viaPrisma(pool, (prisma) =>
    prisma.adminPasskey.findUnique({ where: { credentialId: bytes(credentialId) }, include: { user: true } }),
  );
}

export async function addPasskey({ prisma }: Pick<BothKinds, "prisma">, passkey: NewPasskey): Promise<void> {
  const { credentialId, publicKey, transports } = passkey;
  await prisma.adminPasskey.create({
    data: {
      ...passkey,
      credentialId: bytes(credentialId),
      publicKey: bytes(publicKey),
      transports: [...transports],
    },
  });
}

/** Says what a unique index refused, in words. */
export function passkeyConflict(cause: unknown): unknown {
  if (brokenUnique(cause) !== "admin_passkeys_credential_id_key") return cause;
  return new AppError("conflict", "this passkey is registered already", { cause });
}

/** @throws AppError `conflict` when it is registered already, or the person has `max` */
export async function insertPasskey(
  pool: Pool,
  { passkey, max, entry }: { readonly passkey: NewPasskey; readonly max: number; readonly entry: AuditEntry },
): Promise<void> {
  const { userId } = passkey;
  try {
    await inPrismaTransaction(pool, async ({ prisma, client }) => {
      // Stays SQL: row lock.
      await client.query("select from admin_users where id = $1 for update", [userId]);
      if ((await prisma.adminPasskey.count({ where: { userId } })) >= max) {
        throw new AppError("conflict", `a person may have ${max} passkeys`);
      }
      await addPasskey({ prisma }, passkey);
      await recordAudit(client, entry);
    });
  } catch (cause) {
    throw passkeyConflict(cause);
  }
}

interface OwnPasskey {
  readonly id: string;
  readonly userId: string;
  readonly entry: AuditEntry;
}

/** @throws AppError `not_found` */
export function renamePasskey(pool: Pool, { id, userId, entry, name }: OwnPasskey & { name: string }): Promise<void> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.adminPasskey.updateMany({ where: { id, userId }, data: { name } });
    if (count !== 1) throw new AppError("not_found", "there is no such passkey");
    await recordAudit(client, entry);
  });
}

/** @throws AppError `not_found`; `conflict` when it is all that the person can sign in with */
export function deletePasskey(pool: Pool, { id, userId, entry }: OwnPasskey): Promise<void> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock. Two passkeys removed at the same moment must see each other.
    await client.query("select from admin_users where id = $1 for update", [userId]);
    const { count } = await prisma.adminPasskey.deleteMany({ where: { id, userId } });
    if (count !== 1) throw new AppError("not_found", "there is no such passkey");
    const person = await prisma.adminUser.findUniqueOrThrow({
      where: { id: userId },
      select: { passwordHash: true, _count: { select: { passkeys: true } } },
    });
    if (person.passwordHash === null && person._count.passkeys === 0) {
      throw new AppError("conflict", "it is the only way to sign in; set a password first");
    }
    await forgetUselessCodes({ prisma }, userId);
    await recordAudit(client, entry);
  });
}

/** Recovery codes stand in for a second factor; without one they would be a password of their own. */
export async function forgetUselessCodes({ prisma }: Pick<BothKinds, "prisma">, userId: string): Promise<void> {
  const factors = await prisma.adminUser.findUnique({
    where: { id: userId },
    select: { totpEnabledAt: true, _count: { select: { passkeys: true } } },
  });
  if (factors !== null && factors.totpEnabledAt === null && factors._count.passkeys === 0) {
    await prisma.adminRecoveryCode.deleteMany({ where: { userId } });
  }
}

export interface PasskeyUse {
  readonly id: string;
  readonly counter: number;
  readonly isSynced: boolean;
  readonly now: Date;
  /** Written where the counter went back. */
  readonly copied: { readonly entry: AuditEntry; readonly alert: AlertDraft };
}

// Stays SQL: row lock. The counter decides in the statement that changes it, however many come at once.
const USE = `
  update admin_passkeys set counter = $2, is_synced = $3, last_used_at = $4
   where id = $1 and suspended_at is null and (counter < $2 or (counter = 0 and $2 = 0))`;
const SUSPEND = "update admin_passkeys set suspended_at = $2 where id = $1 and suspended_at is null";

/** @returns false when its counter has gone back, as a copy's would: it is suspended then, and an alert raised */
export function notePasskeyUsed(pool: Pool, { id, counter, isSynced, now, copied }: PasskeyUse): Promise<boolean> {
  return inPrismaTransaction(pool, async ({ client }) => {
    if ((await client.query(USE, [id, counter, isSynced, now])).rowCount === 1) return true;
    if ((await client.query(SUSPEND, [id, now])).rowCount === 1) {
      await recordAudit(client, copied.entry);
      await raiseAlert(client, copied.alert);
    }
    return false;
  });
}

export interface ChallengeKey {
  readonly hash: Uint8Array;
  readonly purpose: "register" | "join" | "sign_in" | "second_factor" | "confirm";
  /** null at the sign-in. */
  readonly userId: string | null;
  /** The session or the invitation; null at the sign-in. */
  readonly askedBy: string | null;
}

/** Deletes those that have ended, too. */
export async function insertChallenge(
  pool: Pool,
  { hash, now, ...rest }: ChallengeKey & { readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await viaPrisma(pool, async (prisma) => {
    await prisma.adminChallenge.deleteMany({ where: { expiresAt: { lt: now } } });
    await prisma.adminChallenge.create({ data: { ...rest, challengeHash: bytes(hash) } });
  });
}

/** Uses a challenge up. @returns whether it was there, for this very purpose and person; true once */
export async function takeChallenge(
  pool: Pool,
  { hash, now, ...rest }: ChallengeKey & { readonly now: Date },
): Promise<boolean> {
  const where = { ...rest, challengeHash: bytes(hash), expiresAt: { gt: now } };
  return (await viaPrisma(pool, (prisma) => prisma.adminChallenge.deleteMany({ where }))).count === 1;
}

/** For whom a challenge of an invitation was made, whose person is not there yet. @returns null unless it was there; once */
export function takeJoinChallenge(
  pool: Pool,
  { hash, askedBy, now }: { readonly hash: Uint8Array; readonly askedBy: string; readonly now: Date },
): Promise<string | null> {
  return inPrismaTransaction(pool, async ({ prisma }) => {
    const where = { challengeHash: bytes(hash), purpose: "join", askedBy, expiresAt: { gt: now } };
    const challenge = await prisma.adminChallenge.findFirst({ where, select: { userId: true } });
    const { count } = await prisma.adminChallenge.deleteMany({ where });
    return count === 1 ? (challenge?.userId ?? null) : null;
  });
}
