import path from "node:path";
import type { Command } from "commander";
import type { Finding } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS } from "#lib/base/limits.ts";
import { type DoctorTarget, runDoctor } from "#lib/compose-doctor.ts";
import { createAccounts } from "#lib/config/accounts.ts";
import {
  ConfigurationProblem,
  type Environment,
  poolAddressOf,
  readEnvironment,
  replicaAddressOf,
} from "#lib/config/environment.ts";
import { keyRingOf, openSeals, refuseUnknownKeys } from "#lib/config/master-key.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { listAccounts } from "#lib/storage/configuration/gateway-accounts.ts";
import { checkConnections } from "#lib/storage/connection-checks.ts";
import { openReplica } from "#lib/storage/replica.ts";
import { doctorText } from "#lib/texts/admin.ts";
import { chooseLanguage, FULL_LANGUAGES, type Language } from "#lib/texts/language.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { type CommandReport, languageOption, type OutputOptions, reportOn } from "./command.ts";

interface DoctorOptions extends OutputOptions {
  readonly config?: string;
  readonly lang: Language;
}

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "check everything, including credentials and WeChat, and say what is wrong and what to do; changes nothing",
    )
    .option("--config <file>", "check this configuration instead of the active one")
    .addOption(languageOption(ownLanguage()))
    .option("--json", "answer as JSON")
    .action((options: DoctorOptions) => reportOn(options, () => examine(options)));
}

const ownLanguage = (): Language => {
  const [name = ""] = (process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || "").split(".");
  return name === "" || name === "C" ? "en" : chooseLanguage(undefined, name.replace("_", "-"), FULL_LANGUAGES);
};

async function examine({ config, lang }: DoctorOptions): Promise<CommandReport> {
  const { target, close } = openDoctorTarget();
  try {
    const { findings, result, ms } = await runDoctor(target, config === undefined ? null : path.resolve(config));
    const said = findings.map((finding) => worded(finding, lang));
    const value = { ok: result !== "failed", result, ms, findings: said };
    return {
      ok: value.ok,
      value,
      text: [...said.map(lineOf), `${doctorText(lang).summary[result]} (${(ms / 1_000).toFixed(1)} s)`].join("\n"),
    };
  } finally {
    await close();
  }
}

const MARKS: Readonly<Record<Finding["result"], string>> = {
  ok: "✓",
  warning: "!",
  failed: "✗",
  not_applicable: "–",
  unknown: "?",
};

interface WordedFinding extends Pick<Finding, "check" | "result"> {
  readonly title: string;
  readonly evidence: string;
  readonly next: string | null;
}

const worded = ({ check, result, evidence, next }: Finding, lang: Language): WordedFinding => ({
  check,
  result,
  title: doctorText(lang).checks[check],
  evidence: wordSentence(evidence, lang),
  next: next === null ? null : wordSentence(next, lang),
});

function lineOf({ title, result, evidence, next }: WordedFinding): string {
  const line = `${MARKS[result]} ${title}: ${evidence}`;
  return next === null ? line : `${line}\n    → ${next}`;
}

/** Opens as much of the product as is there: the doctor is needed when something is missing. */
function openDoctorTarget(): { readonly target: DoctorTarget; close(): Promise<void> } {
  const read = readLeniently();
  if ("problems" in read)
    return { target: { ...targetWithoutEnvironment(), environmentProblems: read.problems }, close: async () => {} };
  const { environment } = read;
  const database = openDatabase({ ...poolAddressOf(environment), poolSize: 8, answerTimeoutMs: DOCTOR_CHECK_MS });
  const address = replicaAddressOf(environment);
  const replica = address === null ? null : openReplica({ address, primary: database.pool, clock: systemClock });
  const { paymentConfig, sandboxConfig } = environment;
  const target: DoctorTarget = {
    environmentProblems: [],
    publicUrl: environment.publicUrl,
    dataDir: environment.dataDir,
    paymentConfig: paymentConfig === sandboxConfig ? null : paymentConfig,
    database,
    clock: systemClock,
    activeAccount: () => activeAccount(database, environment),
    checkMasterKey: () => refuseUnknownKeys(database.pool, keyRingOf(environment)),
    checkConnections: () => checkConnections(poolAddressOf(environment), environment.databaseListenUrl),
    checkReplica: replica?.state,
  };
  return {
    target,
    async close() {
      await replica?.close();
      await database.close();
    },
  };
}

async function activeAccount(database: Database, environment: Environment) {
  // Opening the seals of an empty database would create them.
  if (!(await listAccounts(database.pool)).some(({ active }) => active)) return null;
  const { box } = await openSeals(database.pool, environment);
  return createAccounts({ pool: database.pool, box, log: { error: () => {} } }).active();
}

function readLeniently(): { readonly environment: Environment } | { readonly problems: readonly string[] } {
  try {
    return { environment: readEnvironment() };
  } catch (cause) {
    if (cause instanceof ConfigurationProblem)
      return { problems: cause.problems.filter((problem) => !isMissingBecauseStopped(problem)) };
    throw cause;
  }
}

/** The launcher sets these two while the product runs. If it is stopped, the missing database is reported instead. */
const isMissingBecauseStopped = (problem: string): boolean =>
  ["DATABASE_URL", "MASTER_KEY"].some((name) => problem.startsWith(`${name} `) && !process.env[name]);

/** Without a usable environment the configuration, WeChat and this machine can still be checked. */
const targetWithoutEnvironment = (): Omit<DoctorTarget, "environmentProblems"> => ({
  publicUrl: process.env.PUBLIC_URL || `http://localhost:${process.env.PORT || 3000}`,
  dataDir: path.resolve(process.env.DATA_DIR || "."),
  paymentConfig: path.resolve(process.env.PAYMENT_CONFIG || "config/payment_config.json"),
  database: null,
  clock: systemClock,
  activeAccount: async () => null,
  checkMasterKey: async () => {},
  checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
});
