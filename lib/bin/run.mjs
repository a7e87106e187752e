// node run.mjs [--alone] ENTRY ARGS…: runs a TypeScript entry of ours against the product's database, which is started for
// the while where it is not running; with --alone without any. Standard output belongs to the entry.
import { spawn } from "node:child_process";
import { ensureGenerated } from "./launch/build.mjs";
import { masterKeyOf, migrateDatabase, openEmbedded, postgresFolder } from "./launch/database.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { runningLauncher } from "./launch/lock.mjs";
import { explain, reporter } from "./launch/report.mjs";
import { checkNodeVersion, inRoot, ROOT, toolEnvironment, typescriptRuntime } from "./launch/runtime.mjs";
import { openDataFolder, readSettings } from "./launch/settings.mjs";
import { attachPostgres } from "./postgres/start-postgres.mjs";

const alone = process.argv[2] === "--alone";
const [entry, ...args] = process.argv.slice(alone ? 3 : 2);

try {
  checkNodeVersion();
  const report = reporter(process.stderr);
  await ensureInstalled(report);
  await ensureGenerated(report);
  const settings = readSettings();
  const wantsDatabase =
    !alone && args.length > 0 && !args.some((arg) => arg === "--help" || arg === "-h" || arg === "help");
  process.exitCode = wantsDatabase && !settings.databaseUrl ? await runBeside(settings) : await run(settings, {});
} catch (cause) {
  console.error(`✗ ${explain(cause)}`);
  process.exitCode = 1;
}

async function runBeside(settings) {
  openDataFolder(settings.dataDir);
  const key = masterKeyOf(settings);
  const running = await attachPostgres({ dataDir: postgresFolder(settings) });
  const server = running ?? (await openEmbedded(settings));
  try {
    if (!running) await migrateDatabase(server.url());
    return await run(settings, { DATABASE_URL: server.url(), MASTER_KEY: key });
  } finally {
    // A product that was started in the meantime has attached to this server and stops it itself.
    if (!running && !runningLauncher(settings.dataDir)) await server.stop();
  }
}

function run(settings, environment) {
  const env = toolEnvironment({
    NODE_ENV: process.env.NODE_ENV ?? "production",
    PORT: String(settings.port),
    SANDBOX_PORT: String(settings.sandboxPort),
    PUBLIC_URL: settings.publicUrl,
    DATA_DIR: settings.dataDir,
    PAYMENT_CONFIG: settings.paymentConfig,
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
