import { readFileSync } from "node:fs";
import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import type { Clock } from "#lib/base/clock.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS, DOCTOR_WECHAT_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { Accounts, ConfiguredAccount } from "#lib/config/accounts.ts";
import { checkConfigTexts, nothingToCheck } from "#lib/config/doctor/check-config-texts.ts";
import {
  type ConfigUnderCheck,
  configOfAccount,
  isActiveConfig,
  readConfigUnderCheck,
} from "#lib/config/doctor/config-under-check.ts";
import { type Environment, poolAddressOf } from "#lib/config/environment.ts";
import { keyRingOf, refuseUnknownKeys } from "#lib/config/master-key.ts";
import { checkAtWechat, type TestNoticeReply } from "#lib/gateways/index.ts";
import {
  type DoctorReport,
  diskCheck,
  type Examination,
  installationChecks,
  notifyDoorCheck,
  payPageCheck,
  runExaminations,
  versionCheck,
} from "#lib/ops/doctor/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { type ConnectionReport, checkConnections } from "#lib/storage/connection-checks.ts";
import { hasOpenedNotices, markDoor } from "#lib/storage/operations/doctor.ts";
import type { Replica, ReplicaState } from "#lib/storage/replica.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";

/** What the doctor checks. Parts may be missing; that is when it is needed. */
export interface DoctorTarget {
  /** Why the environment cannot be used; empty when it can. */
  readonly environmentProblems: readonly string[];
  readonly publicUrl: string;
  readonly dataDir: string;
  /** Absolute path of the merchant's own file; null if there is only the sandbox's. */
  readonly paymentConfig: string | null;
  /** null: the database's address is unknown. */
  readonly database: Pick<Database, "pool"> | null;
  readonly clock: Clock;
  /** The active account; null if there is none. May throw while the database is unreachable. */
  readonly activeAccount: () => Promise<ConfiguredAccount | null>;
  /** @throws if the held keys are not this database's */
  readonly checkMasterKey: () => Promise<void>;
  readonly checkConnections: () => Promise<ConnectionReport>;
  /** Absent without a replica. */
  readonly checkReplica?: (() => Promise<ReplicaState>) | undefined;
  /** Of the release feed; absent where the merchant names none. */
  readonly newVersion?: Examination;
}

/**
 * Checks everything and changes nothing. Takes less than ten seconds even if something hangs.
 * @param file a configuration to check instead of the active one
 */
export async function runDoctor(target: DoctorTarget, file: string | null = null): Promise<DoctorReport> {
  const account = await withinCheck(target.activeAccount());
  const config = await chooseConfig(target, { account, file });
  const checked = config === null ? null : checkConfigTexts(config, target.clock.now());
  const credentials = checked?.credentials ?? null;
  const activeAccount = config !== null && account !== null && isActiveConfig(config, account) ? account : null;
  const sandbox = config?.origin === "file" ? false : (account?.sandbox ?? false);
  const said: Finding[] = [
    examineMode(config, { sandbox }),
    examineEnvironment(target),
    ...(checked?.findings ?? [nothingToCheck()]),
  ];
  return runExaminations([
    { checks: [], run: async () => said },
    ...(credentials === null ? [] : outside(target, { credentials, activeAccount })),
    // Only what a real account has brought in is worth a backup.
    ...inside(target, { accountId: account?.id ?? null, sandbox: account?.sandbox ?? true }),
    payPageCheck(target.publicUrl, config !== null && credentials !== null && !sandbox && !isLocal(config)),
  ]);
}

interface Surroundings {
  readonly environment: Environment;
  readonly database: Database;
  readonly accounts: Pick<Accounts, "active">;
  readonly clock: Clock;
  readonly replica?: Pick<Replica, "state">;
}

function targetOf({ environment, database, accounts, clock, replica }: Surroundings): DoctorTarget {
  const { publicUrl, dataDir, paymentConfig, sandboxConfig } = environment;
  return {
    environmentProblems: [],
    publicUrl,
    dataDir,
    paymentConfig: paymentConfig === sandboxConfig ? null : paymentConfig,
    database,
    clock,
    activeAccount: () => accounts.active(),
    checkMasterKey: () => refuseUnknownKeys(database.pool, keyRingOf(environment)),
    checkConnections: () => checkConnections(poolAddressOf(environment), environment.databaseListenUrl),
    checkReplica: replica?.state,
    ...(environment.updateFeed === null ? {} : { newVersion: feedCheck(environment, environment.updateFeed) }),
  };
}

function feedCheck({ allowPrivateWebhooks }: Environment, url: string): Examination {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  return versionCheck({ url, policy: { allowPrivate: allowPrivateWebhooks, allowLoopback: false }, version });
}

/** Our own machine and processes alone: cheap enough to be looked at every few minutes. */
export function createInstallationCheck(surroundings: Surroundings): () => Promise<DoctorReport> {
  const target = targetOf(surroundings);
  return async () => {
    const account = await withinCheck(target.activeAccount());
    return runExaminations(inside(target, { accountId: account?.id ?? null, sandbox: account?.sandbox ?? true }));
  };
}

