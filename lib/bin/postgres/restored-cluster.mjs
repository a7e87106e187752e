import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { makeOpenFolder, serverBinaries } from "./binaries.mjs";
import { clusterPaths, locateCluster } from "./cluster.mjs";
import { OWNER } from "./owner.mjs";
import { isAlive } from "./running.mjs";
import { serve } from "./start-postgres.mjs";

/** A day's log of a busy shop takes minutes. */
const RECOVERY_TIMEOUT_MS = 30 * 60_000;

/** The major version of PostgreSQL that is installed, as `PG_VERSION` has it. */
export function installedMajor() {
  const share = path.join(serverBinaries(undefined), "../share/postgresql/postgres.bki");
  return /^# PostgreSQL (\d+)/.exec(readFileSync(share, "utf8"))?.[1] ?? "";
}

/**
 * Makes the cluster of `dataDir` from files and log that `fill` puts there, and starts its server, which recovers them. `target`: up to this
 * moment; otherwise all of the log. `finish` does what has to be done before anybody may use it. Until then the cluster has another name, so
 * that a death on the way leaves none. @returns the server; with `finish`, undefined: it is stopped, and the cluster in its place
 */
export async function restoreCluster({ dataDir, durable, target, fill, finish }) {
  const place = locateCluster(path.resolve(dataDir));
  if (existsSync(place.cluster))
    throw new Error(`there is a database in ${dataDir} already: restore into an empty DATA_DIR`);
  removeAbandoned(place);
  const growing = clusterPaths({
    ...place,
    cluster: `${place.cluster}.restored-${process.pid}-${randomBytes(4).toString("hex")}`,
  });
  makeOpenFolder(growing.cluster);
  mkdirSync(growing.data, { mode: 0o700 });
  let server;
  try {
    const secrets = await fill(growing.data);
    keepSecrets(growing, secrets);
    writeFileSync(path.join(growing.data, "recovery.signal"), "", { mode: 0o600 });
    giveTo(growing.account, growing.data);
    server = await recover(growing, { durable, target });
    if (finish === undefined) return server;
    await finish(server);
    await server.stop(RECOVERY_TIMEOUT_MS);
    renameSync(growing.cluster, place.cluster);
    return undefined;
  } catch (cause) {
    await server?.stop();
    rmSync(growing.cluster, { recursive: true, force: true });
    throw cause;
  }
}

async function recover(place, { durable, target }) {
  // All of the log is in its folder already: nothing is to be fetched.
  const more = { restore_command: "false", recovery_target_action: "promote", hot_standby: "off" };
  const start = (settings) => serve(place, { durable, more: { ...more, ...settings }, timeoutMs: RECOVERY_TIMEOUT_MS });
  if (!target) return start({});
  try {
    return await start({ recovery_target_time: target.toISOString().replace("T", " ").replace("Z", "+00") });
  } catch (cause) {
    // Nothing was committed after that moment: then the end of the log is that moment.
    if (!/recovery ended before configured recovery target was reached/.test(cause.message)) throw cause;
    return start({});
  }
}

function removeAbandoned(place) {
  for (const name of readdirSync(place.base)) {
    const maker = /^cluster\.restored-(\d+)-/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) rmSync(path.join(place.base, name), { recursive: true, force: true });
  }
}

function keepSecrets({ passwordFile, ownerPasswordFile, ownerMark }, { superuser, owner }) {
  writeFileSync(passwordFile, superuser, { mode: 0o600 });
  if (owner === null) return;
  writeFileSync(ownerPasswordFile, owner, { mode: 0o600 });
  writeFileSync(ownerMark, `${OWNER}\n`, { mode: 0o600 });
}

/** All files belong to the account that the server runs under, and to no other. */
function giveTo(account, folder) {
  for (const entry of [{ name: "." }, ...readdirSync(folder, { withFileTypes: true, recursive: true })]) {
    const file = path.join(entry.parentPath ?? folder, entry.name);
    if (account) chownSync(file, account.uid, account.gid);
    chmodSync(file, entry.isFile?.() ? 0o600 : 0o700);
  }
}
