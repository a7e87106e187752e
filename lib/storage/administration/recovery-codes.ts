import { AppError } from "#lib/base/app-error.ts";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Pool } from "../client.ts";
import { raiseAlert } from "../operations/alerts.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction } from "../transaction.ts";

const bytes = (from: Uint8Array) => new Uint8Array(from);

export interface RecoveryCodeSet {
  readonly userId: string;
  readonly hashes: readonly Uint8Array[];
  readonly now: Date;
  readonly entry: AuditEntry;
}

/** The old ones end. @throws AppError `conflict` of somebody without a second factor */
export function replaceRecoveryCodes(pool: Pool, { userId, hashes, now, entry }: RecoveryCodeSet): Promise<void> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock. Of two sets made at the same moment, one is left.
    await client.query("select from admin_users where id = $1 for update", [userId]);
    const person = await prisma.adminUser.findUnique({
      where: { id: userId },
      select: { totpEnabledAt: true, _count: { select: { passkeys: true } } },
    });
    if (person === null || (person.totpEnabledAt === null && person._count.passkeys === 0)) {
      throw new AppError("conflict", "recovery codes stand in for a second factor, and there is none");
    }
    await prisma.adminRecoveryCode.deleteMany({ where: { userId } });
    await prisma.adminRecoveryCode.createMany({
      data: hashes.map((codeHash) => ({ userId, codeHash: bytes(codeHash), createdAt: now })),
    });
    await recordAudit(client, entry);
  });
}

export interface RecoveryCodeUse {
  readonly userId: string;
  readonly hash: Uint8Array;
  readonly now: Date;
  entryOf(left: number): AuditEntry;
  alertOf(left: number): AlertDraft;
}

/** Uses a code up, with its alert in the same commit. @returns false when it is none, or was used before */
export function spendRecoveryCode(pool: Pool, { userId, hash, now, entryOf, alertOf }: RecoveryCodeUse) {
  return inPrismaTransaction(pool, async ({ prisma, client }): Promise<boolean> => {
    // The statement that uses it up decides which of two at once has it.
    const where = { userId, codeHash: bytes(hash), usedAt: null };
    if ((await prisma.adminRecoveryCode.updateMany({ where, data: { usedAt: now } })).count !== 1) return false;
    const left = await prisma.adminRecoveryCode.count({ where: { userId, usedAt: null } });
    await recordAudit(client, entryOf(left));
    await raiseAlert(client, alertOf(left));
    return true;
  });
}
