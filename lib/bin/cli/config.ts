import path from "node:path";
import type { Command } from "commander";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { ConfigurationProblem } from "#lib/config/environment.ts";
import { importReading } from "#lib/config/import-configuration.ts";
import { reasonLine } from "#lib/config/payment-config-schema.ts";
import { readPaymentConfig } from "#lib/config/read-payment-config.ts";
import { modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { type KnownKey, listKnownKeys } from "#lib/storage/configuration/gateway-key-uses.ts";
import {
  type CommandContext,
  type CommandReport,
  type OutputOptions,
  reportOn,
  table,
  withDatabase,
} from "./command.ts";
import { addConfigVersionCommands } from "./config-versions.ts";

export function addConfigCommands(program: Command): void {
  const config = program.command("config").description("the WeChat Pay configuration");
  config
    .command("check")
    .description("show what is active, and whether the configuration file is valid; changes nothing")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, () => withDatabase(checkConfig)));
  config
    .command("import")
    .description("check a configuration file, seal it into the database and activate it")
    .argument("<file>", "as config/payment_config.example.json shows it")
    .option("--json", "answer as JSON")
    .action((file: string, options: OutputOptions) => reportOn(options, () => importConfig(path.resolve(file))));
  addConfigVersionCommands(config);
}

interface ConfigCheck {
  /** Where trades go once the file, if it is valid, is active. */
  readonly mode: "real" | "sandbox" | "unconfigured";
  readonly file: string;
  readonly fileState: "absent" | "valid" | "invalid";
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** The keys WeChat signs with, the most recently used first. */
  readonly keys: readonly KnownKey[];
}

async function lookAtConfig({ environment, database }: CommandContext): Promise<ConfigCheck> {
  const { paymentConfig, sandboxConfig } = environment;
  const own = paymentConfig === sandboxConfig ? ({ kind: "absent" } as const) : await readPaymentConfig(paymentConfig);
  const inForce = await modeOf(database.pool);
  return {
    mode: own.kind === "valid" ? "real" : inForce,
    file: paymentConfig,
    fileState: own.kind,
    problems: own.kind === "invalid" ? own.problems : [],
    warnings: own.kind === "valid" ? own.warnings.map(reasonLine) : [],
    keys: await listKnownKeys(database.pool),
  };
}

async function checkConfig(context: CommandContext): Promise<CommandReport> {
  const check = await lookAtConfig(context);
  const text = [
    `mode  ${check.mode}`,
    `file  ${check.file} (${check.fileState})`,
    ...check.problems.map((problem) => `✗ ${problem}`),
    ...check.warnings.map((warning) => `! ${warning}`),
    "",
    check.keys.length === 0 ? "no signed message of WeChat has arrived yet" : keyTable(check.keys),
  ].join("\n");
  return { ok: check.problems.length === 0, value: check, text };
}

function keyTable(keys: readonly KnownKey[]): string {
  const time = (moment: Date | null, otherwise: string) => (moment === null ? otherwise : beijingTime(moment));
  return table(
    ["WeChat signs with", "kind", "merchant", "valid until (Beijing)", "notices", "last", "answers", "last"],
    keys.map((key) => [
      ...[key.serial, key.kind, key.merchantNumber, time(key.validUntil, "always")],
      ...[String(key.notices), time(key.lastNoticeAt, "never"), String(key.answers), time(key.lastAnswerAt, "never")],
    ]),
  );
}

async function importConfig(file: string): Promise<CommandReport> {
  const reading = await readPaymentConfig(file);
  if (reading.kind === "absent") throw new ConfigurationProblem([`there is no file ${file}`]);
  if (reading.kind === "invalid") {
    const text = reading.problems.map((problem) => `✗ ${problem}`).join("\n");
    return { ok: false, value: { file, problems: reading.problems }, text };
  }
  const author = { source: "command_line", actor: "command line", origin: file } as const;
  const { result, version } = await withDatabase(({ database, box }) =>
    importReading({ pool: database.pool, box }, reading, author),
  );
  const { credentials } = reading;
  const warnings = reading.warnings.map(reasonLine);
  const lines = [
    `${result}: merchant ${credentials.merchantNumber}, version ${version}`,
    ...warnings.map((warning) => `! ${warning}`),
  ];
  return { value: { file, result, version, warnings }, text: lines.join("\n") };
}
