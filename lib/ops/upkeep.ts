import { mkdir, readdir, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAppError } from "#lib/base/app-error.ts";
import { beijingDay, beijingMidnight, beijingTime } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import { DISK_BYTES_MIN, UPKEEP_LEASE_MS } from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, HOUR_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import type { AnchorHeads } from "#lib/storage/ledger/anchors.ts";
import type { Ended } from "#lib/storage/operations/ended-access.ts";
import { databaseBytes, readRestored, readSince } from "#lib/storage/operations/restored-database.ts";
import {
  BY_SCHEDULE,
  concludeUpkeep,
  failInterrupted,
  listUpkeep,
  noteProgress,
  readBackupSettings,
  requestUpkeep,
  takeUpkeep,
  type UpkeepKind,
  type UpkeepProblem,
  type UpkeepStep,
} from "#lib/storage/operations/upkeep-runs.ts";
import { type BackupSeal, type BackupSummary, restoreBackup, verifyBackup, writeBackup } from "./backup.ts";
import type { DrillReport } from "./drill-report.ts";
import { type LedgerVerdict, verifyLedger } from "./ledger/verify-ledger.ts";

// Backups, restore drills and verifications of the ledger, of the dashboard and of the schedule, as a worker does them: one at a time, said while it goes on,
// and kept as history. A drill restores into a server of its own, so that nothing of it can reach the live database.

/** A server that is thrown away afterwards. */
interface ScratchServer {
  url(database: string): string;
  stop(): Promise<void>;
}

/** The master keys of the moment. */
interface BackupKeys {
  readonly seal: BackupSeal;
  readonly previousKeyId: Uint8Array | null;
  readonly all: readonly BackupSeal[];
}

export interface UpkeepDeps {
  readonly pool: Database["pool"];
  readonly databaseUrl: string;
  /** Where backups lie. */
  readonly folder: string;
  readonly keys: () => Promise<BackupKeys>;
  readonly mode: () => Promise<BackupSummary["mode"]>;
  /** What was ended after the backup, as a restore would end it again. */
  readonly ended: () => Promise<readonly Ended[]>;
  readonly openScratch: () => Promise<ScratchServer>;
  /** The ledger's anchors that were kept in a file; none where they go to an address. */
  readonly readOutside: () => Promise<readonly AnchorHeads[]>;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
}

export interface BackupFile {
  readonly name: string;
  readonly bytes: number;
  readonly madeAt: Date;
}

/** Where no backup is made by itself. */
const VERIFIED_AT_HOUR = 4;
/** Of a verification, in its row; `npm run cli -- verify-ledger` names all. */
const FINDINGS_KEPT = 20;
const NAME = /^lingfu-(\d{8})-(\d{6})-\d{1,18}\.backup$/;

/** Backups in the folder that we made, the newest first; other files there are not ours. */
export async function listBackupFiles(folder: string): Promise<BackupFile[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  const files = await Promise.all(
    names
      .filter((name) => NAME.test(name))
      .map(async (name) => {
        const found = await stat(path.join(folder, name)).catch(() => null);
        return found?.isFile() ? [{ name, bytes: found.size, madeAt: found.mtime }] : [];
      }),
  );
  return files.flat().toSorted((one, other) => other.name.localeCompare(one.name));
}

export const backupFolder = (dataDir: string): string => path.join(dataDir, "backups");

class UpkeepFailure extends Error {
  readonly problem: UpkeepProblem;

  constructor(problem: UpkeepProblem, cause?: unknown) {
    super(cause instanceof Error ? cause.message : problem, { cause });
    this.problem = problem;
  }
}

interface Run {
  readonly id: string;
  readonly kind: UpkeepKind;
  readonly requestedBy: string;
  say(step: UpkeepStep, done?: number, of?: number): void;
}

interface FinishedRun {
  readonly file: string | null;
  readonly report: Readonly<Record<string, unknown>>;
  readonly figures: { readonly rows: number; readonly bytes?: number };
}

