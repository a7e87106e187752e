import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What `postmaster.pid` says, or undefined where there is none or it is half written. */
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

/**
 * Whether the process lives and is ours: one that we may not signal is another process that got the number later.
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

/** After a restart of the machine the number in a stale lock file often belongs to some other process. */
function isServerOf(pid, data) {
  if (!isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return true; // No /proc, or not ours to read: the lock file is believed.
  }
}

/**
 * The server that already runs on this cluster, once it takes connections; undefined where there is none.
 * One that is on its way up or down is waited for, and a lock file without a server is removed.
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

/** Ends the server: without waiting for its clients, and, when that takes too long, at once. Its data stays safe. */
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
