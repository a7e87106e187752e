import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBuilt, ensureGenerated } from "./build.mjs";
import { keepAlive } from "./child.mjs";
import {
  environmentOf,
  masterKeyVariables,
  migrateDatabase,
  openEmbedded,
  postgresFolder,
  waitForDatabase,
} from "./database.mjs";
import { giveBackMemory } from "./give-back-memory.mjs";
import { answers, checkPorts, isReady, listens, waitFor, watchWeb } from "./health-checks.mjs";
import { ensureInstalled } from "./install.mjs";
import { openListeningSocket } from "./listening-socket.mjs";
import { diedUncleanly, forgetLauncher, noteLauncher, runningLauncher } from "./lock.mjs";
import { chooseProgram, chosenProgram } from "./program.mjs";
import { explain, Refusal, reporter } from "./report.mjs";
import { obeyRestarts } from "./rolling-restart.mjs";
import {
  checkNodeVersion,
  inRoot,
  productEnvironment,
  ROOT,
  runTool,
  toolEnvironment,
  typescriptRuntime,
} from "./runtime.mjs";
import { openDataFolder, readSettings, sandboxConfig } from "./settings.mjs";
import { obeySignals, shutDown } from "./shutdown.mjs";

const AFTER_KILL_MS = 8_000;
const SANDBOX_TIMEOUT_MS = 30_000;
const SANDBOX_STOP_MS = 3_000;
const WEB_TIMEOUT_MS = 120_000;
const DATABASE_WATCH_MS = 500;
const PROBE_TIMEOUT_MS = 5_000;

const PARTS = ["web", "worker", "sandbox"];

/**
 * Starts the product and keeps it running until a signal comes. `dev`: pages are compiled on request. `only` names the one
 * part to start, against an external database.
 */
export async function startAll({ dev, only }) {
  const report = reporter();
  const product = { children: [], server: undefined, opening: undefined, ending: false, noted: false, program: ROOT };
  let settings;
  const forget = () => product.noted && forgetLauncher(settings.dataDir, only);
  obeySignals(product, { say: report.say, onEnd: forget });
  try {
    settings = await checkEverything(only);
    noteLauncher(settings, only);
    product.noted = true;
    await ensureInstalled(report);
    if (only !== "sandbox") await ensureGenerated(report);
    if (!dev && (only ?? "web") === "web") await ensureBuilt(report);
    await (only ? openPart : openProduct)(product, settings, { ...report, dev, only });
    if (only !== "sandbox") chooseProgram(settings.dataDir, ROOT);
    obeyRestarts(product, { settings, only, say: report.say });
    giveBackMemory();
  } catch (cause) {
    if (product.ending) return undefined; // A signal came and takes precedence.
    console.error(`✗ ${explain(cause)}`);
    await shutDown(product).catch(() => {});
    forget();
    process.exit(1);
  }
  return product;
}

/** Checks everything that can be refused, before anything is written or started. */
async function checkEverything(only) {
  checkNodeVersion();
  if (only !== undefined && !PARTS.includes(only)) {
    throw new Refusal(`--only takes one of ${PARTS.join(", ")}${only ? `, not ${only}` : ""}`);
  }
  const settings = readSettings();
  if (only === "sandbox" && existsSync(settings.paymentConfig)) {
    throw new Refusal(
      `the sandbox never starts together with real credentials, and ${settings.paymentConfig} is there`,
    );
  }
  if (only && only !== "sandbox" && !settings.databaseUrl) {
    throw new Refusal(`--only ${only} needs DATABASE_URL and MASTER_KEY: the embedded database belongs to npm start`);
  }
  openDataFolder(settings.dataDir, { embedded: !settings.databaseUrl && !only });
  const other = runningLauncher(settings.dataDir, only);
  if (other) throw new Refusal(`it runs already on ${settings.dataDir}: ${other.publicUrl} (process ${other.pid})`);
  const wanted = [
    { part: "web", name: "PORT", port: settings.port, host: settings.host },
    { part: "sandbox", name: "SANDBOX_PORT", port: settings.sandboxPort },
  ].filter(({ part }) => !only || part === only);
  await checkPorts(wanted, { timeoutMs: diedUncleanly(settings.dataDir, only) ? AFTER_KILL_MS : 0 });
  return settings;
}

