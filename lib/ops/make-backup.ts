import { randomBytes } from "node:crypto";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { addMs, HOUR_MS, SECOND_MS } from "#lib/base/time.ts";
import { endBackupLog, noteBackupLog } from "#lib/storage/operations/backup-log.ts";
import { BY_SCHEDULE, listUpkeep, readBackupSettings, requestUpkeep } from "#lib/storage/operations/upkeep-runs.ts";
import { withLog } from "#lib/storage/operations/write-ahead-log.ts";
import { hexOf, verifyBackup, writeBackup } from "./backup.ts";
import { type OwnCluster, verifyBase, writeBase } from "./backups/base-file.ts";
import { removeLogBefore, shipLog } from "./backups/log-stream.ts";
import type { BackupStore } from "./backups/store.ts";
import { type FinishedRun, type Run, refuseFullDisk, type UpkeepDeps, UpkeepFailure } from "./upkeep-deps.ts";

// A backup of the embedded database is its server's files, and the log that follows is kept as it grows; of any other database it is a dump.

export interface BackupFile {
  readonly name: string;
  readonly bytes: number;
  readonly madeAt: Date;
}

/** One tells what it is by its end: a dump, or a server's files. */
const NAME = /^lingfu-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-\d{1,18}\.(backup|base)$/;
export const isBase = (name: string): boolean => name.endsWith(".base");

/** When it was begun. */
function begunAt(name: string): Date {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
}

/** Backups that we made, the newest first; other files there are not ours. */
export const listBackupFiles = async (store: BackupStore): Promise<BackupFile[]> =>
  (await store.list(""))
    .filter(({ name }) => NAME.test(name))
    .map(({ name, bytes, at }) => ({ name, bytes, madeAt: at }))
    .toSorted((one, other) => other.name.localeCompare(one.name));

/** The newest that was begun before the moment. */
export const latestFor = (files: readonly BackupFile[], until: Date | null): BackupFile | undefined =>
  files.find(({ name }) => until === null || (isBase(name) && begunAt(name) <= until));

export async function makeBackup(deps: UpkeepDeps, run: Run): Promise<FinishedRun> {
  const { store, clock, pool } = deps;
  const [last] = await listBackupFiles(store);
  refuseFullDisk(await store.freeBytes(), last?.bytes ?? 0);
  const cluster = await deps.cluster();
  const stamp = beijingTime(clock.now()).replaceAll(/[-:]/g, "").replace(" ", "-");
  const name = `lingfu-${stamp}-${run.id}.${cluster === null ? "backup" : "base"}`;
  run.say("writing");
  const made = await (cluster === null ? makeDump(deps, { run, name }) : makeBase(deps, { cluster, run, name })).catch(
    async (cause: unknown) => {
      if (cause instanceof UpkeepFailure) await store.remove(name);
      throw cause;
    },
  );
  const { backupsKept } = await readBackupSettings(pool);
  const files = await listBackupFiles(store);
  const old = files.slice(backupsKept);
  for (const { name: gone } of old) await store.remove(gone);
  const oldest = files.slice(0, backupsKept).findLast((each) => isBase(each.name));
  if (oldest !== undefined) await removeLogBefore(store, begunAt(oldest.name));
  return { ...made, report: { ...made.report, removed: old.length, place: store.place } };
}

async function makeDump(
  { store, databaseUrl: url, clock, keys, mode }: UpkeepDeps,
  { run, name }: { run: Run; name: string },
): Promise<FinishedRun> {
  const { seal, previousKeyId, all } = await keys();
  const onTable = (done: number, of: number) => run.say("writing", done, of);
  const options = { url, store, file: name, seal, previousKeyId, mode: await mode(), onTable };
  const made = await writeBackup(options, clock);
  run.say("verifying");
  await verifyBackup({ store, file: name }, all).catch((cause: unknown) => {
    throw new UpkeepFailure("file_refused", cause);
  });
  const figures = { rows: made.rows, bytes: made.bytes };
  return { file: name, figures, report: { ...figures, tables: Object.keys(made.tables).length } };
}

interface BaseRun {
  readonly cluster: OwnCluster;
  readonly run: Run;
  readonly name: string;
}

async function makeBase(deps: UpkeepDeps, { cluster, run, name }: BaseRun): Promise<FinishedRun> {
  const { store, clock } = deps;
  const { seal, previousKeyId, all } = await deps.keys();
  const stream = (await isContinuous(deps)) ? await streamOf(cluster) : newStream();
  const previous = previousKeyId === null ? null : hexOf(previousKeyId);
  const options = { cluster, store, name, stream, seal, mode: await deps.mode(), previousKeyId: previous };
  const bytes = await writeBase(options, clock);
  run.say("verifying");
  await verifyBase({ store, name, seals: all }).catch((cause: unknown) => {
    throw new UpkeepFailure("file_refused", cause);
  });
  return { file: name, figures: { bytes }, report: { bytes } };
}

const newStream = (): string => randomBytes(8).toString("hex");

/** The stream that the server keeps its log for; begins one where there is none, or where it was lost. */
async function streamOf({ superuserUrl }: OwnCluster): Promise<string> {
  for (let tries = 0; tries < LOG_TRIES; tries++) {
    const stream = await withLog(superuserUrl, async (log) => {
      const found = await log.position();
      if (found !== null && found !== "lost") return found.stream;
      if (found === "lost") await log.end();
      const begun = newStream();
      await log.begin(begun);
      return begun;
    });
    if (stream !== null) return stream;
    await new Promise((resolve) => setTimeout(resolve, SECOND_MS));
  }
  throw new Error("the log of the database is being read by another process all the time");
}
const LOG_TRIES = 60;

/** Whether the log is kept as it grows: where backups are made by themselves, and there is something to lose. */
const isContinuous = async ({ pool, mode }: Pick<UpkeepDeps, "pool" | "mode">): Promise<boolean> =>
  (await readBackupSettings(pool)).backupHour !== null && (await mode()) === "real";

/** One turn of keeping the log. What fails is noted, so that the doctor sees it, and tried again at the next turn. */
export async function keepBackupLog(deps: UpkeepDeps): Promise<void> {
  const { pool, store, clock, log } = deps;
  const cluster = await deps.cluster();
  if (cluster === null) return;
  const { superuserUrl } = cluster;
  if (!(await isContinuous(deps))) {
    if (await endBackupLog(pool)) await withLog(superuserUrl, (reader) => reader.end());
    return;
  }
  const at = clock.now();
  try {
    const shipped = await shipLog({ superuserUrl, store, clock, seal: async () => (await deps.keys()).seal });
    if (shipped === "busy") return;
    // Without a base the log is of no use: one is made at once, and not only at the schedule's hour.
    if (shipped === "off" || shipped === "lost") {
      await requestBase(deps);
      return noteBackupLog(pool, { at, problem: shipped === "lost" ? "lost" : "no_base" });
    }
    await noteBackupLog(pool, { at, problem: null });
  } catch (cause) {
    log.warn("backup.log_not_kept", { cause });
    await noteBackupLog(pool, { at, problem: "not_kept" });
  }
}

async function requestBase({ pool, clock }: UpkeepDeps): Promise<void> {
  const now = clock.now();
  const [last] = await listUpkeep(pool, { kind: "backup", limit: 1 });
  if (last !== undefined && last.requestedAt > addMs(now, -HOUR_MS) && last.status === "failed") return;
  await requestUpkeep(pool, { kind: "backup", by: BY_SCHEDULE, at: now });
}
