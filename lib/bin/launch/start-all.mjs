import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBuilt, ensureGenerated } from "./build.mjs";
import { keepAlive } from "./child.mjs";
import { askCli } from "./cli.mjs";
import { masterKeyVariables, migrateDatabase, openEmbedded } from "./database.mjs";
import { ensureInstalled } from "./install.mjs";
import { diedUncleanly, forgetLauncher, noteLauncher, runningLauncher } from "./lock.mjs";
import { checkPorts } from "./ports.mjs";
import { explain, Refusal, reporter } from "./report.mjs";
import { checkNodeVersion, toolEnvironment } from "./runtime.mjs";
import { openDataFolder, readSettings, sandboxConfig } from "./settings.mjs";
import { obeySignals, shutDown } from "./shutdown.mjs";
import { isReady, listens, waitFor } from "./wait.mjs";

const AFTER_KILL_MS = 8_000;
const SANDBOX_TIMEOUT_MS = 30_000;
const SANDBOX_STOP_MS = 3_000;
const WEB_TIMEOUT_MS = 120_000;
const DATABASE_WATCH_MS = 500;

/** Starts the product and stays with it until a signal comes. `dev`: pages are compiled when asked for. */
export async function startAll({ dev }) {
  const report = reporter();
  const house = { children: [], server: undefined, opening: undefined, ending: false, noted: false };
  let settings;
  obeySignals(house, { say: report.say, onEnd: () => house.noted && forgetLauncher(settings.dataDir) });
  try {
    settings = await checkEverything();
    noteLauncher(settings);
    house.noted = true;
    await ensureInstalled(report);
    await ensureGenerated(report);
    if (!dev) await ensureBuilt(report);
    await openHouse(house, settings, { ...report, dev });
  } catch (cause) {
    if (house.ending) return undefined; // A signal came; it has the last word.
    console.error(`✗ ${explain(cause)}`);
    await shutDown(house).catch(() => {});
    if (house.noted) forgetLauncher(settings.dataDir);
    process.exit(1);
  }
  return house;
}

/** Whatever can be refused is refused here, before anything is written or started. */
async function checkEverything() {
  checkNodeVersion();
  const settings = readSettings();
  openDataFolder(settings.dataDir);
  const other = runningLauncher(settings.dataDir);
  if (other) throw new Refusal(`it runs already on ${settings.dataDir}: ${other.publicUrl} (process ${other.pid})`);
  const wanted = [
    { name: "PORT", port: settings.port },
    { name: "SANDBOX_PORT", port: settings.sandboxPort },
  ];
  await checkPorts(wanted, { patienceMs: diedUncleanly(settings.dataDir) ? AFTER_KILL_MS : 0 });
  return settings;
}

async function openHouse(house, settings, { say, step, dev }) {
  const secrets = settings.databaseUrl ? { MASTER_KEY: settings.masterKey } : masterKeyVariables(settings);
  const databaseUrl = () => settings.databaseUrl ?? house.server.url();
  if (!settings.databaseUrl) {
    await step("database", async () => {
      house.opening = openEmbedded(settings);
      house.server = await house.opening;
      return house.server.attached ? "it was still running" : undefined;
    });
    watchDatabase(house, { settings, say });
  }
  await step("migrations", async () => {
    const applied = await migrateDatabase(databaseUrl(), secrets);
    return applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to do";
  });
  const environment = () =>
    toolEnvironment({
      ...secrets,
      NODE_ENV: dev ? "development" : "production",
      PORT: String(settings.port),
      SANDBOX_PORT: String(settings.sandboxPort),
      DATA_DIR: settings.dataDir,
      PUBLIC_URL: settings.publicUrl,
      PAYMENT_CONFIG: settings.paymentConfig,
      SANDBOX_CONFIG: sandboxConfig(settings),
      DATABASE_URL: databaseUrl(),
    });
  const open = (name) => {
    const logFile = path.join(settings.dataDir, "logs", `${name}.log`);
    const child = keepAlive({ name, entry: `lib/bin/${name}.ts`, environment, logFile, say });
    house.children.push(child);
    return child;
  };
  const real = await hasRealConfiguration(settings, { env: environment(), say });
  const sandbox = real ? undefined : open("sandbox");
  const standsReady = sandbox !== undefined && isWhereItWas(settings);
  if (sandbox && !standsReady) await step("sandbox", () => openSandbox(settings, sandbox));
  const firstSignIn = askCli(["admin", "first"], environment()).catch(() => undefined);
  open("worker");
  const web = open("web");
  web.onMessage = ({ mode }) => mode === "real" && endSandbox(house, { sandbox, say });
  await step(standsReady ? "sandbox, web and worker" : "web and worker", async () => {
    if (standsReady) await openSandbox(settings, sandbox);
    await waitFor(house.children, () => isReady(settings.port), WEB_TIMEOUT_MS);
  });
  summarise(settings, { say, real, signIn: await firstSignIn });
}

