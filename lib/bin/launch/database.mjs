import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../postgres/start-postgres.mjs";
import { explain, Refusal } from "./report.mjs";
import { productEnvironment, ROOT, runTool, tailOf, typescriptRuntime } from "./runtime.mjs";

/** Exit codes of migrate-database.ts: something has to be set differently; no database can be reached. */
const REFUSED = 3;
const AWAY = 4;
const WAITS_MS = [500, 1_000, 2_000, 5_000];
const SAID_AGAIN_MS = 60_000;

export const postgresFolder = (settings) => path.join(settings.dataDir, "postgres");

/** The key that seals secrets at rest. It is created once, before the database: data without its key would be lost. */
export function masterKeyOf(settings) {
  if (settings.masterKey) return settings.masterKey;
  const file = path.join(settings.dataDir, "master.key");
  if (existsSync(file)) {
    const key = readFileSync(file, "utf8").trim();
    if (Buffer.from(key, "base64").length !== 32) throw new Refusal(`${file} does not hold 32 bytes in base64`);
    return key;
  }
  if (existsSync(postgresFolder(settings))) {
    throw new Refusal(`${file} is missing, and the database cannot be read without it: put it back, or set MASTER_KEY`);
  }
  const key = randomBytes(32).toString("base64");
  writeFileSync(`${file}.new`, `${key}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}

/** Variables for the processes: the key, and its file if it is the launcher's own, since it may be replaced while they run. */
export function masterKeyVariables(settings) {
  const MASTER_KEY = masterKeyOf(settings);
  return { MASTER_KEY, MASTER_KEY_FILE: settings.masterKey ? "" : path.join(settings.dataDir, "master.key") };
}

/** Starts the embedded database, or attaches to it. */
export async function openEmbedded(settings) {
  try {
    return await startPostgres({ dataDir: postgresFolder(settings), durable: true });
  } catch (cause) {
    throw new Refusal(`the database does not start: ${explain(cause)}`);
  }
}

/**
 * Applies pending migrations unless its settings are refused, or with `look` only names them. `root` is the folder of the program
 * whose migrations they are; `allowNewer` takes a database that a newer one upgraded. @returns their names
 */
export async function migrateDatabase(settings, options) {
  const { databaseUrl, masterKey = {}, onAway, look = false, root = ROOT, allowNewer = false } = options;
  const command = [...typescriptRuntime(root), path.join(root, "lib/bin/launch/migrate-database.ts")];
  const { code, output, stdout } = await runTool([...command, ...(look ? ["--look"] : [])], {
    env: productEnvironment(environmentOf(settings), {
      ...masterKey,
      DATABASE_URL: databaseUrl,
      ...(allowNewer ? { ALLOW_NEWER_DATABASE: "1" } : {}),
    }),
    cwd: root,
  });
  if (code === AWAY && onAway !== undefined) {
    await onAway(tailOf(output, 1));
    return migrateDatabase(settings, options);
  }
  const applied = stdout.split("\n").filter(Boolean);
  if (code === REFUSED) {
    const said = output.split("\n").filter((line) => !applied.includes(line));
    throw new Refusal(tailOf(said.join("\n"), 5));
  }
  if (code !== 0) throw new Refusal(`the database cannot be brought up to date: ${tailOf(output, 5)}`);
  return applied;
}

/** Whether the shell's PostgreSQL variables describe the product's database. */
export const environmentOf = ({ databaseUrl }) => ({ ownDatabase: databaseUrl !== undefined });

/** An external database may start later: says so now and every minute, and pauses before the next try. */
export function waitForDatabase({ databaseUrl, listenUrl }, { say }) {
  const at = [`${new URL(databaseUrl).host} (DATABASE_URL)`];
  if (listenUrl) at.push(`${new URL(listenUrl).host} (DATABASE_LISTEN_URL)`);
  let tries = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return async (why) => {
    if (Date.now() - saidAt >= SAID_AGAIN_MS) {
      saidAt = Date.now();
      say(`! the database ${at.join(" or ")} cannot be reached: ${why}; waiting for it`);
    }
    await sleep(WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)]);
  };
}
