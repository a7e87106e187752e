import { type Command, InvalidArgumentError } from "commander";
import { beijingTime } from "#lib/base/beijing-time.ts";
import {
  type ConfigFields,
  type FieldChange,
  type FieldView,
  fieldChanges,
} from "#lib/storage/configuration/config-fields.ts";
import {
  type ConfigVersion,
  listConfigVersions,
  readConfigVersion,
  rollBackConfiguration,
} from "#lib/storage/configuration/config-versions.ts";
import {
  type CommandContext,
  type CommandReport,
  type OutputOptions,
  reportOn,
  table,
  withDatabase,
} from "./command.ts";

const LISTED_MAX = 200;

export function addConfigVersionCommands(config: Command): void {
  const json = (command: Command) => command.option("--json", "answer as JSON");
  json(
    config
      .command("versions")
      .description("list every configuration version, who made it and what changed; newest first"),
  ).action((options: OutputOptions) => reportOn(options, () => withDatabase(listVersions)));
  json(config.command("show").description("show one version; secrets only by a fingerprint"))
    .argument("<version>", "its number", versionNumber)
    .action((version: number, options: OutputOptions) =>
      reportOn(options, () => withDatabase((context) => show(context, version))),
    );
  json(config.command("diff").description("show what differs between two versions"))
    .argument("<a>", "number of the first version", versionNumber)
    .argument("<b>", "number of the second version", versionNumber)
    .action((a: number, b: number, options: OutputOptions) =>
      reportOn(options, () => withDatabase((context) => diff(context, { a, b }))),
    );
  json(config.command("rollback").description("activate an earlier version again, as a new one; the product may run"))
    .argument("<version>", "its number", versionNumber)
    .action((version: number, options: OutputOptions) =>
      reportOn(options, () => withDatabase((context) => rollBack(context, version))),
    );
}

function versionNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("must be a version number");
  return Number(text);
}

async function listVersions({ database: { pool } }: CommandContext): Promise<CommandReport> {
  const versions = await listConfigVersions(pool, { limit: LISTED_MAX });
  const [inForce] = versions;
  const rows = versions.map((each) => [
    `${each.version}${each === inForce ? " *" : ""}`,
    beijingTime(each.at),
    each.sandbox ? "sandbox" : "real",
    sourceOf(each),
    each.actor,
    each.changes.map(({ field }) => field).join(", "),
  ]);
  const text =
    versions.length === 0
      ? "there is no configuration yet"
      : `${table(["version", "when (Beijing)", "mode", "from", "who", "changed"], rows)}\n\n* active`;
  return { value: { versions: versions.map((each) => ({ ...faceOf(each), inForce: each === inForce })) }, text };
}

function sourceOf({ source, origin, rolledBackTo }: ConfigVersion): string {
  if (rolledBackTo !== null) return `rollback to ${rolledBackTo}`;
  return origin === null ? source : `${source} ${origin}`;
}

/** Without internal fields. */
function faceOf({ accountId: _accountId, settings: _settings, ...face }: ConfigVersion) {
  return face;
}

async function versionOf({ database: { pool } }: CommandContext, version: number): Promise<ConfigVersion> {
  const found = await readConfigVersion(pool, version);
  if (found === null) throw new Error(`there is no version ${version}`);
  return found;
}

async function show(context: CommandContext, number: number): Promise<CommandReport> {
  const version = await versionOf(context, number);
  const lines = [
    `version  ${version.version} (${version.sandbox ? "sandbox" : "real"})`,
    `when     ${beijingTime(version.at)} Beijing time`,
    `who      ${version.actor}, ${sourceOf(version)}`,
    "",
    table(["field", "value"], fieldRows(version.fields)),
    "",
    `changed against the version before:\n${changeLines(version.changes)}`,
  ];
  return { value: faceOf(version), text: lines.join("\n") };
}

async function diff(context: CommandContext, { a, b }: { a: number; b: number }): Promise<CommandReport> {
  const [one, other] = [await versionOf(context, a), await versionOf(context, b)];
  const changes = fieldChanges(one.fields, other.fields);
  return { value: { a, b, changes }, text: changeLines(changes) };
}

async function rollBack({ database: { pool } }: CommandContext, to: number): Promise<CommandReport> {
  const { result, version } = await rollBackConfiguration(pool, { to, actor: "command line" });
  const text =
    result === "unchanged"
      ? `version ${version} has the same content: nothing to do`
      : `version ${version} is active, with the content of version ${to}`;
  return { value: { result, version, rolledBackTo: to }, text };
}

const shown = (view: FieldView | null): string =>
  view === null ? "(none)" : "value" in view ? view.value : `[secret ${view.print}]`;

const fieldRows = (fields: ConfigFields): string[][] =>
  Object.entries(fields).map(([field, view]) => [field, shown(view)]);

const changeLines = (changes: readonly FieldChange[]): string =>
  changes.length === 0
    ? "nothing"
    : changes.map(({ field, before, after }) => `  ${field}: ${shown(before)} → ${shown(after)}`).join("\n");