/** Real credentials, in the file or imported, mean: no sandbox. A file that cannot be used is said aloud. */
async function hasRealConfiguration(settings, { env, say }) {
  const answer = await askCli(["config", "check"], env);
  if (!answer?.mode) return existsSync(settings.paymentConfig);
  for (const problem of answer.problems ?? []) say(`! ${settings.paymentConfig}: ${problem}`);
  for (const warning of answer.warnings ?? []) say(`! ${settings.paymentConfig}: ${warning}`);
  return answer.mode === "real";
}

/** The sandbox's configuration of last time is true of this time as well, so that nobody has to wait for a new one. */
function isWhereItWas(settings) {
  try {
    const { oauth_base: base } = JSON.parse(readFileSync(sandboxConfig(settings), "utf8"));
    return new URL(base).port === String(settings.sandboxPort);
  } catch {
    return false;
  }
}

async function openSandbox(settings, child) {
  const ready = async () => existsSync(sandboxConfig(settings)) && (await listens(settings.sandboxPort));
  await waitFor([child], ready, SANDBOX_TIMEOUT_MS);
}

/** Real credentials came while it ran: the sandbox never stands beside them. */
async function endSandbox(house, { sandbox, say }) {
  if (house.ending || !house.children.includes(sandbox)) return;
  house.children.splice(house.children.indexOf(sandbox), 1);
  say("real credentials are in force: the sandbox ends");
  await sandbox.stop(SANDBOX_STOP_MS);
}

/** Starts the embedded database again when it dies; the others reconnect, or begin anew where its address changed. */
async function watchDatabase(house, { settings, say }) {
  while (!house.ending) {
    await sleep(DATABASE_WATCH_MS);
    if (house.ending || house.server.isAlive()) continue;
    say("! the database ended; starting it again");
    const before = house.server.url();
    try {
      house.opening = openEmbedded(settings);
      house.server = await house.opening;
      say("✓ database is back");
      if (house.server.url() !== before) for (const child of house.children) child.restart();
    } catch (cause) {
      say(`! ${explain(cause)}`);
      await sleep(5_000);
    }
  }
}

function summarise(settings, { say, real, signIn }) {
  say("");
  say(`  mode           ${real ? "real: shoppers pay with real money" : "sandbox: no real money moves"}`);
  if (!real) say(`  shop demo      ${settings.publicUrl}/`);
  say(`  admin          ${settings.publicUrl}/admin`);
  if (signIn?.email) say(`  first sign-in  ${signIn.email}${signIn.password ? `  ${signIn.password}` : ""}`);
  if (!real) say(`  sandbox phone  http://localhost:${settings.sandboxPort}/phone (API ${settings.sandboxApi})`);
  say(`  data and logs  ${settings.dataDir}`);
  say("");
  say(`ready ${settings.publicUrl}`);
}
