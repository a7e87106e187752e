import type { Clock } from "#lib/base/clock.ts";
import type { Examinee } from "#lib/base/examinee.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS, DOCTOR_WECHAT_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { Accounts, ConfiguredAccount } from "#lib/config/accounts.ts";
import { examinePapers, nothingToExamine } from "#lib/config/doctor/examine-papers.ts";
import { isInForce, type Papers, papersOf, readPapers } from "#lib/config/doctor/papers.ts";
import type { Environment } from "#lib/config/environment.ts";
import { keyRingOf, refuseStrangeKeys } from "#lib/config/master-key.ts";
import { checkAtWechat, type TestNoticeReply } from "#lib/gateways/index.ts";
import {
  type DoctorReport,
  diskCheck,
  type Examination,
  installationChecks,
  notifyDoorCheck,
  payPageCheck,
  runExaminations,
} from "#lib/ops/doctor/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { hasOpenedNotices, markDoor } from "#lib/storage/operations/doctor.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";

/** What of the product is there to be examined: the doctor comes when something is missing. */
export interface DoctorTarget {
  /** Why the environment cannot be used; empty when it can. */
  readonly environmentProblems: readonly string[];
  readonly publicUrl: string;
  readonly dataDir: string;
  /** Absolute path of the merchant's own file; null where there is none but the sandbox's. */
  readonly paymentConfig: string | null;
  /** null: nobody knows where the database is. */
  readonly database: Pick<Database, "pool"> | null;
  readonly clock: Clock;
  /** The account in force; null when there is none. May throw while the database is away. */
  readonly activeAccount: () => Promise<ConfiguredAccount | null>;
  /** @throws when the keys at hand are not this database's */
  readonly checkMasterKey: () => Promise<void>;
}

/**
 * Looks at everything and changes nothing. Below ten seconds whatever hangs.
 * @param file a configuration to examine instead of the one in force
 */
export async function runDoctor(target: DoctorTarget, file: string | null = null): Promise<DoctorReport> {
  const account = await withinCheck(target.activeAccount());
  const papers = await choosePapers(target, { account, file });
  const examined = papers === null ? null : examinePapers(papers, target.clock.now());
  const examinee = examined?.examinee ?? null;
  const inForce = papers !== null && account !== null && isInForce(papers, account) ? account : null;
  const sandbox = papers?.origin === "file" ? false : (account?.sandbox ?? false);
  const said: Finding[] = [
    examineMode(papers, { sandbox }),
    examineEnvironment(target),
    ...(examined?.findings ?? [nothingToExamine()]),
  ];
  return runExaminations([
    { checks: [], run: async () => said },
    ...(examinee === null ? [] : outside(target, { examinee, inForce })),
    // Only what a real account has brought in is worth a backup.
    ...inside(target, { accountId: account?.id ?? null, sandbox: account?.sandbox ?? true }),
    payPageCheck(target.publicUrl, papers !== null && examinee !== null && !sandbox && !isLocal(papers)),
  ]);
}

interface Surroundings {
  readonly environment: Environment;
  readonly database: Database;
  readonly accounts: Pick<Accounts, "active">;
  readonly clock: Clock;
}

/** The doctor of a running process; a call while it runs gets the same report. */
export function createDoctor({ environment, database, accounts, clock }: Surroundings): () => Promise<DoctorReport> {
  const { publicUrl, dataDir, paymentConfig, sandboxConfig } = environment;
  const target: DoctorTarget = {
    environmentProblems: [],
    publicUrl,
    dataDir,
    paymentConfig: paymentConfig === sandboxConfig ? null : paymentConfig,
    database,
    clock,
    activeAccount: () => accounts.active(),
    checkMasterKey: () => refuseStrangeKeys(database.pool, keyRingOf(environment)),
  };
  let running: Promise<DoctorReport> | null = null;
  return () => {
    running ??= runDoctor(target).finally(() => {
      running = null;
    });
    return running;
  };
}

/** The database may be away, and then no account is known. */
const withinCheck = <Value>(asked: Promise<Value>): Promise<Value | null> =>
  withTimeout(
    asked.catch(() => null),
    DOCTOR_CHECK_MS / 2,
    () => null,
  );

async function choosePapers(
  { paymentConfig }: DoctorTarget,
  { account, file }: { account: ConfiguredAccount | null; file: string | null },
): Promise<Papers | null> {
  const chosen = file ?? paymentConfig;
  const own = chosen === null ? null : await readPapers(chosen);
  if (own !== null) return own;
  return account === null || file !== null ? null : papersOf(account);
}

const LOCAL = /^https?:\/\/(127\.|localhost|\[::1\])/;
const isLocal = ({ texts }: Papers): boolean => LOCAL.test(texts.api_base ?? "");

function examineMode(papers: Papers | null, { sandbox }: { sandbox: boolean }): Finding {
  if (papers === null) return unknown("mode", say("noConfigurationToExamine"));
  if (sandbox) return ok("mode", say("modeSandbox"));
  return isLocal(papers) ? ok("mode", say("modeLocal")) : ok("mode", say("modeReal"));
}

function examineEnvironment({ environmentProblems, publicUrl }: DoctorTarget): Finding {
  if (environmentProblems.length === 0) return ok("environment", plain(`${publicUrl}, Node ${process.versions.node}`));
  return failed("environment", plain(environmentProblems.join("; ")), say("correctEnvironment"));
}

interface Outside {
  readonly examinee: Examinee;
  readonly inForce: ConfiguredAccount | null;
}

function outside({ clock, database }: DoctorTarget, { examinee, inForce }: Outside): Examination[] {
  const protocol = examinee.wantsV3 ? "v3" : "v2";
  const { notifyUrl } = examinee;
  const atWechat: Examination = {
    checks: ["connection", "signed_call", "answer_verified"],
    limitMs: DOCTOR_WECHAT_MS,
    async run() {
      const pool = database?.pool;
      if (pool === undefined || inForce === null) return checkAtWechat(examinee, { clock });
      const opened = await withinCheck(hasOpenedNotices(pool, inForce.id));
      const listen = () => listenAt(pool, inForce.id);
      return checkAtWechat(examinee, { clock, listen, hasOpenedNotices: opened ?? false });
    },
  };
  return notifyUrl === null ? [atWechat] : [atWechat, notifyDoorCheck(notifyUrl, protocol)];
}

/** What the notify door has written down since now is what became of WeChat's echo. */
async function listenAt(pool: Database["pool"], accountId: string): Promise<() => Promise<TestNoticeReply | null>> {
  const before = await markDoor(pool, accountId);
  return async () => {
    const now = await markDoor(pool, accountId);
    if (now.echoes > before.echoes) return { kind: "accepted" };
    // The keys of an account that was retired opened it: those in force cannot.
    if (now.echoesOfOthers > before.echoesOfOthers) return { kind: "rejected", reason: "undecryptable" };
    const reason = Object.keys(now.refused).find((each) => (now.refused[each] ?? 0) > (before.refused[each] ?? 0));
    return reason === undefined || reason === "probe" ? null : { kind: "rejected", reason };
  };
}

function inside(
  target: DoctorTarget,
  { accountId, sandbox }: { accountId: string | null; sandbox: boolean },
): Examination[] {
  const { database, dataDir, clock, checkMasterKey } = target;
  if (database === null) return [{ checks: ["database"], run: async () => [NO_DATABASE] }, diskCheck(dataDir)];
  return installationChecks({ pool: database.pool, dataDir, now: clock.now(), accountId, sandbox, checkMasterKey });
}

const START: Sentence = say("startProduct");
const NO_DATABASE = failed("database", say("databaseNotRunning"), START);
