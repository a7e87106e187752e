import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverBinaries } from "./binaries.mjs";
import { choosePort, initialise, lastLine, locateCluster, SUPERUSER, serverEnvironment } from "./cluster.mjs";
import { DATABASE, ensureOwner, hasOwner, OWNER, ownerPassword } from "./owner.mjs";
import { findRunning, isAlive, isReady, stopServer } from "./running.mjs";

const LOG_BYTES_MAX = 5_000_000;
const START_TIMEOUT_MS = 60_000; // Recovery after a crash may take this long; an ordinary start takes 0.1 s.

const SETTINGS = {
  listen_addresses: "127.0.0.1", // Not `localhost`: some machines do not have that name.
  unix_socket_directories: "",
  max_connections: "200",
  // For a machine of 4 GiB that runs all of the product; a database of one's own may have more.
  shared_buffers: "128MB",
  effective_cache_size: "2GB",
  maintenance_work_mem: "64MB",
  max_wal_size: "1GB",
  checkpoint_timeout: "10min",
  // A fifth of ten million rows is a long time without statistics and two million dead rows.
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_analyze_scale_factor: "0.02",
  jit: "off", // Our statements are short: compiling them costs more than it saves.
  max_parallel_workers_per_gather: "0", // So does starting workers: a search of ten million orders did 105 times, for four seconds.
  max_logical_replication_workers: "0", // Nothing is replicated so, and the process that starts them would be there all the time.
  autovacuum_naptime: "15s", // Plans that were made over empty tables are made anew before a rush has passed.
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  log_min_error_statement: "panic", // Statements hold what shoppers bought; they stay out of the log.
  log_checkpoints: "off",
  max_slot_wal_keep_size: "2GB", // What a backup that has stopped may keep from being removed.
};
const THROW_AWAY = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_wal_size: "2GB",
  checkpoint_timeout: "1h",
  autovacuum_naptime: "1h",
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or attaches to it if it is running; `owned`: its database belongs to a plain
 * role, which connections use. Throws an Error whose message is one line for people.
 */
export async function startPostgres({ dataDir, durable, owned = durable }) {
  const place = locateCluster(path.resolve(dataDir));
  const server = await openServer(place, durable);
  if (owned) await ensureOwner(place, server);
  return server;
}

async function openServer(place, durable) {
  const running = await findRunning(place, { timeoutMs: START_TIMEOUT_MS });
  if (running) return handle(place, { ...running, attached: true });
  await initialise(place, serverBinaries(place.account), { durable });
  return serve(place, { durable });
}

/** Starts the server of a cluster that is there. `more`: settings beside our own. */
export async function serve(place, { durable, more = {}, timeoutMs = START_TIMEOUT_MS }) {
  const binaries = serverBinaries(place.account);
  const settings = { ...SETTINGS, ...(durable ? {} : THROW_AWAY), ...more };
  for (let round = 1; ; round++) {
    const port = String(await choosePort(place));
    const attempt = await launch(place, { binaries, settings: { ...settings, port }, timeoutMs });
    if (attempt.server) return handle(place, attempt.server);
    // Another process took the port in between, started the same cluster, or the dead server's children still linger.
    if (round >= 20 || !/already in use|still in use|already exists/i.test(attempt.problem)) {
      throw new Error(`PostgreSQL does not start: ${attempt.problem}`);
    }
    await sleep(250);
    const other = await findRunning(place, { timeoutMs: START_TIMEOUT_MS });
    if (other) return handle(place, { ...other, attached: true });
  }
}

/** The running server of `dataDir`, or undefined; starts nothing. */
export async function attachPostgres({ dataDir }) {
  if (!existsSync(dataDir)) return undefined;
  const place = locateCluster(path.resolve(dataDir));
  const running = await findRunning(place, { timeoutMs: START_TIMEOUT_MS });
  return running && handle(place, { ...running, attached: true });
}

async function launch(place, { binaries, settings, timeoutMs }) {
  if (existsSync(place.log) && statSync(place.log).size > LOG_BYTES_MAX) renameSync(place.log, `${place.log}.1`);
  const log = openSync(place.log, "a", 0o600);
  const from = statSync(place.log).size;
  const args = ["-D", place.data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  // Detached, so that Ctrl-C in the terminal reaches us alone and the server goes last.
  const child = spawn(path.join(binaries, "postgres"), args, {
    cwd: "/",
    env: serverEnvironment(),
    stdio: ["ignore", log, log],
    detached: true,
    ...place.account,
  });
  closeSync(log);
  let failure;
  child.once("error", (cause) => {
    failure = cause.message;
  });
  child.once("exit", (code, signal) => {
    failure ??= lastWords(place.log, from) ?? `ended with ${signal ?? code}`;
  });
  child.unref();
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (failure !== undefined) return { problem: failure };
    const running = child.pid && (await findOwn(place, child.pid));
    if (running) return { server: { ...running, attached: false } };
    await sleep(20);
  }
  child.kill("SIGQUIT");
  return { problem: `not ready after ${timeoutMs / 1000} s, see ${place.log}` };
}

/** Undefined if the folder was removed, as after a test. */
function lastWords(log, from) {
  try {
    return lastLine(readFileSync(log).subarray(from));
  } catch {
    return undefined;
  }
}

/** Our own server once it is ready; the lock file of another server does not count. */
async function findOwn(place, pid) {
  if (!existsSync(place.pidFile) || !isReady(place.pidFile)) return undefined;
  const running = await findRunning(place, { timeoutMs: START_TIMEOUT_MS });
  return running?.pid === pid ? running : undefined;
}

function handle(place, { pid, port, attached }) {
  const password = readFileSync(place.passwordFile, "utf8").trim();
  const address = (role, secret, database) => `postgresql://${role}:${secret}@127.0.0.1:${port}/${database}`;
  const superuserUrl = (database = DATABASE) => address(SUPERUSER, password, database);
  const ownerUrl = () => address(OWNER, ownerPassword(place), DATABASE);
  return {
    pid,
    port,
    attached,
    base: place.base,
    log: place.log,
    superuserUrl,
    ownerUrl,
    url: () => (hasOwner(place) ? ownerUrl() : superuserUrl()),
    /** What a backup of the cluster has to hold beside its data. */
    cluster: () => ({
      superuserUrl: superuserUrl(),
      secrets: { superuser: password, owner: hasOwner(place) ? ownerPassword(place) : null },
      majorVersion: readFileSync(path.join(place.data, "PG_VERSION"), "utf8").trim(),
    }),
    stop: (timeoutMs) => stopServer(pid, timeoutMs),
    isAlive: () => isAlive(pid),
  };
}
