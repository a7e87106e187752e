import path from "node:path";
import { type Command, Option } from "commander";
import type { BilingualText, Finding } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS } from "#lib/base/limits.ts";
import { type DoctorTarget, runDoctor } from "#lib/compose-doctor.ts";
import { createAccounts } from "#lib/config/accounts.ts";
import { ConfigurationProblem, type Environment, readEnvironment } from "#lib/config/environment.ts";
import { keyRingOf, openSeals, refuseStrangeKeys } from "#lib/config/master-key.ts";
import type { TitledFinding } from "#lib/ops/doctor/index.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { listAccounts } from "#lib/storage/configuration/gateway-accounts.ts";
import { type CommandReport, type OutputOptions, reportOn } from "./command.ts";

interface DoctorOptions extends OutputOptions {
  readonly config?: string;
  readonly lang: keyof BilingualText;
}

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "check everything, including credentials and WeChat, and say what is wrong and what to do; changes nothing",
    )
    .option("--config <file>", "check this configuration instead of the active one")
    .addOption(new Option("--lang <language>", "language of the findings").choices(["en", "zh"]).default(ownLanguage()))
    .option("--json", "answer as JSON")
    .action((options: DoctorOptions) => reportOn(options, () => examine(options)));
}

const ownLanguage = (): keyof BilingualText =>
  /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || "") ? "zh" : "en";

async function examine({ config, lang }: DoctorOptions): Promise<CommandReport> {
  const { target, close } = openDoctorTarget();
  try {
    const { findings, result, ms } = await runDoctor(target, config === undefined ? null : path.resolve(config));
    const lines = findings.map((finding) => lineOf(finding, lang));
    const value = { ok: result !== "failed", result, ms, findings };
    return {
      ok: value.ok,
      value,
      text: [...lines, `${SUMMARY[result][lang]} (${(ms / 1_000).toFixed(1)} s)`].join("\n"),
    };
  } finally {
    await close();
  }
}

const SUMMARY: Readonly<Record<"ok" | "warning" | "failed", BilingualText>> = {
  ok: { zh: "一切正常", en: "all is well" },
  warning: { zh: "可以使用，有需要留意的地方", en: "it works; see to the warnings" },
  failed: { zh: "有问题，需要处理", en: "something is wrong" },
};

const MARKS: Readonly<Record<Finding["result"], string>> = {
  ok: "✓",
  warning: "!",
  failed: "✗",
  not_applicable: "–",
  unknown: "?",
};

function lineOf({ title, result, evidence, next }: TitledFinding, lang: keyof BilingualText): string {
  const line = `${MARKS[result]} ${title[lang]}: ${evidence[lang]}`;
  return next === null ? line : `${line}\n    → ${next[lang]}`;
}

/** Opens as much of the product as is there: the doctor is needed when something is missing. */
function openDoctorTarget(): { readonly target: DoctorTarget; close(): Promise<void> } {
  const read = readLeniently();
  if ("problems" in read)
    return { target: { ...targetWithoutEnvironment(), environmentProblems: read.problems }, close: async () => {} };
  const { environment } = read;
  const database = openDatabase({ url: environment.databaseUrl, poolSize: 8, answerTimeoutMs: DOCTOR_CHECK_MS });
  const { paymentConfig, sandboxConfig } = environment;
  const target: DoctorTarget = {
    environmentProblems: [],
    publicUrl: environment.publicUrl,
    dataDir: environment.dataDir,
    paymentConfig: paymentConfig === sandboxConfig ? null : paymentConfig,
    database,
    clock: systemClock,
    activeAccount: () => activeAccount(database, environment),
    checkMasterKey: () => refuseStrangeKeys(database.pool, keyRingOf(environment)),
  };
  return { target, close: () => database.close() };
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
});