/** The doctor of a running process; a call while it runs gets the same report. */
export function createDoctor(surroundings: Surroundings): () => Promise<DoctorReport> {
  const target = targetOf(surroundings);
  let running: Promise<DoctorReport> | null = null;
  return () => {
    running ??= runDoctor(target).finally(() => {
      running = null;
    });
    return running;
  };
}

/** Checks credentials before they are in use: by themselves, and by calls to WeChat that change nothing. */
export const createDraftCheck =
  (clock: Clock) =>
  async (config: ConfigUnderCheck): Promise<DoctorReport> => {
    const { findings, credentials } = checkConfigTexts(config, clock.now());
    const atWechat: Examination[] =
      credentials === null
        ? []
        : [
            {
              checks: ["connection", "signed_call", "answer_verified"],
              limitMs: DOCTOR_WECHAT_MS,
              run: () => checkAtWechat(credentials, { clock }),
            },
          ];
    return runExaminations([{ checks: [], run: async () => findings }, ...atWechat]);
  };

/** Null while the database is unreachable. */
const withinCheck = <Value>(asked: Promise<Value>): Promise<Value | null> =>
  withTimeout(
    asked.catch(() => null),
    DOCTOR_CHECK_MS / 2,
    () => null,
  );

async function chooseConfig(
  { paymentConfig }: DoctorTarget,
  { account, file }: { account: ConfiguredAccount | null; file: string | null },
): Promise<ConfigUnderCheck | null> {
  const chosen = file ?? paymentConfig;
  const own = chosen === null ? null : await readConfigUnderCheck(chosen);
  if (own !== null) return own;
  return account === null || file !== null ? null : configOfAccount(account);
}

const LOCAL = /^https?:\/\/(127\.|localhost|\[::1\])/;
const isLocal = ({ texts }: ConfigUnderCheck): boolean => LOCAL.test(texts.api_base ?? "");

function examineMode(config: ConfigUnderCheck | null, { sandbox }: { sandbox: boolean }): Finding {
  if (config === null) return unknown("mode", say("noConfigurationToExamine"));
  if (sandbox) return ok("mode", say("modeSandbox"));
  return isLocal(config) ? ok("mode", say("modeLocal")) : ok("mode", say("modeReal"));
}

function examineEnvironment({ environmentProblems, publicUrl }: DoctorTarget): Finding {
  if (environmentProblems.length === 0) return ok("environment", plain(`${publicUrl}, Node ${process.versions.node}`));
  return failed("environment", plain(environmentProblems.join("; ")), say("correctEnvironment"));
}

interface Outside {
  readonly credentials: CheckableCredentials;
  readonly activeAccount: ConfiguredAccount | null;
}

function outside({ clock, database }: DoctorTarget, { credentials, activeAccount }: Outside): Examination[] {
  const protocol = credentials.wantsV3 ? "v3" : "v2";
  const { notifyUrl } = credentials;
  const atWechat: Examination = {
    checks: ["connection", "signed_call", "answer_verified"],
    limitMs: DOCTOR_WECHAT_MS,
    async run() {
      const pool = database?.pool;
      if (pool === undefined || activeAccount === null) return checkAtWechat(credentials, { clock });
      const opened = await withinCheck(hasOpenedNotices(pool, activeAccount.id));
      const listen = () => listenAt(pool, activeAccount.id);
      return checkAtWechat(credentials, { clock, listen, hasOpenedNotices: opened ?? false });
    },
  };
  return notifyUrl === null ? [atWechat] : [atWechat, notifyDoorCheck(notifyUrl, protocol)];
}

/** Watches what the notify endpoint records from now on: the fate of WeChat's echo. */
async function listenAt(pool: Database["pool"], accountId: string): Promise<() => Promise<TestNoticeReply | null>> {
  const before = await markDoor(pool, accountId);
  return async () => {
    const now = await markDoor(pool, accountId);
    if (now.echoes > before.echoes) return { kind: "accepted" };
    // A retired account's keys opened it, so the active ones cannot.
    if (now.echoesOfOthers > before.echoesOfOthers) return { kind: "rejected", reason: "undecryptable" };
    const reason = Object.keys(now.refused).find((each) => (now.refused[each] ?? 0) > (before.refused[each] ?? 0));
    return reason === undefined || reason === "probe" ? null : { kind: "rejected", reason };
  };
}

function inside(
  target: DoctorTarget,
  { accountId, sandbox }: { accountId: string | null; sandbox: boolean },
): Examination[] {
  const { database, dataDir, clock, checkMasterKey, checkConnections, checkReplica } = target;
  if (database === null) return [{ checks: ["database"], run: async () => [NO_DATABASE] }, diskCheck(dataDir)];
  const looks = { checkMasterKey, checkConnections, checkReplica };
  const checks = installationChecks({ pool: database.pool, dataDir, now: clock.now(), accountId, sandbox, ...looks });
  return target.newVersion === undefined ? checks : [...checks, target.newVersion];
}

const START: Sentence = say("startProduct");
const NO_DATABASE = failed("database", say("databaseNotRunning"), START);
