import { spawn } from "node:child_process";
import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./report.mjs";
import { ROOT, typescriptRuntime } from "./runtime.mjs";

const FOLLOW_PARENT = "lib/bin/launch/follow-parent.mjs";
const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const SETTLED_MS = 60_000;
const PINO_WARN = 40;
/** What Node prints around an uncaught error. The log has it; the console shows only the error itself. */
const STACK_LINE = /^\s|^\}$|^node:internal|^Node\.js v/;

/** Where a child finds the socket that it is given; 0 to 2 are its streams, 3 is its channel. */
const SOCKET_FD = 4;

/**
 * Keeps one process running: restarts it with growing pauses when it ends unexpectedly.
 * `environment` and `program` are called at each start, because the database's address, or the folder of the program that is to
 * run, may have changed. `socketFd` is a listening socket that it shares with others.
 */
export function keepAlive(options) {
  const { name, logFile, say } = options;
  const log = boundedLog(logFile);
  const self = { name, deaths: 0, logFile, lastError: "", onMessage: (_message) => {} };
  /** Usually one; two while one takes the other's place. */
  const alive = new Set();
  let current;
  let timer;
  let ending = false;
  let renewing = false;

  function open() {
    const opened = openProcess(options, { self, log });
    alive.add(opened);
    opened.ended.then(() => alive.delete(opened));
    return opened;
  }

  /** From now on this is the process that is kept running. */
  function adopt(opened) {
    clearTimeout(timer);
    current = opened;
    renewing = false;
    opened.ended.then((why) => {
      if (ending || current !== opened) return;
      if (renewing) return adopt(open());
      if (Date.now() - opened.since > SETTLED_MS) self.deaths = 0;
      const pause = BACK_OFF_MS[Math.min(self.deaths++, BACK_OFF_MS.length - 1)];
      say(`! ${name} ended (${why}); starting it again in ${pause / 1000} s, log: ${logFile}`);
      timer = setTimeout(() => adopt(open()), pause);
    });
  }

  adopt(open());
  return Object.assign(self, {
    /** Asks the process to end; kills it after `timeoutMs`. */
    async stop(timeoutMs) {
      ending = true;
      clearTimeout(timer);
      await Promise.all([...alive].map((opened) => retire(opened, timeoutMs)));
    },
    /** Restarts it with a fresh environment. If `timeoutMs` is given, the old process is killed after it. */
    restart({ timeoutMs } = {}) {
      const old = current.child;
      renewing = old.kill("SIGTERM");
      if (timeoutMs === undefined) return;
      const last = setTimeout(() => old.kill("SIGKILL"), timeoutMs);
      old.once("exit", () => clearTimeout(last));
    },
    /**
     * Starts a new process beside the old one, which ends once the new one is at work.
     * @throws Refusal when the new one does not come to work; the old one goes on then
     */
    async replace({ startMs, stopMs }) {
      const next = open();
      const late = sleep(startMs, `it is not at work after ${startMs / 1000} s`, { ref: false });
      const state = await Promise.race([next.started, next.ended.then((why) => `it ended (${why})`), late]);
      if (state !== true || ending) {
        killGroup(next.child);
        throw new Refusal(`the new ${name} does not start, ${state}, and the one before goes on (log: ${logFile})`);
      }
      const old = current;
      adopt(next);
      await retire(old, stopMs);
    },
    /** Whether the process says so when it is asked by its channel: not while it is blocked, or out of file descriptors. */
    answers: (timeoutMs) => probe(current, timeoutMs),
    /** Kills the process and its children at once. */
    kill() {
      ending = true;
      clearTimeout(timer);
      for (const { child } of alive) killGroup(child);
    },
  });
}

function openProcess(options, { self, log }) {
  const { name, entry, environment, say, socketFd, nodeArgs = [], program = () => ROOT } = options;
  const root = program();
  const [node, ...flags] = typescriptRuntime(root);
  const isShared = socketFd !== undefined;
  const child = spawn(
    node,
    [...flags, "--import", path.join(root, FOLLOW_PARENT), ...nodeArgs, path.join(root, entry)],
    {
      cwd: root,
      env: { ...environment(), ...(isShared ? { LISTEN_FD: String(SOCKET_FD) } : {}) },
      stdio: ["ignore", "pipe", "pipe", "ipc", ...(isShared ? [socketFd] : [])],
      detached: true, // Ctrl-C reaches only the launcher, which decides the order of the shutdown.
    },
  );
  const started = new Promise((resolve) => {
    child.on("message", (message) => {
      if (message.started === true) resolve(true);
      self.onMessage(message);
    });
  });
  const report = (line) => {
    if (STACK_LINE.test(line)) return;
    // The error says more than the stack lines that follow it.
    if (/error/i.test(line) || !/error/i.test(self.lastError)) self.lastError = line;
    say(`${name}: ${line}`);
  };
  eachLine(child.stdout, log, (line) => isWarning(line) && report(sentenceOf(line)));
  eachLine(child.stderr, log, report);
  const ended = new Promise((resolve) => {
    child.once("error", (cause) => resolve(cause.message));
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  return { child, started, ended, since: Date.now() };
}

async function retire({ child, ended }, timeoutMs) {
  child.kill("SIGTERM");
  const last = setTimeout(() => killGroup(child), timeoutMs);
  await ended;
  clearTimeout(last);
}

async function probe({ child, ended }, timeoutMs) {
  if (!child.connected) return false;
  let hear;
  const answered = new Promise((resolve) => {
    hear = ({ alive }) => alive === true && resolve(true);
    child.on("message", hear);
  });
  child.send({ probe: true }, () => {});
  const isAlive = await Promise.race([answered, ended.then(() => false), sleep(timeoutMs, false, { ref: false })]);
  child.off("message", hear);
  return isAlive;
}

function killGroup({ pid }) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
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
