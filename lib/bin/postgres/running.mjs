import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The content of `postmaster.pid`, or undefined if it is missing or half written. */
function readPidFile(file) {
  let lines;
  try {
    lines = readFileSync(file, "utf8").split("\n");
  } catch {
    return undefined;
  }
  const [pid, , , port, , , , status] = lines;
  return Number(pid) > 0 ? { pid: Number(pid), port: Number(port), status: status?.trim() ?? "" } : undefined;
}

/** A server that still recovers says so in its lock file, however long it takes. */
export const isReady = (file) => readPidFile(file)?.status === "ready";

/**
 * Whether the process is alive and ours: one that we may not signal is another process that reused the id.
 * An uncollected zombie (common in containers) counts as dead.
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return !existsSync("/proc/self/status");
  }
}

/** After a restart of the machine the id in a stale lock file often belongs to another process. */
function isServerOf(pid, data) {
  if (!isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return true; // /proc is missing or unreadable: trust the lock file.
  }
}

/**
 * The server that already runs on this cluster, once it accepts connections; undefined if there is none.
 * Waits for one that is starting or stopping, and removes a lock file without a server.
 */
export async function findRunning(place, { timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  while (existsSync(place.pidFile)) {
    const found = readPidFile(place.pidFile);
    if (found && !isServerOf(found.pid, place.data)) {
      rmSync(place.pidFile, { force: true });
      return undefined;
    }
    if (found?.status === "ready" && (await answers(found.port))) return found;
    if (Date.now() > deadline) {
      throw new Error(
        `the PostgreSQL server of ${place.data} is neither up nor down (${found?.status ?? "no status"})`,
      );
    }
    await sleep(50);
  }
  return undefined;
}

/** Whether a PostgreSQL server listens: it answers the request for TLS with one letter. */
const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once("error", () => end(false));
    socket.once("connect", () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once("data", (answer) => end(answer[0] === 0x4e || answer[0] === 0x53));
  });

/** Stops the server without waiting for its clients, and kills it if that takes too long. Its data stays safe. */
export async function stopServer(pid, timeoutMs = 3_000) {
  for (const [signal, waitMs] of [
    ["SIGINT", timeoutMs],
    ["SIGQUIT", 3_000],
    ["SIGKILL", 3_000],
  ]) {
    try {
      process.kill(pid, signal);
    } catch (cause) {
      if (cause.code === "ESRCH") return;
      throw cause;
    }
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await sleep(20);
    }
  }
}
