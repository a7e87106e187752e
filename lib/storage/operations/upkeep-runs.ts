import type { Prisma } from "../../../prisma/generated/client.ts";
import type { Pool } from "../client.ts";
import { brokenUnique } from "../errors.ts";
import { inPrismaTransaction, run, statement, viaPrisma } from "../transaction.ts";
import { recordAudit } from "./audit-log.ts";

// Backups, restore drills and verifications of the ledger: asked for by a row, done by a worker, kept as history.

export type UpkeepKind = "backup" | "drill" | "verification";
export type UpkeepStep = "writing" | "verifying" | "starting" | "loading" | "checking" | "asking";
type UpkeepStatus = "waiting" | "running" | "done" | "failed";

/** Why a run failed; worded when it is read. */
export type UpkeepProblem =
  | "interrupted"
  | "no_space"
  | "no_backup"
  | "file_refused"
  | "no_scratch_database"
  | "database_refused"
  | "failed";

export interface UpkeepRun {
  readonly id: string;
  readonly kind: UpkeepKind;
  readonly status: UpkeepStatus;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly step: UpkeepStep | null;
  readonly stepsDone: number;
  readonly steps: number;
  readonly file: string | null;
  readonly report: Readonly<Record<string, unknown>>;
  readonly problem: UpkeepProblem | null;
}

/** Who asks where no person does. */
export const BY_SCHEDULE = "schedule";

export interface UpkeepRequest {
  readonly kind: UpkeepKind;
  readonly by: string;
  readonly at: Date;
}

/** @returns null when another one waits or runs */
export async function requestUpkeep(pool: Pool, { kind, by, at }: UpkeepRequest): Promise<string | null> {
  try {
    const data = { kind, requestedBy: by, requestedAt: at, checkAt: at };
    return String((await viaPrisma(pool, (prisma) => prisma.upkeepRun.create({ data }))).id);
  } catch (cause) {
    if (brokenUnique(cause) === "upkeep_one_at_a_time") return null;
    throw cause;
  }
}

/** Stays SQL: row lock. One of several workers gets it. */
const TAKE = `update upkeep_runs set status = 'running', started_at = $1, check_at = $2
  where id = (select id from upkeep_runs where status = 'waiting' for update skip locked limit 1)
  returning id::text, kind, requested_by as "requestedBy"`;

export async function takeUpkeep(
  pool: Pool,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<{ id: string; kind: UpkeepKind; requestedBy: string } | null> {
  const { rows } = await pool.query<{ id: string; kind: UpkeepKind; requestedBy: string }>(TAKE, [now, until]);
  return rows[0] ?? null;
}

/** Stays SQL: every worker asks it all the time, and one that has nothing to do loads no Prisma. */
const FAIL_INTERRUPTED = `update upkeep_runs set status = 'failed', problem = $1, ended_at = $2, check_at = null
  where status = 'running' and check_at < $2`;

/** Its worker has said nothing for too long: it is gone, and with it what it had begun. @returns how many */
export async function failInterrupted(pool: Pool, now: Date): Promise<number> {
  const problem: UpkeepProblem = "interrupted";
  return (await pool.query(FAIL_INTERRUPTED, [problem, now])).rowCount ?? 0;
}

interface RunProgress {
  readonly id: string;
  readonly until: Date;
  readonly step?: UpkeepStep;
  readonly done?: number;
  readonly of?: number;
}

/** Says that it is still at work, and how far it is. */
export async function noteProgress(pool: Pool, { id, until, step, done, of }: RunProgress): Promise<void> {
  const steps = step === undefined ? {} : { step, stepsDone: done ?? 0, steps: of ?? 0 };
  const where = { id: BigInt(id), status: "running" };
  await viaPrisma(pool, (prisma) => prisma.upkeepRun.updateMany({ where, data: { checkAt: until, ...steps } }));
}

interface UpkeepEnd {
  readonly id: string;
  readonly at: Date;
  readonly file: string | null;
  readonly report: Readonly<Record<string, unknown>>;
  readonly problem: UpkeepProblem | null;
  /** What is written down with it. */
  readonly audit: { readonly actor: string; readonly action: string; readonly rows?: number; readonly bytes?: number };
}

/** @returns false when it was given up in the meantime */
export const concludeUpkeep = (pool: Pool, end: UpkeepEnd): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { id, at, file, report, problem, audit } = end;
    const status = problem === null ? "done" : "failed";
    const data = { status, problem, file, report: report as Prisma.InputJsonObject, endedAt: at, checkAt: null };
    const { count } = await prisma.upkeepRun.updateMany({ where: { id: BigInt(id), status: "running" }, data });
    if (count === 0) return false;
    const { actor, action, ...figures } = audit;
    await recordAudit(client, { actor, action, subject: file, detail: figures, at });
    return true;
  });

// Stays SQL: the doctor of every quiet worker asks it, which loads no Prisma.
const NEWEST = statement("newest_upkeep_runs")`
  select id::text, kind, status, requested_by as "requestedBy", requested_at as "requestedAt", started_at as "startedAt",
         ended_at as "endedAt", step, steps_done as "stepsDone", steps, file, report, problem
    from upkeep_runs where kind = $1 order by upkeep_runs.id desc limit $2`;

/** Newest first. */
export const listUpkeep = async (
  pool: Pool,
  { kind, limit }: { readonly kind: UpkeepKind; readonly limit: number },
): Promise<UpkeepRun[]> => (await run<UpkeepRun>(pool, NEWEST, [kind, limit])).rows;

/** The one that waits or runs. */
export const upkeepUnderWay = (pool: Pool): Promise<UpkeepRun | null> =>
  viaPrisma(pool, async (prisma) => {
    const run = await prisma.upkeepRun.findFirst({ where: { checkAt: { not: null } } });
    if (run === null) return null;
    const { checkAt: _, ...shown } = run;
    return { ...shown, id: String(run.id) } as UpkeepRun;
  });

export interface BackupSettings {
  /** Hour of the day in Beijing; null: no backup by itself. */
  readonly backupHour: number | null;
  readonly backupsKept: number;
  /** Days between two restore drills; null: only when somebody asks for one. */
  readonly drillDays: number | null;
}

// Stays SQL: every worker asks it each minute, and a quiet one loads no Prisma.
const SETTINGS = statement("backup_settings")`
  select backup_hour as "backupHour", backups_kept as "backupsKept", drill_days as "drillDays" from upkeep_settings where id = 1`;

export async function readBackupSettings(pool: Pool): Promise<BackupSettings> {
  const { rows } = await run<BackupSettings>(pool, SETTINGS, []);
  const [settings] = rows;
  if (settings === undefined) throw new Error("upkeep_settings has no row");
  return settings;
}

export const keepBackupSettings = (
  pool: Pool,
  settings: BackupSettings,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    await prisma.upkeepSettings.update({ where: { id: 1 }, data: { ...settings, updatedAt: at } });
    const detail = { ...settings };
    await recordAudit(client, { actor: by, action: "backup.schedule", subject: null, detail, at });
  });

/** Changes with every step of a run that is under way. */
export const upkeepPulse = (run: UpkeepRun | null): string =>
  run === null ? "idle" : [run.id, run.status, run.step, run.stepsDone].join(":");
