import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attachPostgres } from "../postgres/start-postgres.mjs";
import { ensureBuilt } from "./build.mjs";
import { environmentOf, masterKeyVariables, migrateDatabase, openEmbedded, postgresFolder } from "./database.mjs";
import { isReady } from "./health-checks.mjs";
import { chosenProgram, noteProgram, versionOf } from "./program.mjs";
import { explain, Refusal } from "./report.mjs";
import { runningLaunchers, switchLauncher } from "./rolling-restart.mjs";
import { productEnvironment, ROOT, runTool, tailOf, typescriptRuntime } from "./runtime.mjs";
import { openDataFolder } from "./settings.mjs";

// cli upgrade: brings this folder's version to a shop that another folder's version serves. Built ahead, backed up, migrated while
// the old processes serve, which are then replaced one by one behind the launcher's own socket. Each step that fails leaves the
// old version serving. config/upgrading.md tells it from the outside.

const HEALTHY_MS = 60_000;
const LOOK_EVERY_MS = 250;
const FLAGS = new Set(["--back", "--no-backup"]);

/** @returns the exit code; everything is said by `say` */
export async function upgrade(settings, { args, say, step }) {
  const unknown = args.find((arg) => !FLAGS.has(arg));
  if (unknown !== undefined) throw new Refusal(`upgrade takes --back or --no-backup, not ${unknown}`);
  const launchers = runningLaunchers(settings.dataDir);
  for (const launcher of launchers) {
    if (launcher.restarts === undefined) {
      throw new Refusal(
        `process ${launcher.pid} has not started all of its processes yet: try again when it says ready`,
      );
    }
  }
  const context = { settings, launchers, say, step };
  if (args.includes("--back")) return goBack(context);
  return goForward(context, { backup: !args.includes("--no-backup") });
}

async function goForward(context, { backup }) {
  const { settings, launchers, say, step } = context;
  const before = programBefore(context);
  const version = versionOf(ROOT);
  say(`upgrade to ${version} (${ROOT})${before ? ` from ${before.version} (${before.root})` : ""}`);
  await ensureBuilt({ step });
  const pending = await withDatabase(settings, async (database) => {
    const found = await migrateDatabase(settings, { ...database, look: true });
    if (found.length > 0 && backup) {
      await step("backup", () => backUp(settings, { database, root: before?.root ?? ROOT, version }));
    }
    await step("migrations", async () => {
      const applied = await migrateDatabase(settings, database);
      return applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to do";
    });
    return found;
  });
  if (launchers.length === 0) {
    noteProgram(settings.dataDir, chosen({ root: ROOT, version }, before));
    say(`nothing runs on ${settings.dataDir}: start this version with npm start`);
    return 0;
  }
  return switchTo(context, { to: { root: ROOT, version }, from: before, pending });
}

/** What runs now, or ran last. @throws Refusal where that is this folder */
function programBefore({ settings, launchers }) {
  const [launcher] = launchers;
  if (launcher !== undefined && launcher.program === undefined) {
    throw new Refusal(
      `the running version cannot be replaced while it runs: stop it (process ${launcher.pid}), then npm start here`,
    );
  }
  const root = launcher?.program ?? chosenProgram(settings.dataDir)?.root;
  if (root === undefined) return undefined;
  if (root === ROOT && launcher !== undefined) {
    throw new Refusal(
      `${ROOT} is the folder that runs already: put the new version into a folder of its own and run upgrade there, with DATA_DIR=${settings.dataDir}`,
    );
  }
  return root === ROOT ? undefined : { root, version: chosenProgram(settings.dataDir)?.version ?? versionOf(root) };
}

const chosen = (to, from) => ({ ...to, ...(from ? { previous: from } : {}) });

