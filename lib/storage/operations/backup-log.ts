import type { Pool } from "../client.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// How far the log of the embedded database is kept outside of it: what would be lost by now. One row, and only while it is kept.

export type BackupLogProblem = "no_base" | "lost" | "not_kept";

export interface BackupLogState {
  /** What was committed before is kept; null: nothing yet. */
  readonly keptUpTo: Date | null;
  readonly checkedAt: Date;
  readonly problem: BackupLogProblem | null;
}

export const readBackupLog = (pool: Pool): Promise<BackupLogState | null> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.backupLog.findUnique({ where: { id: 1 } });
    return row === null ? null : (row as BackupLogState);
  });

export const noteBackupLog = (
  pool: Pool,
  { at, problem }: { readonly at: Date; readonly problem: BackupLogProblem | null },
): Promise<void> =>
  viaPrisma(pool, async (prisma) => {
    const kept = problem === null ? { keptUpTo: at } : {};
    const data = { ...kept, problem, checkedAt: at };
    await prisma.backupLog.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data });
  });

// Stays SQL: every worker that keeps no log asks for it, and a quiet one loads no Prisma.
const END = statement("end_backup_log")`delete from backup_log where id = 1`;

/** @returns whether it was kept */
export const endBackupLog = async (pool: Pool): Promise<boolean> => ((await run(pool, END, [])).rowCount ?? 0) > 0;
