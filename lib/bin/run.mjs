// node run.mjs [--alone] ENTRY ARGS…: runs a TypeScript entry against the product's database, which is started for the time
// if it is not running; with --alone without a database. Standard output is the entry's.
import "./launch/keep-inside.mjs";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ensureGenerated } from "./launch/build.mjs";
import {
  environmentOf,
  masterKeyOf,
  masterKeyVariables,
  migrateDatabase,
  openEmbedded,
  postgresFolder,
} from "./launch/database.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { runningLauncher } from "./launch/lock.mjs";
import { explain, Refusal, reporter } from "./launch/report.mjs";
import { checkNodeVersion, inRoot, productEnvironment, ROOT, typescriptRuntime } from "./launch/runtime.mjs";
import { openDataFolder, readSettings, sandboxConfig } from "./launch/settings.mjs";
import { upgrade } from "./launch/upgrade.mjs";
import { attachPostgres } from "./postgres/start-postgres.mjs";

/** Without a command it only shows its help. */
const CLI = "lib/bin/cli.ts";

const alone = process.argv[2] === "--alone";
const [entry, ...args] = process.argv.slice(alone ? 3 : 2);
const asksForHelp = args.some((arg) => arg === "--help" || arg === "-h" || arg === "help");

try {
  checkNodeVersion();
  const report = reporter(process.stderr);
  await ensureInstalled(report);
  await ensureGenerated(report);
  const settings = readSettings();
  const wantsDatabase = !alone && (entry !== CLI || args.length > 0) && !asksForHelp;
  process.exitCode = await begin(settings, { wantsEmbedded: wantsDatabase && !settings.databaseUrl, report });
} catch (cause) {
  console.error(`✗ ${explain(cause)}`);
  process.exitCode = 1;
}

function begin(settings, { wantsEmbedded, report }) {
  const command = entry === CLI ? args.find((arg) => !arg.startsWith("-")) : undefined;
  if (command === "upgrade" && !asksForHelp) {
    return upgrade(settings, { args: args.filter((arg) => arg !== command), ...report });
  }
  if (command === "verify-backup") return run(settings, keyAtHand(settings));
  if (command === "doctor" && wantsEmbedded) return runAsItIs(settings);
  if (!wantsEmbedded) return run(settings, {});
  return command === "restore" ? restoreOffline(settings) : runWithDatabase(settings);
}

/** The master key if there is one; creates none. */
function keyAtHand(settings) {
  const has = settings.masterKey || existsSync(path.join(settings.dataDir, "master.key"));
  return has ? { MASTER_KEY: masterKeyOf(settings) } : {};
}

/** A restored database comes with its key, so none is created here, and the restore itself creates the database. */
async function restoreOffline(settings) {
  if (runningLauncher(settings.dataDir) || (await attachPostgres({ dataDir: postgresFolder(settings) }))) {
    throw new Refusal(`the product is running on ${settings.dataDir}: stop it first`);
  }
  const key = keyAtHand(settings);
  if (!key.MASTER_KEY) {
    const file = path.join(settings.dataDir, "master.key");
    throw new Refusal(`a backup is of use only with its master key: set MASTER_KEY, or put it into ${file}`);
  }
  openDataFolder(settings.dataDir);
  // The command itself starts the server, or makes it of a backup's files.
  return run(settings, { EMBEDDED_POSTGRES: postgresFolder(settings), ...key });
}

/** The doctor checks what is there: nothing is started, migrated or created for it. */
async function runAsItIs(settings) {
  const running = await attachPostgres({ dataDir: postgresFolder(settings) }).catch(() => undefined);
  return run(settings, { ...keyAtHand(settings), ...(running ? { DATABASE_URL: running.url() } : {}) });
}

async function runWithDatabase(settings) {
  openDataFolder(settings.dataDir);
  const key = masterKeyVariables(settings);
  const running = await attachPostgres({ dataDir: postgresFolder(settings) });
  const server = running ?? (await openEmbedded(settings));
  try {
    if (!running) await migrateDatabase(settings, { databaseUrl: server.url(), masterKey: key });
    return await run(settings, { DATABASE_URL: server.url(), EMBEDDED_POSTGRES: postgresFolder(settings), ...key });
  } finally {
    // A product started in the meantime has attached to this server and stops it itself.
    if (!running && !runningLauncher(settings.dataDir)) await server.stop();
  }
}

function run(settings, environment) {
  const env = productEnvironment(environmentOf(settings), {
    NODE_ENV: process.env.NODE_ENV ?? "production",
    PORT: String(settings.port),
    SANDBOX_PORT: String(settings.sandboxPort),
    PUBLIC_URL: settings.publicUrl,
    DATA_DIR: settings.dataDir,
    PAYMENT_CONFIG: settings.paymentConfig,
    // The running product decides which of the sandbox's two configurations is active.
    SANDBOX_CONFIG: sandboxConfig({ ...settings, ...runningLauncher(settings.dataDir) }),
    ...environment,
  });
  const [node, ...flags] = typescriptRuntime();
  const child = spawn(node, [...flags, inRoot(entry), ...args], { cwd: ROOT, env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
