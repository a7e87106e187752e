import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "./report.mjs";

/** The project's folder; every process of the product runs in it. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const inRoot = (...parts) => path.join(ROOT, ...parts);
/** Where the pay page's own lane is built. */
export const LANE = inRoot(".lane");
/** Says that this folder is complete, as in an image: nothing is installed, generated or built in it. */
export const PREBUILT = inRoot(".prebuilt");

const OLDEST = [20, 19];

export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Refusal(`Node.js ${OLDEST.join(".")} or newer is needed, this is ${version}`);
}

/** The Node that runs the TypeScript of a program's folder: 24 from npm, or the current one if npm has no build for this machine. */
export function typescriptRuntime(root = ROOT) {
  const bundled = path.join(root, "node_modules/node/bin/node");
  if (existsSync(bundled)) return [bundled];
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const strips = major > 22 || (major === 22 && minor >= 18);
  return strips ? [process.execPath] : [process.execPath, "--import", "tsx"];
}

const QUIET_TOOLS = { CHECKPOINT_DISABLE: "1", NEXT_TELEMETRY_DISABLED: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };

/** Compiling our code costs each process a second; Node's compile cache brings it down to a third. */
const COMPILED = inRoot("node_modules/.cache/lingfu-compiled");

/** Variables that libpq reads. They may describe the user's external database, never the embedded one. */
const POSTGRES_VARIABLE = /^(PG[A-Z]+|NODE_PG_FORCE_NATIVE)$/;
const SECRETS = new Set([
  ...["MASTER_KEY", "MASTER_KEY_PREVIOUS", "DATABASE_URL", "DATABASE_LISTEN_URL", "DATABASE_REPLICA_URL"],
  ...["ADMIN_PASSWORD", "METRICS_TOKEN", "LEDGER_ANCHOR_SECRET"],
]);

/**
 * The environment for a third-party tool such as npm, a bundler or a test runner: without our secrets, which its packages'
 * scripts could read. Prisma needs no engine here and must not look for one.
 */
export const toolEnvironment = (more = {}) => ({
  ...shellWithout((name) => SECRETS.has(name) || POSTGRES_VARIABLE.test(name)),
  ...quiet(),
  ...more,
});

/** The same for a process of the product, which needs the secrets, and with `ownDatabase` the shell's PostgreSQL variables. */
export const productEnvironment = ({ ownDatabase }, more = {}) => ({
  ...shellWithout((name) => !ownDatabase && POSTGRES_VARIABLE.test(name)),
  ...quiet(),
  ...more,
});

const shellWithout = (isLeftOut) =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !isLeftOut(name)));

/** No telemetry. */
const quiet = () => ({
  ...QUIET_TOOLS,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILED,
  PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
});

const running = new Set();

/** Ends every tool that still runs, for Ctrl-C. */
export function endTools(signal = "SIGTERM") {
  for (const child of running) child.kill(signal);
}

/** Runs a command; `output` has both streams as one text, which is also passed to `onText`. */
export function runTool([command, ...args], { env = toolEnvironment(), cwd = ROOT, onText } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    let stdout = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (stream === child.stdout) stdout += text;
        onText?.(text);
      });
    }
    child.once("error", (cause) => {
      running.delete(child);
      reject(cause);
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 1, signal, output, stdout });
    });
  });
}

/** The last lines of a tool's output, which most likely say what went wrong. */
export function tailOf(output, lines = 15) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