async function openProduct(product, settings, { say, step, dev }) {
  const secrets = settings.databaseUrl ? { MASTER_KEY: settings.masterKey } : masterKeyVariables(settings);
  if (!settings.databaseUrl) {
    await step("database", async () => {
      product.opening = openEmbedded(settings);
      product.server = await product.opening;
      return product.server.attached ? "it was still running" : undefined;
    });
    watchDatabase(product, { settings, say });
  }
  await applyMigrations(product, settings, { secrets, say, step });
  const open = opener(product, settings, { secrets, say, dev });
  const real = await hasRealConfiguration(settings, { env: open.environment(), say });
  const sandbox = real ? undefined : open("sandbox");
  const standsReady = sandbox !== undefined && isWhereItWas(settings);
  if (sandbox && !standsReady) await step("sandbox", () => openSandbox(settings, sandbox));
  const firstSignIn = askCli(["admin", "first"], open.environment()).catch(() => undefined);
  open("worker");
  const webs = await openWebs(settings, { open, dev });
  for (const web of webs) web.onMessage = ({ mode }) => mode === "real" && endSandbox(product, { sandbox, say });
  await step(standsReady ? "sandbox, web and worker" : "web and worker", async () => {
    if (standsReady) await openSandbox(settings, sandbox);
    await waitFor(product.children, () => isReady(settings), WEB_TIMEOUT_MS);
  });
  // Under `npm run dev` compiling a page may take long.
  if (!dev) watchWebs(product, webs, { settings, say });
  summarise(settings, { say, real, signIn: await firstSignIn });
}

/** Starts one part alone: the database is external, and the other parts run elsewhere or start later. */
async function openPart(product, settings, { say, step, dev, only }) {
  const secrets = { MASTER_KEY: settings.masterKey };
  if (only !== "sandbox") await applyMigrations(product, settings, { secrets, say, step });
  const open = opener(product, settings, { secrets, say, dev });
  const children = only === "web" ? await openWebs(settings, { open, dev }) : [open(only)];
  let isUp = false;
  children[0].onMessage = ({ started }) => {
    isUp ||= started === true;
  };
  const parts = {
    web: { url: settings.publicUrl, ready: () => isReady(settings, ["worker"]) },
    worker: { url: "worker", ready: () => isUp },
    sandbox: { url: `http://localhost:${settings.sandboxPort}`, ready: () => sandboxIsUp(settings) },
  };
  await step(only, () => waitFor(children, parts[only].ready, WEB_TIMEOUT_MS));
  if (only === "web" && !dev) watchWebs(product, children, { settings, say });
  say(`ready ${parts[only].url}`);
}

const applyMigrations = (product, settings, { secrets, say, step }) =>
  step("migrations", async () => {
    const databaseUrl = settings.databaseUrl ?? product.server.url();
    const onAway = settings.databaseUrl && waitForDatabase(settings, { say });
    const applied = await migrateDatabase(settings, { databaseUrl, masterKey: secrets, onAway, ...wentBack(settings) });
    return applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to do";
  });

/** After `upgrade --back` this program is meant to run on the newer database. */
const wentBack = ({ dataDir }) => {
  const chosen = chosenProgram(dataDir);
  return { allowNewer: chosen?.root === ROOT && chosen.wentBack === true };
};

