import { statfs } from "node:fs/promises";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { type Finding, failed, notApplicable, ok, unknown, warn } from "#lib/base/finding.ts";
import {
  ANCHOR_LATE_MS,
  BACKUP_FRESH_MS,
  BACKUP_LOG_LAG_MS,
  CHAIN_LAG_MS,
  DISK_BYTES_LOW,
  DISK_BYTES_MIN,
  DRILL_OLD_MS,
  REPLICA_AGE_MAX_MS,
  SWEEP_LAG_S_BAD,
  SWEEP_LAG_S_WARN,
  WORKER_SEEN_MS,
} from "#lib/base/limits.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import type { ConnectionFault, ConnectionReport } from "#lib/storage/connection-checks.ts";
import { oldestUnkeptAnchor } from "#lib/storage/ledger/anchors.ts";
import { readChainState } from "#lib/storage/ledger/chain-state.ts";
import { migrationState } from "#lib/storage/migrate.ts";
import { readBacklog } from "#lib/storage/operations/backlog.ts";
import { readBackupLog } from "#lib/storage/operations/backup-log.ts";
import { lastBackup, readNotices, readWebhookTrouble } from "#lib/storage/operations/doctor.ts";
import { seenLately } from "#lib/storage/operations/heartbeats.ts";
import { readUntrustedProxies } from "#lib/storage/operations/untrusted-proxies.ts";
import type { ReplicaState } from "#lib/storage/replica.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";
import { lastOutcomes } from "../drill-report.ts";
import { lastVerification } from "../ledger/last-verification.ts";
import { settingsCheck } from "./database-settings.ts";
import type { Examination } from "./run-examinations.ts";

export interface Installation {
  readonly pool: Database["pool"];
  readonly dataDir: string;
  readonly now: Date;
  /** The account of the notices; null where no account is active. */
  readonly accountId: string | null;
  readonly sandbox: boolean;
  /** Throws where the keys at hand are not this database's. */
  readonly checkMasterKey: () => Promise<void>;
  readonly checkConnections: () => Promise<ConnectionReport>;
  /** Absent without a replica. */
  readonly checkReplica?: (() => Promise<ReplicaState>) | undefined;
}

/** Our own machine and processes. */
export const installationChecks = (installation: Installation): Examination[] => [
  { checks: ["database"], run: async () => [await examineDatabase(installation)] },
  { checks: ["database_connections"], run: async () => [await examineConnections(installation)] },
  settingsCheck(installation.pool, installation),
  ...replicaCheck(installation),
  { checks: ["migrations"], run: async () => [await examineMigrations(installation)] },
  { checks: ["master_key"], run: async () => [await examineMasterKey(installation)] },
  { checks: ["proxy"], run: async () => [await examineProxy(installation)] },
  { checks: ["worker"], run: async () => [await examineWorker(installation)] },
  { checks: ["sweeps"], run: async () => [await examineSweeps(installation)] },
  { checks: ["webhooks"], run: async () => [await examineWebhooks(installation)] },
  { checks: ["backups"], run: async () => [await examineBackups(installation)] },
  { checks: ["ledger"], run: async () => [await examineLedger(installation)] },
  { checks: ["last_notify"], run: async () => [await examineNotices(installation)] },
  diskCheck(installation.dataDir),
];

export const diskCheck = (dataDir: string): Examination => ({
  checks: ["disk"],
  run: async () => [await examineDisk(dataDir)],
});

const SLOW_MS = 200;
const TRIES = 3;