/** Replaces what runs, looks whether it serves, and goes back by itself if it does not. */
async function switchTo(context, { to, from, pending, wentBack }) {
  const { settings, launchers, say, step } = context;
  const note = { ...chosen(to, from), ...(wentBack ? { wentBack } : {}) };
  noteProgram(settings.dataDir, note);
  try {
    await step(`version ${to.version}`, async () => {
      for (const launcher of launchers) await switchLauncher(settings.dataDir, launcher);
    });
    await step("health", () => untilHealthy(launchers));
  } catch (cause) {
    say(`! ${explain(cause)}`);
    if (from === undefined) throw new Refusal(`${to.version} does not serve`);
    // The same data folder is the former program's again before any launcher looks.
    noteProgram(settings.dataDir, { ...chosen(from, undefined), wentBack: true });
    for (const launcher of runningLaunchers(settings.dataDir)) {
      if (launcher.program !== from.root) await switchLauncher(settings.dataDir, launcher);
    }
    throw new Refusal(
      `${to.version} did not come to work, and ${from.version} goes on serving${
        pending?.length > 0 ? `; it works with what ${pending.join(", ")} added` : ""
      }. Logs: ${path.join(settings.dataDir, "logs")}`,
    );
  }
  say(
    wentBack
      ? `went back to ${to.version}`
      : `upgraded to ${to.version} without a pause. Way back: npm run -s cli -- upgrade --back`,
  );
  say(
    `From now on start it in ${to.root}. Keep ${from?.root ?? "the folder before"} until the launcher was started anew.`,
  );
  return 0;
}

/** Back to the version before, on the database as it is. What came in since the upgrade stays. */
async function goBack(context) {
  const { settings, launchers, say } = context;
  const now = chosenProgram(settings.dataDir);
  const to = now?.previous;
  if (to === undefined) throw new Refusal(`${settings.dataDir} knows no version to go back to`);
  say(`back to ${to.version} (${to.root}) from ${now.version} (${now.root})`);
  await withDatabase(settings, (database) =>
    migrateDatabase(settings, { ...database, root: to.root, look: true, allowNewer: true }),
  );
  const from = { root: now.root, version: now.version };
  if (launchers.length > 0) return switchTo(context, { to, from, wentBack: true });
  noteProgram(settings.dataDir, { ...chosen(to, from), wentBack: true });
  say(`nothing runs on ${settings.dataDir}: start ${to.version} with npm start in ${to.root}`);
  return 0;
}

async function untilHealthy(launchers) {
  const deadline = Date.now() + HEALTHY_MS;
  const asked = launchers.filter(({ only }) => only !== "worker");
  for (const { only, port, host } of asked) {
    for (;;) {
      const state = await isReady({ port, host }, only === "web" ? ["worker"] : []);
      if (state === true) break;
      if (Date.now() > deadline) throw new Refusal(`it is not ready after ${HEALTHY_MS / 1000} s: ${state}`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** The product's database, started for the time where nothing runs. */
async function withDatabase(settings, work) {
  if (settings.databaseUrl) {
    return work({ databaseUrl: settings.databaseUrl, masterKey: { MASTER_KEY: settings.masterKey } });
  }
  openDataFolder(settings.dataDir);
  const masterKey = masterKeyVariables(settings);
  const running = await attachPostgres({ dataDir: postgresFolder(settings) });
  const server = running ?? (await openEmbedded(settings));
  try {
    return await work({ databaseUrl: server.url(), masterKey });
  } finally {
    if (!running) await server.stop();
  }
}

/** By the program that the database is of, which knows its tables; read through once more after it was written. */
async function backUp(settings, { database, root, version }) {
  const folder = path.join(settings.dataDir, "backups");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replace(/[-:]/g, "").replace(/\..*$/, "");
  const file = path.join(folder, `before-${version}-${time}.backup`);
  const env = productEnvironment(environmentOf(settings), {
    ...{ NODE_ENV: "production", DATA_DIR: settings.dataDir, PAYMENT_CONFIG: settings.paymentConfig },
    ...{ DATABASE_URL: database.databaseUrl, ...database.masterKey },
  });
  for (const command of ["backup", "verify-backup"]) {
    const cli = [...typescriptRuntime(root), path.join(root, "lib/bin/cli.ts"), command, file];
    const { code, output } = await runTool(cli, { env, cwd: root });
    if (code !== 0) throw new Refusal(`the ${command} failed, and nothing was changed: ${tailOf(output, 3)}`);
  }
  return file;
}