/** Asks for today's backup once its hour has come; one that failed is tried again an hour later. */
export async function requestScheduledBackup({ pool, mode, clock }: UpkeepDeps): Promise<void> {
  const { backupHour } = await readBackupSettings(pool);
  if (backupHour === null || (await mode()) !== "real") return;
  const now = clock.now();
  const due = addMs(beijingMidnight(beijingDay(now)), backupHour * HOUR_MS);
  if (now < due) return;
  const since = (await listUpkeep(pool, { kind: "backup", limit: 50 })).filter(({ requestedAt }) => requestedAt >= due);
  if (since.some(({ status }) => status !== "failed")) return;
  if (since.some(({ requestedAt }) => requestedAt > addMs(now, -HOUR_MS))) return;
  await requestUpkeep(pool, { kind: "backup", by: BY_SCHEDULE, at: now });
}

/** Asks for the day's verification, once the schedule's hour has come and its backup is made. */
export async function requestScheduledVerification({ pool, mode, clock }: UpkeepDeps): Promise<void> {
  const { backupHour } = await readBackupSettings(pool);
  if ((await mode()) !== "real") return;
  const now = clock.now();
  const due = addMs(beijingMidnight(beijingDay(now)), (backupHour ?? VERIFIED_AT_HOUR) * HOUR_MS);
  if (now < due) return;
  const [last] = await listUpkeep(pool, { kind: "verification", limit: 1 });
  if (last !== undefined && last.requestedAt >= due) {
    if (last.status !== "failed" || last.requestedAt > addMs(now, -HOUR_MS)) return;
  }
  await requestUpkeep(pool, { kind: "verification", by: BY_SCHEDULE, at: now });
}

/** Does what waits. @returns `done` when nothing did */
export async function takeTurn(deps: UpkeepDeps): Promise<"again" | "done"> {
  const { pool, clock, log } = deps;
  const until = () => addMs(clock.now(), UPKEEP_LEASE_MS);
  await failInterrupted(pool, clock.now());
  const taken = await takeUpkeep(pool, { now: clock.now(), until: until() });
  if (taken === null) return "done";
  // What is said on the way may come late or not at all; the end is what counts.
  let saying: Promise<void> = Promise.resolve();
  const note = (said: { step?: UpkeepStep; done?: number; of?: number } = {}) => {
    saying = saying.then(() => noteProgress(pool, { id: taken.id, until: until(), ...said })).catch(() => undefined);
  };
  const alive = setInterval(note, UPKEEP_LEASE_MS / 4);
  const run: Run = { ...taken, say: (step, done = 0, of = 0) => note({ step, done, of }) };
  const { work, done, broken } = WORK_OF[taken.kind];
  const audit = { actor: taken.requestedBy, action: done };
  try {
    const { file, report, figures } = await work(deps, run);
    clearInterval(alive);
    await saying;
    const end = { id: taken.id, at: clock.now(), file, report, problem: null, audit: { ...audit, ...figures } };
    await concludeUpkeep(pool, end);
    log.info("upkeep.done", { kind: taken.kind, file, ...figures });
  } catch (cause) {
    clearInterval(alive);
    await saying;
    const problem = cause instanceof UpkeepFailure ? cause.problem : "failed";
    const detail = cause instanceof Error ? cause.message.split("\n")[0]?.slice(0, 300) : undefined;
    log.warn("upkeep.failed", { kind: taken.kind, problem, cause });
    const failure = {
      id: taken.id,
      at: clock.now(),
      file: null,
      report: detail === undefined ? {} : { detail },
      problem,
    };
    await concludeUpkeep(pool, { ...failure, audit: { actor: taken.requestedBy, action: broken } });
  }
  return "again";
}

interface UpkeepWork {
  readonly work: (deps: UpkeepDeps, run: Run) => Promise<FinishedRun>;
  /** What the audit log says of it. */
  readonly done: string;
  readonly broken: string;
}

const WORK_OF: Readonly<Record<UpkeepKind, UpkeepWork>> = {
  backup: { work: makeBackup, done: "backup.made", broken: "backup.failed" },
  drill: { work: rehearse, done: "backup.rehearsed", broken: "backup.rehearsal_failed" },
  verification: { work: verify, done: "ledger.verified", broken: "ledger.verification_failed" },
};

