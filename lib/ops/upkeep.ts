import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { UPKEEP_LEASE_MS } from "#lib/base/limits.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
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
  type UpkeepStep,
} from "#lib/storage/operations/upkeep-runs.ts";
import { type LedgerVerdict, verifyLedger } from "./ledger/verify-ledger.ts";
import { makeBackup } from "./make-backup.ts";
import { rehearse } from "./rehearse.ts";
import { type FinishedRun, type Run, type UpkeepDeps, UpkeepFailure } from "./upkeep-deps.ts";

// Backups, restore drills and verifications of the ledger, of the dashboard and of the schedule, as a worker does them: one at a time, said while it goes on,
// and kept as history. A drill restores into a server of its own, so that nothing of it can reach the live database.

/** Where no backup is made by itself. */
const VERIFIED_AT_HOUR = 4;
/** Of a verification, in its row; `npm run cli -- verify-ledger` names all. */
const FINDINGS_KEPT = 20;
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

/** Asks for a drill so many days after the last one, once a backup is there that was made since. */
export async function requestScheduledDrill({
  pool,
  mode,
  clock,
}: Pick<UpkeepDeps, "pool" | "mode" | "clock">): Promise<void> {
  const { backupHour, drillDays } = await readBackupSettings(pool);
  if (backupHour === null || drillDays === null || (await mode()) !== "real") return;
  const now = clock.now();
  const [drill] = await listUpkeep(pool, { kind: "drill", limit: 1 });
  if (drill !== undefined) {
    const pauseMs = drill.status === "failed" ? DAY_MS : drillDays * DAY_MS;
    if (drill.requestedAt > addMs(now, -pauseMs)) return;
  }
  const [backup] = (await listUpkeep(pool, { kind: "backup", limit: 2 })).filter(({ status }) => status === "done");
  if (backup === undefined || (drill !== undefined && backup.requestedAt < drill.requestedAt)) return;
  await requestUpkeep(pool, { kind: "drill", by: BY_SCHEDULE, at: now });
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
    const said = cause instanceof Error ? cause.message.split("\n")[0]?.slice(0, 300) : undefined;
    // One that is only named has nothing more to say.
    const detail = said === problem ? undefined : said;
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
