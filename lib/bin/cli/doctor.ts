import type { Command } from "commander";
import { WORKER_SEEN_MS } from "#lib/base/limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { openSeals } from "#lib/config/master-key.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { seenLately } from "#lib/storage/heartbeats.ts";
import { migrationState } from "#lib/storage/migrate.ts";
import { lookAtConfig } from "./config.ts";
import type { Ground } from "./open-house.ts";
import { type OutputOptions, type Report, reportOn, sentenceOf } from "./output.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("look at environment, database, migrations, configuration and worker, and say what is wrong")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, examine));
}

async function examine(): Promise<Report> {
  const findings = await findingsOf();
  const text = findings.map(({ name, ok, detail }) => `${ok ? "✓" : "✗"} ${name.padEnd(14)}${detail}`).join("\n");
  const ok = findings.every((finding) => finding.ok);
  return { ok, value: { ok, findings }, text };
}

/** Each step needs the ones before it, so the first that fails early ends the list. */
async function findingsOf(): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async <Found>(
    name: string,
    work: () => Promise<readonly [ok: boolean, detail: string, found: Found]>,
  ) => {
    try {
      const [ok, detail, found] = await work();
      findings.push({ name, ok, detail });
      return found;
    } catch (cause) {
      findings.push({ name, ok: false, detail: sentenceOf(cause) });
      return undefined;
    }
  };
  const environment = await look("environment", async () => {
    const read = readEnvironment();
    return [true, `${read.publicUrl}, Node ${process.versions.node}`, read];
  });
  if (environment === undefined) return findings;
  const database = openDatabase({ url: environment.databaseUrl, poolSize: 2 });
  try {
    const version = await look("database", async () => {
      const { rows } = await database.pool.query<{ version: string }>("select version()");
      const found = rows[0]?.version.split(" ").slice(0, 2).join(" ") ?? "";
      return [true, found, found];
    });
    if (version === undefined) return findings;
    const current = await look("migrations", async () => {
      const state = await migrationState(database.pool);
      const detail = state.problem ?? (state.current ? "current" : `missing: ${state.missing.join(", ")}`);
      return [state.current, detail, state.current];
    });
    if (current !== true) return findings;
    const seals = await look("master key", async () => {
      return [true, "the one this database was set up with", await openSeals(database.pool, environment)];
    });
    if (seals === undefined) return findings;
    const ground: Ground = { environment, database, box: seals.box, seals };
    await look("configuration", async () => {
      const { mode, problems, file } = await lookAtConfig(ground);
      const ok = problems.length === 0 && mode !== "unconfigured";
      return [ok, problems.length > 0 ? `${file}: ${problems.join("; ")}` : mode, null];
    });
    await look("worker", async () => {
      const seen = await seenLately(database.pool, "worker", WORKER_SEEN_MS);
      return [seen, seen ? "at work" : `none seen in the last ${WORKER_SEEN_MS / SECOND_MS} s: is it running?`, null];
    });
    return findings;
  } finally {
    await database.close();
  }
}
