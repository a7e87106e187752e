import { InvalidArgumentError, Option } from "commander";
import { isAppError } from "#lib/base/app-error.ts";
import { type Composed, compose } from "#lib/compose.ts";
import {
  ConfigurationProblem,
  type Environment,
  poolAddressOf,
  readEnvironment,
  readMasterKey,
} from "#lib/config/environment.ts";
import { openSeals, type Seals } from "#lib/config/master-key.ts";
import { createSealedBox, type SealedBox } from "#lib/config/sealed-box.ts";
import type { BackupSeal } from "#lib/ops/backup.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { FULL_LANGUAGES, type Language } from "#lib/texts/language.ts";

export interface OutputOptions {
  readonly json?: boolean;
}

/** The result of a command; with `ok: false` the process exits with 1. */
export interface CommandReport {
  readonly ok?: boolean;
  /** For machines. */
  readonly value: unknown;
  /** For people, in whole lines. */
  readonly text: string;
}

/** Runs a command and prints its report. A failure is one line on standard error. */
export async function reportOn({ json = false }: OutputOptions, work: () => Promise<CommandReport>): Promise<void> {
  try {
    const { ok = true, value, text } = await work();
    console.log(json ? JSON.stringify(value) : text);
    if (!ok) process.exitCode = 1;
  } catch (cause) {
    const message = sentenceOf(cause);
    if (json) console.log(JSON.stringify({ error: message }));
    else console.error(`✗ ${message}`);
    process.exitCode = 1;
  }
}

export function sentenceOf(cause: unknown): string {
  if (isAppError(cause))
    return [cause.detail, ...cause.errors.map(({ path, message }) => `${path} ${message}`)].join("; ");
  if (cause instanceof ConfigurationProblem) return cause.problems.join("\n  ");
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A text table: the column names, then the rows. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)));
  return [names, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** No log lines: standard output is for the answer. */
const quiet = (environment: Environment): Environment => ({ ...environment, logLevel: "silent" });

export interface CommandContext {
  readonly environment: Environment;
  readonly database: Database;
  readonly box: SealedBox;
  readonly seals: Seals;
}

/** Opens the database and the seals, which is all that most commands need. */
export async function withDatabase<Result>(work: (context: CommandContext) => Promise<Result>): Promise<Result> {
  const environment = quiet(readEnvironment());
  const database = openDatabase({ ...poolAddressOf(environment), poolSize: 2 });
  try {
    const seals = await openSeals(database.pool, environment);
    return await work({ environment, database, box: seals.box, seals });
  } finally {
    await database.close();
  }
}

/** Composes the whole product, for commands that run its use cases. */
export async function withProduct<Result>(work: (product: Composed) => Promise<Result>): Promise<Result> {
  const stopping = new AbortController();
  const product = await compose({ process: "cli", stopping: stopping.signal, environment: quiet(readEnvironment()) });
  try {
    return await work(product);
  } finally {
    stopping.abort();
    await product.close();
  }
}

/** `--lang`: a language that has all texts, or its beginning, as in `zh`. */
export const languageOption = (otherwise: Language): Option =>
  new Option("--lang <language>", `of the sentences: ${FULL_LANGUAGES.join(", ")}`)
    .default(otherwise)
    .argParser((text: string): Language => {
      const found = FULL_LANGUAGES.find((language) => language === text || language.startsWith(`${text}-`));
      if (found === undefined) throw new InvalidArgumentError(`must be one of ${FULL_LANGUAGES.join(", ")}`);
      return found;
    });

/** What opens backups. One from before a key rotation needs the key of that time. */
export const sealsAtHand = (): BackupSeal[] =>
  [process.env.MASTER_KEY, process.env.MASTER_KEY_PREVIOUS].flatMap((text) => {
    const key = readMasterKey(text ?? "");
    return key === null ? [] : createSealedBox(key);
  });
