import { isAppError } from "#lib/base/app-error.ts";
import { ConfigurationProblem } from "#lib/config/environment.ts";

export interface OutputOptions {
  readonly json?: boolean;
}

/** What a command found out; `ok: false` ends the process with 1. */
export interface CommandReport {
  readonly ok?: boolean;
  /** For machines. */
  readonly value: unknown;
  /** For people; whole lines. */
  readonly text: string;
}

/** Runs a command to its one report. Failures are said in one line, on standard error. */
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

/** Rows under their names, in columns. */
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