/** With the anchors that were kept in a file; those at an address are compared by whoever holds them. */
async function verify({ databaseUrl: url, readOutside }: UpkeepDeps, run: Run): Promise<FinishedRun> {
  const onProgress = (done: number, of: number) => run.say("checking", done, of);
  run.say("checking");
  const verdict: LedgerVerdict = await verifyLedger({ url, outside: await readOutside(), onProgress });
  const rows = verdict.chains.journal.chained + verdict.chains.audit.chained;
  const findings = verdict.findings.slice(0, FINDINGS_KEPT);
  const more = verdict.more + verdict.findings.length - findings.length;
  return { file: null, report: { ...verdict, findings, more }, figures: { rows } };
}

async function makeBackup(deps: UpkeepDeps, run: Run): Promise<FinishedRun> {
  const { pool, folder, clock, databaseUrl: url } = deps;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [last] = await listBackupFiles(folder);
  await refuseFullDisk(folder, last?.bytes ?? 0);
  const { seal, previousKeyId, all } = await deps.keys();
  const stamp = beijingTime(clock.now()).replaceAll(/[-:]/g, "").replace(" ", "-");
  const name = `lingfu-${stamp}-${run.id}.backup`;
  const file = path.join(folder, name);
  run.say("writing");
  const onTable = (done: number, of: number) => run.say("writing", done, of);
  const made = await writeBackup({ url, file, seal, previousKeyId, mode: await deps.mode(), onTable }, clock);
  run.say("verifying");
  await verifyBackup(file, all).catch(async (cause: unknown) => {
    await rm(file, { force: true });
    throw new UpkeepFailure("file_refused", cause);
  });
  const { backupsKept } = await readBackupSettings(pool);
  const old = (await listBackupFiles(folder)).slice(backupsKept);
  for (const { name: gone } of old) await rm(path.join(folder, gone), { force: true });
  const figures = { rows: made.rows, bytes: made.bytes };
  return { file: name, figures, report: { ...figures, tables: Object.keys(made.tables).length, removed: old.length } };
}

async function rehearse(deps: UpkeepDeps, run: Run): Promise<FinishedRun> {
  const { pool, folder, clock } = deps;
  const [latest] = await listBackupFiles(folder);
  if (latest === undefined) throw new UpkeepFailure("no_backup");
  const startedAt = performance.now();
  const file = path.join(folder, latest.name);
  const { all } = await deps.keys();
  run.say("verifying");
  const summary = await verifyBackup(file, all).catch((cause: unknown) => {
    throw new UpkeepFailure("file_refused", cause);
  });
  run.say("starting");
  // Twice: the rows, and the write-ahead log of loading them.
  await refuseFullDisk(tmpdir(), 2 * (await databaseBytes(pool)));
  const scratch = await deps.openScratch().catch((cause: unknown) => {
    throw new UpkeepFailure("no_scratch_database", cause);
  });
  try {
    const url = scratch.url("lingfu_drill");
    const onTable = (done: number, of: number) => run.say("loading", done, of);
    const ended = await deps.ended();
    await restoreBackup({ url, file, seals: all, ended, onTable }, clock).catch((cause: unknown) => {
      throw new UpkeepFailure(isAppError(cause) ? "file_refused" : "database_refused", cause);
    });
    run.say("checking");
    const found = await readRestored(url);
    const { ok, findings, more } = await verifyLedger({ url });
    const newestAt = found.newestOrder === null ? null : new Date(found.newestOrder.createdAt);
    const report: DrillReport = {
      ...found,
      ledgerFindings: ok ? 0 : findings.length + more,
      backupAt: summary.createdAt,
      rows: summary.rows,
      tables: Object.keys(summary.tables).length,
      since: await readSince(pool, newestAt),
      ms: Math.round(performance.now() - startedAt),
    };
    return { file: latest.name, report, figures: { rows: summary.rows, bytes: latest.bytes } };
  } finally {
    await scratch.stop();
  }
}

async function refuseFullDisk(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < DISK_BYTES_MIN + needed) throw new UpkeepFailure("no_space");
}
