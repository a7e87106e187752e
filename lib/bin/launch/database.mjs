import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startPostgres } from "../postgres/start-postgres.mjs";
import { explain, Refusal } from "./report.mjs";
import { inRoot, runTool, tailOf, toolEnvironment, typescriptRuntime } from "./runtime.mjs";

/** What migrate-database.ts ends with when the master key is not the database's. */
const WRONG_KEY = 3;

export const postgresFolder = (settings) => path.join(settings.dataDir, "postgres");

/** The key that seals secrets at rest. It is made once, before the database: data without its key would be lost. */
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

/** For the processes: the key, and where its file lies when it is the launcher's own, since it may be replaced while they run. */
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

/** Applies what is pending, unless the database belongs to another master key; gives the names. */
export async function migrateDatabase(databaseUrl, masterKey = {}) {
  const command = [...typescriptRuntime(), inRoot("lib/bin/launch/migrate-database.ts")];
  const { code, output } = await runTool(command, {
    env: toolEnvironment({ ...masterKey, DATABASE_URL: databaseUrl }),
  });
  if (code === WRONG_KEY) throw new Refusal(tailOf(output, 5));
  if (code !== 0) throw new Refusal(`the database cannot be brought up to date: ${tailOf(output, 5)}`);
  return output.split("\n").filter(Boolean);
}
