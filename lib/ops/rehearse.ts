import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAppError } from "#lib/base/app-error.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { databaseBytes, readRestored, readSince } from "#lib/storage/operations/restored-database.ts";
import { restoreBackup, verifyBackup } from "./backup.ts";
import { concludeServer, fillServer } from "./backups/restore-base.ts";
import type { DrillReport } from "./drill-report.ts";
import { verifyLedger } from "./ledger/verify-ledger.ts";
import { type BackupFile, isBase, listBackupFiles } from "./make-backup.ts";
import { type FinishedRun, type Run, refuseFullDisk, type UpkeepDeps, UpkeepFailure } from "./upkeep-deps.ts";

// A restore drill: the latest backup in a server of its own, so that nothing of it can reach the live database; then the books are checked, and WeChat
// is asked for what the restored database does not have.

interface Rehearsed {
  readonly url: string;
  /** What was committed before is in it. */
  readonly upTo: Date;
  readonly rows: number | null;
  readonly tables: number | null;
  readonly hasGap: boolean;
  stop(): Promise<void>;
}

export async function rehearse(deps: UpkeepDeps, run: Run): Promise<FinishedRun> {
  const { pool, store } = deps;
  const [latest] = await listBackupFiles(store);
  if (latest === undefined) throw new UpkeepFailure("no_backup");
  const startedAt = performance.now();
  run.say("verifying");
  // Twice: the rows, and the write-ahead log of loading them.
  const { bavail, bsize } = await statfs(tmpdir());
  refuseFullDisk(bavail * bsize, 2 * (await databaseBytes(pool)));
  const restored = await (isBase(latest.name)
    ? restoreBase(deps, { run, latest })
    : restoreDump(deps, { run, latest }));
  try {
    const { url, upTo, rows, tables } = restored;
    run.say("checking");
    const found = await readRestored(url);
    const { ok, findings, more } = await verifyLedger({ url });
    const restoredMs = Math.round(performance.now() - startedAt);
    const report: DrillReport = {
      ...found,
      ...{ rows, tables, hasGap: restored.hasGap },
      ledgerFindings: ok ? 0 : findings.length + more,
      backupAt: latest.madeAt.toISOString(),
      upTo: upTo.toISOString(),
      since: await readSince(pool, upTo),
      gap: await fillGap(deps, { run, url }),
      place: store.place,
      restoredMs,
      ms: Math.round(performance.now() - startedAt),
    };
    const figures = rows === null ? { bytes: latest.bytes } : { rows, bytes: latest.bytes };
    return { file: latest.name, report, figures };
  } finally {
    await restored.stop();
  }
}

/** Last: what it books makes the restored database another one than the backup. */
async function fillGap(deps: UpkeepDeps, { run, url }: { run: Run; url: string }): Promise<DrillReport["gap"]> {
  run.say("asking");
  return deps.fillGap(url).catch((cause: unknown) => {
    deps.log.warn("drill.gap_not_filled", { cause });
    return null;
  });
}

interface Latest {
  readonly run: Run;
  readonly latest: BackupFile;
}

async function restoreBase(deps: UpkeepDeps, { run, latest }: Latest): Promise<Rehearsed> {
  const { store, clock } = deps;
  const { all } = await deps.keys();
  run.say("loading");
  let filled: Awaited<ReturnType<typeof fillServer>> | null = null;
  const fill = async (folder: string) => {
    const point = { store, name: latest.name, seals: all, until: null };
    filled = await fillServer(point, { folder, postgres: deps.postgres() }).catch((cause: unknown) => {
      throw new UpkeepFailure(isAppError(cause) ? "file_refused" : "failed", cause);
    });
    return filled.secrets;
  };
  const scratch = await deps.openRestored({ fill }).catch((cause: unknown) => {
    throw cause instanceof UpkeepFailure ? cause : new UpkeepFailure("no_scratch_database", cause);
  });
  try {
    const { upTo, hasGap } = filled as unknown as Awaited<ReturnType<typeof fillServer>>;
    const url = scratch.url("lingfu");
    await concludeServer(url, { upTo, ended: await deps.ended() }, clock);
    await migrate(url);
    return { url, upTo, hasGap, rows: null, tables: null, stop: scratch.stop };
  } catch (cause) {
    await scratch.stop();
    throw new UpkeepFailure("database_refused", cause);
  }
}

async function restoreDump(deps: UpkeepDeps, { run, latest }: Latest): Promise<Rehearsed> {
  const { store, clock } = deps;
  const { all } = await deps.keys();
  const place = { store, file: latest.name };
  const summary = await verifyBackup(place, all).catch((cause: unknown) => {
    throw new UpkeepFailure("file_refused", cause);
  });
  run.say("starting");
  const scratch = await deps.openScratch().catch((cause: unknown) => {
    throw new UpkeepFailure("no_scratch_database", cause);
  });
  try {
    const url = scratch.url("lingfu_drill");
    const onTable = (done: number, of: number) => run.say("loading", done, of);
    await restoreBackup({ ...place, url, seals: all, ended: await deps.ended(), onTable }, clock);
    const tables = Object.keys(summary.tables).length;
    return { url, upTo: new Date(summary.createdAt), hasGap: false, rows: summary.rows, tables, stop: scratch.stop };
  } catch (cause) {
    await scratch.stop();
    throw new UpkeepFailure(isAppError(cause) ? "file_refused" : "database_refused", cause);
  }
}
