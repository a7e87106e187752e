import { AppError } from "#lib/base/app-error.ts";
import type { Pool, PrismaClient } from "../client.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

// Sessions of the dashboard, and the pauses after wrong tries to sign in.

type Prisma = Pick<PrismaClient, "adminSession">;

export interface NewSessionRow {
  readonly id: string;
  readonly tokenHash: Uint8Array;
  readonly userId: string;
  readonly awaitsCode: boolean;
  readonly address: string;
  readonly agent: string;
  readonly createdAt: Date;
  readonly idleUntil: Date;
  readonly expiresAt: Date;
  readonly confirmedAt: Date | null;
}

export function insertSession(pool: Pool, session: NewSessionRow): Promise<void> {
  return viaPrisma(pool, (prisma) => addSession(prisma, session));
}

/** @throws AppError `conflict` when the session `id` has ended */
export function replaceSession(pool: Pool, { id, by }: { readonly id: string; readonly by: NewSessionRow }) {
  return inPrismaTransaction(pool, async ({ prisma }): Promise<void> => {
    const { count } = await prisma.adminSession.deleteMany({ where: { id, userId: by.userId } });
    if (count !== 1) throw new AppError("conflict", "the session has ended");
    await addSession(prisma, by);
  });
}

/** Deletes those that have ended, too. */
export async function addSession(prisma: Prisma, session: NewSessionRow): Promise<void> {
  const { tokenHash, createdAt } = session;
  await prisma.adminSession.deleteMany({ where: { idleUntil: { lt: createdAt } } });
  await prisma.adminSession.create({ data: { ...session, tokenHash: new Uint8Array(tokenHash), seenAt: createdAt } });
}

/** The session of this token while it lasts, with its person while they are not disabled. */
export function findSession(pool: Pool, { tokenHash, now }: { readonly tokenHash: Uint8Array; readonly now: Date }) {
  return viaPrisma(pool, async (prisma) => {
    const session = await prisma.adminSession.findUnique({
      where: { tokenHash: new Uint8Array(tokenHash), idleUntil: { gt: now } },
    });
    if (session === null) return null;
    const user = await prisma.adminUser.findUnique({
      where: { id: session.userId, disabledAt: null },
      include: { _count: { select: { passkeys: true } } },
    });
    return user === null ? null : { session, user };
  });
}

/** The last used first. */
export function listSessions(pool: Pool, { userId, now }: { readonly userId: string; readonly now: Date }) {
  return viaPrisma(pool, (prisma) =>
    prisma.adminSession.findMany({
      where: { userId, idleUntil: { gt: now }, awaitsCode: false },
      select: { id: true, address: true, agent: true, createdAt: true, seenAt: true },
      orderBy: [{ seenAt: "desc" }, { id: "desc" }],
    }),
  );
}

export async function noteSessionSeen(
  pool: Pool,
  { id, seenAt, idleUntil }: { readonly id: string; readonly seenAt: Date; readonly idleUntil: Date },
): Promise<void> {
  await viaPrisma(pool, (prisma) => prisma.adminSession.updateMany({ where: { id }, data: { seenAt, idleUntil } }));
}

export async function noteSessionConfirmed(
  pool: Pool,
  { id, confirmedAt }: { readonly id: string; readonly confirmedAt: Date },
): Promise<void> {
  await viaPrisma(pool, (prisma) =>
    prisma.adminSession.updateMany({ where: { id, awaitsCode: false }, data: { confirmedAt } }),
  );
}

/** @returns false when the person has no such session */
export function endSession(
  pool: Pool,
  { id, userId, entry }: { readonly id: string; readonly userId: string; readonly entry: AuditEntry },
): Promise<boolean> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.adminSession.deleteMany({ where: { id, userId } });
    if (count === 1) await recordAudit(client, entry);
    return count === 1;
  });
}

/** All of a person's but one. @returns how many ended */
export function endOtherSessions(
  pool: Pool,
  { userId, except, entryOf }: { userId: string; except: string; entryOf: (count: number) => AuditEntry },
): Promise<number> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.adminSession.deleteMany({ where: { userId, id: { not: except } } });
    if (count > 0) await recordAudit(client, entryOf(count));
    return count;
  });
}

export async function endSessionsOf(prisma: Prisma, userId: string): Promise<void> {
  await prisma.adminSession.deleteMany({ where: { userId } });
}

export interface CountedTry {
  readonly key: string;
  readonly now: Date;
  /** A try before this one is forgotten. */
  readonly since: Date;
  readonly triesMax: number;
  readonly firstPauseMs: number;
  readonly pauseMsMax: number;
}

/** In a pause nothing is counted; in a row of wrong ones each begins a pause twice as long as the last. */
// Stays SQL: row lock. The row decides in the statement that changes it, however many tries come at once.
const COUNT = `
  insert into admin_lockouts as l (key, failures, last_at) values ($1, 1, $2)
  on conflict (key) do update set
    failures = case when l.last_at < $3 then 1 else l.failures + 1 end,
    last_at = $2,
    locked_until = case when l.last_at >= $3 and l.failures + 1 >= $4
      then $2::timestamptz + least($6, $5 * power(2, least(l.failures + 1 - $4, 20))) * interval '1 millisecond' end
    where l.locked_until is null or l.locked_until <= $2
  returning locked_until as "lockedUntil"`;

/** @returns whether the try was counted, which it is not in a pause, and until when there is a pause */
export async function countTry(
  pool: Pool,
  { key, now, since, triesMax, firstPauseMs, pauseMsMax }: CountedTry,
): Promise<{ readonly counted: boolean; readonly lockedUntil: Date | null }> {
  const values = [key, now, since, triesMax, firstPauseMs, pauseMsMax];
  const { rows } = await pool.query<{ lockedUntil: Date | null }>(COUNT, values);
  if (rows[0] !== undefined) return { counted: true, lockedUntil: rows[0].lockedUntil };
  const paused = await viaPrisma(pool, (prisma) => prisma.adminLockout.findUnique({ where: { key } }));
  return { counted: false, lockedUntil: paused?.lockedUntil ?? null };
}

/** Takes one try back. */
export async function forgiveOneTry(pool: Pool, key: string): Promise<void> {
  await viaPrisma(pool, (prisma) =>
    prisma.adminLockout.updateMany({ where: { key, failures: { gt: 1 } }, data: { failures: { decrement: 1 } } }),
  );
}

/** Forgets the tries of this key, and all that are older than `since`. */
export async function forgetTries(
  pool: Pool,
  { key, since }: { readonly key: string; readonly since: Date },
): Promise<void> {
  await viaPrisma(pool, (prisma) =>
    prisma.adminLockout.deleteMany({ where: { OR: [{ key }, { lastAt: { lt: since } }] } }),
  );
}