/** Starts a process of the product by its name, with this `environment`. */
function opener(product, settings, { secrets, say, dev }) {
  const common = () => ({
    NODE_ENV: dev ? "development" : "production",
    PORT: String(settings.port),
    SANDBOX_PORT: String(settings.sandboxPort),
    DATA_DIR: settings.dataDir,
    PUBLIC_URL: settings.publicUrl,
    PAYMENT_CONFIG: settings.paymentConfig,
    SANDBOX_CONFIG: sandboxConfig(settings),
  });
  const environment = () =>
    productEnvironment(environmentOf(settings), {
      ...secrets,
      ...common(),
      DATABASE_URL: settings.databaseUrl ?? product.server.url(),
      // It was looked at when the launcher started. What is started again meanwhile goes on serving through an upgrade.
      ALLOW_NEWER_DATABASE: "1",
      EMBEDDED_POSTGRES: settings.databaseUrl ? "" : postgresFolder(settings),
    });
  // The sandbox needs neither the database nor the keys.
  const ofPart = (name) => (name === "sandbox" ? () => toolEnvironment(common()) : environment);
  const open = (part, { number = 1, socketFd } = {}) => {
    const name = number === 1 ? part : `${part}-${number}`;
    const logFile = path.join(settings.dataDir, "logs", `${name}.log`);
    const started = { name, entry: `lib/bin/${part}.ts`, environment: ofPart(part), program: () => product.program };
    const child = keepAlive({ ...started, logFile, say, socketFd });
    product.children.push(child);
    return child;
  };
  return Object.assign(open, { environment });
}

/** The web processes of this machine, behind one port. */
async function openWebs(settings, { open, dev }) {
  const socketFd = await openListeningSocket(settings);
  if (socketFd === undefined && settings.webProcesses > 1) {
    throw new Refusal("WEB_PROCESSES: this Node cannot share a port among several processes");
  }
  return Array.from({ length: dev ? 1 : settings.webProcesses }, (_, index) =>
    open("web", { number: index + 1, socketFd }),
  );
}

/** Of several that share a port any may answer there, so each is asked by its own channel. */
function watchWebs(product, webs, { settings, say }) {
  const asked = (web) => (webs.length === 1 ? () => answers(settings) : () => web.answers(PROBE_TIMEOUT_MS));
  for (const web of webs) watchWeb(product, web, { answers: asked(web), say });
}

/** With real credentials, in the file or imported, no sandbox starts. An unusable file is reported. */
async function hasRealConfiguration(settings, { env, say }) {
  const answer = await askCli(["config", "check"], env);
  if (!answer?.mode) return existsSync(settings.paymentConfig);
  for (const problem of answer.problems ?? []) say(`! ${settings.paymentConfig}: ${problem}`);
  for (const warning of answer.warnings ?? []) say(`! ${settings.paymentConfig}: ${warning}`);
  return answer.mode === "real";
}

/** Whether the sandbox's last configuration is still valid, so that the start need not wait for a new one. */
function isWhereItWas(settings) {
  try {
    const { oauth_base: base } = JSON.parse(readFileSync(sandboxConfig(settings), "utf8"));
    return new URL(base).port === String(settings.sandboxPort);
  } catch {
    return false;
  }
}

const sandboxIsUp = async (settings) => existsSync(sandboxConfig(settings)) && (await listens(settings.sandboxPort));

const openSandbox = (settings, child) => waitFor([child], () => sandboxIsUp(settings), SANDBOX_TIMEOUT_MS);

/** Real credentials became active: the sandbox never runs together with them. */
async function endSandbox(product, { sandbox, say }) {
  if (product.ending || !product.children.includes(sandbox)) return;
  product.children.splice(product.children.indexOf(sandbox), 1);
  say("real credentials are active: the sandbox ends");
  await sandbox.stop(SANDBOX_STOP_MS);
}

/** Restarts the embedded database if it dies; the processes reconnect, or are restarted if its address changed. */
async function watchDatabase(product, { settings, say }) {
  while (!product.ending) {
    await sleep(DATABASE_WATCH_MS);
    if (product.ending || product.server.isAlive()) continue;
    say("! the database ended; starting it again");
    const before = product.server.url();
    try {
      product.opening = openEmbedded(settings);
      product.server = await product.opening;
      say("✓ database is back");
      if (product.server.url() !== before) for (const child of product.children) child.restart();
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

/** Runs the operator's tool with --json; undefined if it prints none. `env` is that of the product's processes. */
async function askCli(args, env) {
  if (!existsSync(inRoot("lib/bin/cli.ts"))) return undefined;
  const { stdout } = await runTool([...typescriptRuntime(), inRoot("lib/bin/cli.ts"), ...args, "--json"], { env });
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
