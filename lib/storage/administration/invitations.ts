import { AppError } from "#lib/base/app-error.ts";
import type { Pool } from "../client.ts";
import { brokenUnique } from "../errors.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { type BothKinds, inPrismaTransaction, viaPrisma } from "../transaction.ts";
import { addPasskey, type NewPasskey, passkeyConflict } from "./passkeys.ts";
import { changePerson, clearSecrets } from "./people.ts";
import { addSession, type NewSessionRow } from "./sessions.ts";

// Links by which people come in: invitations, and resets of somebody who lost the password or the second factor.

export interface NewInvitation {
  readonly id: string;
  readonly tokenHash: Uint8Array;
  readonly email: string;
  readonly role: string;
  /** null: the command line. */
  readonly createdById: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface InvitationRow extends Omit<NewInvitation, "tokenHash"> {
  readonly userId: string | null;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

const INVITATION = {
  id: true,
  userId: true,
  email: true,
  role: true,
  createdById: true,
  createdAt: true,
  expiresAt: true,
  usedAt: true,
  revokedAt: true,
} as const;
const OPEN = { usedAt: null, revokedAt: null } as const;
const bytes = (from: Uint8Array) => new Uint8Array(from);

/** An older link for the same address ends. */
async function add(
  { prisma }: Pick<BothKinds, "prisma">,
  invitation: NewInvitation,
  userId: string | null,
): Promise<void> {
  const { email, createdAt, tokenHash } = invitation;
  await prisma.adminInvitation.updateMany({ where: { ...OPEN, email }, data: { revokedAt: createdAt } });
  await prisma.adminInvitation.create({ data: { ...invitation, tokenHash: bytes(tokenHash), userId } });
}

const OPEN_OF_ADDRESS = "admin_invitations_open";

interface Inviting {
  readonly invitation: NewInvitation;
  /** People and open invitations together. */
  readonly max: number;
  /** What ended before is forgotten. */
  readonly keptSince: Date;
  readonly entry: AuditEntry;
}

/** @throws AppError `conflict` when the address is a user's, or there are `max` people */
export async function insertInvitation(pool: Pool, { invitation, max, keptSince, entry }: Inviting): Promise<void> {
  const { email, createdAt: now } = invitation;
  try {
    await inPrismaTransaction(pool, async ({ prisma, client }) => {
      await prisma.adminInvitation.deleteMany({ where: { expiresAt: { lt: keptSince } } });
      const taken = await prisma.adminUser.findUnique({ where: { email }, select: { id: true } });
      if (taken !== null) throw new AppError("conflict", `${email} is a user already`);
      const [people, invited] = await Promise.all([
        prisma.adminUser.count(),
        prisma.adminInvitation.count({
          where: { ...OPEN, userId: null, expiresAt: { gt: now }, email: { not: email } },
        }),
      ]);
      if (people + invited >= max) throw new AppError("conflict", `there are ${max} people already`);
      await add({ prisma }, invitation, null);
      await recordAudit(client, entry);
    });
  } catch (cause) {
    if (brokenUnique(cause) !== OPEN_OF_ADDRESS) throw cause;
    throw new AppError("conflict", `${email} was invited at the same moment`, { cause });
  }
}

/**
 * Takes password and second factor away, ends all sessions and lifts pauses; the link is then the only way in.
 * @throws AppError `not_found` of somebody unknown or disabled; `conflict` where no owner could sign in any more
 */
export function insertReset(
  pool: Pool,
  { userId, entry, make }: { userId: string; entry: AuditEntry; make: (email: string, role: string) => NewInvitation },
): Promise<void> {
  return changePerson(pool, entry, async ({ prisma }) => {
    const person = await prisma.adminUser.findUnique({ where: { id: userId, disabledAt: null } });
    if (person === null) return { count: 0 };
    await clearSecrets(prisma, person);
    await add({ prisma }, make(person.email, person.role), userId);
    return prisma.adminUser.updateMany({
      where: { id: userId },
      data: { passwordHash: null, mustChangePassword: false },
    });
  });
}

/** With the name of its person, where a reset is of one. */
export function findInvitation(pool: Pool, tokenHash: Uint8Array) {
  return viaPrisma(pool, async (prisma) => {
    const invitation: InvitationRow | null = await prisma.adminInvitation.findUnique({
      where: { tokenHash: bytes(tokenHash) },
      select: INVITATION,
    });
    if (invitation === null) return null;
    const nameOf = async (id: string | null) =>
      id === null ? null : await prisma.adminUser.findUnique({ where: { id }, select: { name: true, email: true } });
    const [person, inviter] = [await nameOf(invitation.userId), await nameOf(invitation.createdById)];
    return { invitation, personName: person?.name ?? null, inviter: inviter?.name ?? inviter?.email ?? null };
  });
}

/** Those that still open something, the newest first. */
export function listInvitations(pool: Pool, now: Date) {
  return viaPrisma(
    pool,
    (prisma): Promise<InvitationRow[]> =>
      prisma.adminInvitation.findMany({
        where: { ...OPEN, expiresAt: { gt: now } },
        select: INVITATION,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      }),
  );
}

/** @throws AppError `not_found` when it is not open */
export function revokeInvitation(
  pool: Pool,
  { id, now, entryOf }: { id: string; now: Date; entryOf: (email: string) => AuditEntry },
): Promise<void> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const found = await prisma.adminInvitation.findUnique({ where: { id }, select: { email: true } });
    const { count } = await prisma.adminInvitation.updateMany({ where: { ...OPEN, id }, data: { revokedAt: now } });
    if (count !== 1 || found === null) throw new AppError("not_found", "there is no such open invitation");
    await recordAudit(client, entryOf(found.email));
  });
}

