import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { boundedLog } from "./bounded-log.mjs";
import { inRoot, ROOT, typescriptRuntime } from "./runtime.mjs";

const FOLLOW_PARENT = fileURLToPath(new URL("./follow-parent.mjs", import.meta.url));
const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const SETTLED_MS = 60_000;
const PINO_WARN = 40;
/** What Node prints around an uncaught error: it is in the log, and the error itself says it on the console. */
const STACK_LINE = /^\s|^\}$|^node:internal|^Node\.js v/;

/**
 * Keeps one process alive: started again, with growing pauses, whenever it ends by itself.
 * `environment` is asked at each start, so that a database that moved is found.
 */
export function keepAlive({ name, entry, environment, logFile, say, nodeArgs = [] }) {
  const log = boundedLog(logFile);
  const self = { name, deaths: 0, logFile, lastWords: "", onMessage: (_message) => {} };
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
      detached: true, // Ctrl-C reaches the launcher alone; it decides who goes first.
    });
    child.on("message", (message) => self.onMessage(message));
    const told = (line) => {
      if (STACK_LINE.test(line)) return;
      // What failed says more than the lines of its stack that follow.
      if (/error/i.test(line) || !/error/i.test(self.lastWords)) self.lastWords = line;
      say(`${name}: ${line}`);
    };
    eachLine(child.stdout, log, (line) => isWarning(line) && told(sentenceOf(line)));
    eachLine(child.stderr, log, told);
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
    /** Asks the process to end; after `patienceMs` it is ended. */
    async stop(patienceMs) {
      ending = true;
      clearTimeout(timer);
      child.kill("SIGTERM");
      const last = setTimeout(() => self.kill(), patienceMs);
      await ended;
      clearTimeout(last);
    },
    /** Ends it and starts it anew, with a fresh environment; after `patienceMs`, where given, it is ended by force. */
    restart({ patienceMs } = {}) {
      const old = child;
      renewing = old.kill("SIGTERM");
      if (patienceMs === undefined) return;
      const last = setTimeout(() => old.kill("SIGKILL"), patienceMs);
      old.once("exit", () => clearTimeout(last));
    },
    /** Ends the process and whatever it has started, at once. */
    kill() {
      ending = true;
      clearTimeout(timer);
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // Gone already.
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
