import { spawn } from "node:child_process";
import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inRoot, ROOT, typescriptRuntime } from "./runtime.mjs";

const FOLLOW_PARENT = fileURLToPath(new URL("./follow-parent.mjs", import.meta.url));
const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const SETTLED_MS = 60_000;
const PINO_WARN = 40;
/** What Node prints around an uncaught error. The log has it; the console shows only the error itself. */
const STACK_LINE = /^\s|^\}$|^node:internal|^Node\.js v/;

/**
 * Keeps one process running: restarts it with growing pauses when it ends unexpectedly.
 * `environment` is called at each start, because the database's address may have changed.
 */
export function keepAlive({ name, entry, environment, logFile, say, nodeArgs = [] }) {
  const log = boundedLog(logFile);
  const self = { name, deaths: 0, logFile, lastError: "", onMessage: (_message) => {} };
  let child;
  let timer;
  let ending = false;
  let renewing = false;
  let ended = Promise.resolve();

  function start() {
    const since = Date.now();
    renewing = false;
    const [node, ...flags] = typescriptRuntime();
    child = spawn(node, [...flags, "--import", FOLLOW_PARENT, ...nodeArgs, inRoot(entry)], {
      cwd: ROOT,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true, // Ctrl-C reaches only the launcher, which decides the order of the shutdown.
    });
    child.on("message", (message) => self.onMessage(message));
    const report = (line) => {
      if (STACK_LINE.test(line)) return;
      // The error says more than the stack lines that follow it.
      if (/error/i.test(line) || !/error/i.test(self.lastError)) self.lastError = line;
      say(`${name}: ${line}`);
    };
    eachLine(child.stdout, log, (line) => isWarning(line) && report(sentenceOf(line)));
    eachLine(child.stderr, log, report);
    ended = new Promise((resolve) => {
      const over = (why) => {
        resolve();
        if (ending) return;
        if (renewing) return start();
        if (Date.now() - since > SETTLED_MS) self.deaths = 0;
        const pause = BACK_OFF_MS[Math.min(self.deaths++, BACK_OFF_MS.length - 1)];
        say(`! ${name} ended (${why}); starting it again in ${pause / 1000} s, log: ${logFile}`);
        timer = setTimeout(start, pause);
      };
      child.once("error", (cause) => over(cause.message));
      child.once("exit", (code, signal) => over(signal ?? `code ${code}`));
    });
  }

  start();
  return Object.assign(self, {
    /** Asks the process to end; kills it after `timeoutMs`. */
    async stop(timeoutMs) {
      ending = true;
      clearTimeout(timer);
      child.kill("SIGTERM");
      const last = setTimeout(() => self.kill(), timeoutMs);
      await ended;
      clearTimeout(last);
    },
    /** Restarts it with a fresh environment. If `timeoutMs` is given, the old process is killed after it. */
    restart({ timeoutMs } = {}) {
      const old = child;
      renewing = old.kill("SIGTERM");
      if (timeoutMs === undefined) return;
      const last = setTimeout(() => old.kill("SIGKILL"), timeoutMs);
      old.once("exit", () => clearTimeout(last));
    },
    /** Kills the process and its children at once. */
    kill() {
      ending = true;
      clearTimeout(timer);
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has already ended.
      }
    },
  });
}

function eachLine(stream, log, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    log(text);
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-100_000);
    for (const line of lines) if (line.trim()) onLine(line);
  });
}

const isWarning = (line) => Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0) >= PINO_WARN;

/** A pino line as people read it. */
function sentenceOf(line) {
  try {
    const { msg, err, event } = JSON.parse(line);
    return [msg ?? event, err?.message].filter(Boolean).join(": ") || line;
  } catch {
    return line;
  }
}

const BYTES_MAX = 10_000_000;

/** A log file of bounded size: when it is full it is renamed to `NAME.1`, which replaces the one before. */
function boundedLog(file) {
  let size = existsSync(file) ? statSync(file).size : 0;
  return (text) => {
    try {
      if (size > BYTES_MAX) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
    } catch {
      // A full disk must not end the launcher and with it the shop.
    }
  };
}