export interface JoinAcceptance {
  readonly tokenHash: Uint8Array;
  readonly now: Date;
  /** Of somebody new. */
  readonly newId: string;
  readonly name: string;
  /** What they sign in with from now on: one of the two. */
  readonly passwordHash: string | null;
  readonly passkey: ((userId: string) => NewPasskey) | null;
  sessionOf(userId: string): NewSessionRow;
  entryOf(person: { readonly id: string; readonly email: string; readonly isNew: boolean }): AuditEntry;
}

/**
 * Uses the link up, makes the person or gives them their new password, and opens a session: all or nothing.
 * @returns null when the link is not open any more
 * @throws AppError `conflict` when the passkey is somebody's already
 */
export async function acceptInvitation(
  pool: Pool,
  acceptance: JoinAcceptance,
): Promise<{ readonly userId: string } | null> {
  try {
    return await inPrismaTransaction(pool, (kinds) => acceptOnce(kinds, acceptance));
  } catch (cause) {
    throw passkeyConflict(cause);
  }
}

async function acceptOnce({ prisma, client }: BothKinds, acceptance: JoinAcceptance) {
  const { tokenHash, now, newId, name, passwordHash, passkey, sessionOf, entryOf } = acceptance;
  // The statement that uses it up decides which of two at once has it.
  const [used] = await prisma.adminInvitation.updateManyAndReturn({
    where: { ...OPEN, tokenHash: bytes(tokenHash), expiresAt: { gt: now } },
    data: { usedAt: now },
    select: INVITATION,
  });
  if (used === undefined) return null;
  const { email, role } = used;
  const userId = used.userId ?? newId;
  if (used.userId === null) {
    await prisma.adminUser.create({ data: { id: userId, email, role, name, passwordHash, createdAt: now } });
  } else {
    await prisma.adminUser.update({ where: { id: userId }, data: { name, passwordHash }, select: { id: true } });
  }
  if (passkey !== null) await addPasskey({ prisma }, passkey(userId));
  await addSession(prisma, sessionOf(userId));
  await recordAudit(client, entryOf({ id: userId, email, isNew: used.userId === null }));
  return { userId };
}
