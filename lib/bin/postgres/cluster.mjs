import { execFile } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { canReach, serverAccount, sharedFolder } from "./account.mjs";
import { makeOpenFolder } from "./binaries.mjs";
import { isAlive } from "./running.mjs";

export const SUPERUSER = "lingfu";
const run = promisify(execFile);

/**
 * Where the cluster of `dataDir` lies: in it, or, where root's data lies below a folder that the server's account
 * cannot enter, in a shared folder that `dataDir/location` names.
 */
export function locateCluster(dataDir) {
  makeOpenFolder(dataDir);
  const note = path.join(dataDir, "location");
  const base = existsSync(note) ? followNote(note, dataDir) : dataDir;
  const account = serverAccount(path.join(base, "cluster/data"));
  if (canReach(account, base)) return paths(base, account);
  const shared = sharedFolder(account, { mkdir: makeOpenFolder, lstat: lstatSync });
  const moved = path.join(shared, `data-${randomBytes(6).toString("hex")}`);
  if (existsSync(path.join(base, "cluster"))) {
    throw new Error(`the account that PostgreSQL runs under can no longer enter ${base}`);
  }
  makeOpenFolder(moved);
  writeFileSync(path.join(moved, "owner"), `${dataDir}\n`);
  writeFileSync(note, `${moved}\n`);
  return paths(moved, account);
}

/** A data folder that was moved takes its cluster along; a copy of it must not share the original's. */
function followNote(note, dataDir) {
  const base = readFileSync(note, "utf8").trim();
  const ownerFile = path.join(base, "owner");
  if (!existsSync(ownerFile)) throw new Error(`${note} names ${base}, where there is no cluster`);
  const owner = readFileSync(ownerFile, "utf8").trim();
  if (owner === dataDir) return base;
  if (existsSync(path.join(owner, "location"))) {
    throw new Error(
      `${dataDir} is a copy of ${owner}, whose database lies in ${base}: remove ${note} to start with an empty database`,
    );
  }
  writeFileSync(ownerFile, `${dataDir}\n`);
  return base;
}

const paths = (base, account) => clusterPaths({ base, account, cluster: path.join(base, "cluster") });

/** `cluster`: another folder than the one that counts, while it is being made. */
export function clusterPaths({ base, account, cluster }) {
  return {
    base,
    account,
    cluster,
    data: path.join(cluster, "data"),
    passwordFile: path.join(cluster, "password"),
    ownerPasswordFile: path.join(cluster, "owner-password"),
    ownerMark: path.join(cluster, "owner"),
    portFile: path.join(cluster, "port"),
    pidFile: path.join(cluster, "data/postmaster.pid"),
    log: path.join(base, "server.log"),
  };
}

/** Makes the cluster unless it is there. A death half-way leaves nothing that counts: the last step is a rename. */
export async function initialise(place, binaries, { durable }) {
  if (existsSync(place.cluster)) return false;
  for (const name of readdirSync(place.base)) {
    const maker = /^cluster\.new-(\d+)-/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) rmSync(path.join(place.base, name), { recursive: true, force: true });
  }
  const growing = `${place.cluster}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  const data = path.join(growing, "data");
  const password = randomBytes(24).toString("base64url");
  const forInitdb = path.join(growing, "initial-password");
  makeOpenFolder(growing);
  mkdirSync(data, { mode: 0o700 });
  chmodSync(data, 0o700);
  for (const file of [path.join(growing, "password"), forInitdb]) {
    writeFileSync(file, password, { mode: 0o600 });
  }
  for (const ours of place.account ? [data, forInitdb] : []) chownSync(ours, place.account.uid, place.account.gid);
  const args = ["-D", data, "-U", SUPERUSER, `--pwfile=${forInitdb}`, "--auth=scram-sha-256", "--encoding=UTF8"];
  args.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions");
  if (!durable) args.push("--no-sync");
  try {
    await run(path.join(binaries, "initdb"), args, { cwd: "/", env: serverEnvironment(), ...place.account });
    rmSync(forInitdb);
    renameSync(growing, place.cluster);
    return true;
  } catch (cause) {
    rmSync(growing, { recursive: true, force: true });
    if (existsSync(place.cluster)) return false; // Someone else was first.
    throw new Error(`initdb failed: ${lastLine(cause.stderr) ?? cause.message}`, { cause });
  }
}

/** The server needs nothing of our environment, and must not inherit PG* settings or secrets from it. */
export const serverEnvironment = () => ({ PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" });

export function lastLine(text) {
  const lines = String(text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /(FATAL|PANIC|error):/i.test(line)) ?? lines.at(-1);
}

/** The remembered port where it is free, else a new one, below the range from which systems pick ports by themselves. */
export async function choosePort(place) {
  const remembered = existsSync(place.portFile) ? Number(readFileSync(place.portFile, "utf8")) : 0;
  if (remembered && (await isFree(remembered))) return remembered;
  for (let round = 0; round < 50; round++) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) {
      writeFileSync(place.portFile, String(port));
      return port;
    }
  }
  throw new Error("no free port for PostgreSQL between 20000 and 32000");
}

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