/** The best of some tries: a busy moment of this machine is not the database's. */
async function latencyOf(pool: Installation["pool"]): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries++) {
    const started = performance.now();
    await pool.query("select 1");
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

async function examineDatabase({ pool }: Installation): Promise<Finding> {
  try {
    const { rows } = await pool.query<{ version: string; role: string; rolsuper: boolean }>(
      `select current_setting('server_version') as version, current_user as role, rolsuper from pg_roles
        where rolname = current_user`,
    );
    const ms = await latencyOf(pool);
    const evidence = say("databaseAnswers", { version: rows[0]?.version ?? "?", ms: ms.toFixed(1) });
    if (rows[0]?.rolsuper === true)
      return warn("database", say("isSuperuser", { evidence, role: rows[0].role }), PLAIN_ROLE);
    if (ms < SLOW_MS) return ok("database", evidence);
    return warn("database", evidence, say("databaseSlow"));
  } catch (cause) {
    const why = causeOf(cause);
    return failed("database", say("cannotBeReached", { why }), say("startDatabase"));
  }
}

const PLAIN_ROLE: Sentence = say("givePlainRole");

const FAULTS: Readonly<Record<ConnectionFault, readonly [evidence: Sentence, next: Sentence]>> = {
  notifications: [say("notificationsLost"), say("setListenUrl")],
  parameters: [say("poolerRefusesParameters"), say("setListenUrl")],
  prepared: [say("preparedLost"), say("setPrepared")],
  transactions: [say("transactionsRefused"), say("setPoolMode")],
};

/** What a connection pooler between us and Postgres takes away. */
async function examineConnections({ checkConnections }: Installation): Promise<Finding> {
  const check = "database_connections";
  let report: ConnectionReport;
  try {
    report = await checkConnections();
  } catch (cause) {
    return unknown(check, say("cannotBeReached", { why: causeOf(cause) }));
  }
  if (report.fault !== null) return failed(check, ...FAULTS[report.fault]);
  if (!report.pooled) return ok(check, say("connectionsDirect"));
  return report.limited
    ? ok(check, say("connectionsPooled"))
    : warn(check, say("poolerHasNoLimits"), say("setPoolerLimits"));
}

const replicaCheck = ({ checkReplica }: Installation): Examination[] =>
  checkReplica === undefined
    ? []
    : [{ checks: ["database_replica"], run: async () => [findingOf(await checkReplica())] }];

/** One that cannot be read costs nothing but speed: the primary answers instead. */
function findingOf(state: ReplicaState): Finding {
  const check = "database_replica";
  const max = REPLICA_AGE_MAX_MS / SECOND_MS;
  const seconds = (ms: number) => Math.round(ms / SECOND_MS);
  if (state.kind === "usable") return ok(check, say("replicaAge", { seconds: seconds(state.ageMs), max }));
  if (state.kind === "gone") return warn(check, say("cannotBeReached", { why: state.why }), say("mendReplica"));
  if (state.kind === "late") {
    const late =
      state.ageMs === null ? say("replicaSilent") : say("replicaLate", { seconds: seconds(state.ageMs), max });
    return warn(check, late, say("mendReplica"));
  }
  const evidence = state.kind === "no_standby" ? say("replicaNoStandby") : say("replicaOther");
  return failed(check, evidence, say("setReplica"));
}

export function causeOf(cause: unknown): string {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? (first.message.split("\n")[0] ?? "") : String(first);
}

async function examineMigrations({ pool }: Installation): Promise<Finding> {
  const { current, missing, newer, problem } = await migrationState(pool);
  if (current && newer.length > 0) {
    return warn("migrations", say("migrationsNewer", { names: newer.join(", ") }), say("startNewerProgram"));
  }
  if (current) return ok("migrations", say("migrationsCurrent"));
  const evidence =
    problem === undefined
      ? say("migrationsMissing", { names: missing.join(", ") })
      : say("migrationsDiffer", { why: problem });
  return failed("migrations", evidence, say("migrate"));
}

async function examineMasterKey({ checkMasterKey }: Installation): Promise<Finding> {
  try {
    await checkMasterKey();
    return ok("master_key", say("masterKeyFits"));
  } catch (cause) {
    return failed("master_key", plain(causeOf(cause)), say("putMasterKeyBack"));
  }
}

/** Forwarded calls that are seen and not trusted: every shopper then has the proxy's address. */
async function examineProxy({ pool }: Installation): Promise<Finding> {
  const [seen] = await readUntrustedProxies(pool);
  if (seen === undefined) {
    return ok("proxy", say("noUntrustedProxy"));
  }
  const evidence = say("proxyNotTrusted", { peer: seen.peer });
  // Anybody on the internet may write such a header; a private address is most likely a proxy of ours.
  if (!seen.private) {
    const heard = say("strangerForwards", { peer: seen.peer });
    return unknown("proxy", heard);
  }
  return warn("proxy", evidence, say("setTrustProxy", { peer: seen.peer }));
}

async function examineWorker({ pool }: Installation): Promise<Finding> {
  if (await seenLately(pool, "worker", WORKER_SEEN_MS)) return ok("worker", say("workerRunning"));
  const seconds = WORKER_SEEN_MS / SECOND_MS;
  return failed("worker", say("workerNotSeen", { seconds }), say("startWorker"));
}

async function examineSweeps({ pool }: Installation): Promise<Finding> {
  const { sweepLagSeconds, waitingJobs } = await readBacklog(pool);
  const lag = Math.round(sweepLagSeconds);
  const evidence = say("backlog", { lag, jobs: waitingJobs });
  const next = say("lookAtWorkerLog");
  if (lag > SWEEP_LAG_S_BAD) return failed("sweeps", evidence, next);
  return lag > SWEEP_LAG_S_WARN ? warn("sweeps", evidence, next) : ok("sweeps", evidence);
}

async function examineWebhooks({ pool }: Installation): Promise<Finding> {
  const { endpoints, disabled, failing } = await readWebhookTrouble(pool);
  if (endpoints === 0) return notApplicable("webhooks", say("noWebhookEndpoints"));
  const lame = [
    ...disabled.map((url) => `${url} ✗`),
    ...failing.map(({ url, lastError }) => `${url} ${lastError ?? ""}`.trim()),
  ];
  if (lame.length === 0) return ok("webhooks", say("webhooksDelivered", { count: endpoints }));
  return warn("webhooks", plain(lame.join(", ")), say("mendWebhookEndpoint"));
}

const moment = (at: Date): Sentence => say("beijingMoment", { time: beijingTime(at) });

async function examineBackups({ pool, sandbox, now }: Installation): Promise<Finding> {
  if (sandbox) return notApplicable("backups", say("sandboxNeedsNoBackup"));
  const last = await lastBackup(pool);
  const age = last === null ? Number.POSITIVE_INFINITY : now.getTime() - last.getTime();
  const outcomes = await lastOutcomes(pool);
  if (outcomes.drill === false) return failed("backups", say("drillFailed"), say("lookAtBackups"));
  if (outcomes.backup === false) return warn("backups", say("backupFailed"), say("lookAtBackups"));
  const kept = await readBackupLog(pool);
  if (kept !== null) {
    // Until there is a base nothing is kept; the first look comes while it is being made.
    const lagMs = kept.keptUpTo === null ? Number.POSITIVE_INFINITY : now.getTime() - kept.keptUpTo.getTime();
    const minutes = Math.round(lagMs / MINUTE_MS);
    if (kept.keptUpTo !== null && lagMs > BACKUP_LOG_LAG_MS) {
      return warn("backups", say("backupLogBehind", { minutes }), say("lookAtBackups"));
    }
  }
  if (outcomes.drillAgeMs(now) > DRILL_OLD_MS) return warn("backups", say("drillOld"), say("lookAtBackups"));
  if (last !== null && age <= BACKUP_FRESH_MS) return ok("backups", moment(last));
  const days = Math.floor(age / DAY_MS);
  return warn("backups", last === null ? say("noBackupYet") : say("daysAgo", { days }), say("makeBackup"));
}

async function examineLedger({ pool, now }: Installation): Promise<Finding> {
  const [{ waitingSince }, last, unkept] = await Promise.all([
    readChainState(pool),
    lastVerification(pool),
    oldestUnkeptAnchor(pool),
  ]);
  if (last?.verdict != null && !last.verdict.ok) {
    const [first] = last.verdict.findings;
    const count = last.verdict.findings.length + last.verdict.more;
    const named = { table: first?.table ?? "?", id: first?.id ?? "?", count, time: beijingTime(last.at) };
    return failed("ledger", say("ledgerChanged", named), say("lookAtLedger"));
  }
  const lagMs = waitingSince === null ? 0 : now.getTime() - waitingSince.getTime();
  if (lagMs > CHAIN_LAG_MS) {
    return warn("ledger", say("chainBehind", { minutes: Math.round(lagMs / MINUTE_MS) }), say("lookAtChains"));
  }
  if (unkept !== null && now.getTime() - unkept.madeAt.getTime() > ANCHOR_LATE_MS) {
    const { day, problem } = unkept;
    return warn("ledger", say("anchorNotKept", { day, problem: problem ?? "…" }), say("mendAnchor"));
  }
  if (last === null) return notApplicable("ledger", say("ledgerNotVerified"));
  const at = { time: beijingTime(last.at) };
  if (last.verdict === null) return warn("ledger", say("ledgerVerificationFailed", at), say("verifyLedger"));
  return ok("ledger", say("ledgerVerified", at));
}

async function examineNotices({ pool, accountId }: Installation): Promise<Finding> {
  if (accountId === null) return notApplicable("last_notify", say("noActiveAccount"));
  const { lastAt, paid, paidWithout, refused } = await readNotices(pool, accountId);
  const next = say("paymentsFoundByQuery");
  const missed = say("paymentsWithoutNotification", { paid, paidWithout });
  if (paid >= 3 && paidWithout * 2 > paid) return warn("last_notify", missed, next);
  if (refused.length > 0) {
    const list = refused.map(({ reason, count }) => `${reason} × ${count}`).join(", ");
    return unknown("last_notify", say("callsNotVerified", { list }));
  }
  return lastAt === null ? notApplicable("last_notify", say("noNotificationYet")) : ok("last_notify", moment(lastAt));
}

const GIB = 1_073_741_824;

async function examineDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(dataDir);
  const free = bavail * bsize;
  const share = Math.round((100 * bavail) / Math.max(1, blocks));
  const evidence = say("diskFree", { dataDir, free: (free / GIB).toFixed(1), share });
  const next = say("makeRoom");
  if (free < DISK_BYTES_MIN) return failed("disk", evidence, next);
  return free < DISK_BYTES_LOW ? warn("disk", evidence, next) : ok("disk", evidence);
}
