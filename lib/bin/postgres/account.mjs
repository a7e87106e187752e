import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

// PostgreSQL refuses to run as root, so root lends it another account: first choice `postgres`, else `nobody`.

/** The account that the server runs under, or undefined where we are not root and it is simply ours. */
export function serverAccount(existingData) {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(existingData)) {
    // Whoever made the cluster keeps running it, also when the accounts of the machine have changed since.
    const { uid, gid } = statSync(existingData);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ["postgres", "nobody"]) {
    const account = accountNamed(name);
    if (account) return account;
  }
  return { uid: 65534, gid: 65534 };
}

function accountNamed(name) {
  if (!existsSync("/etc/passwd")) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid && uid !== "0" ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Whether `account` can walk down to `folder`: a home of mode 0700 above it would stop the server. */
export function canReach(account, folder) {
  if (!account) return true;
  let at = path.resolve(folder);
  for (;;) {
    if (existsSync(at) && !mayEnter(account, statSync(at))) return false;
    const parent = path.dirname(at);
    if (parent === at) return true;
    at = parent;
  }
}

function mayEnter(account, { mode, uid, gid }) {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

const SHARED_ROOTS = ["/var/lib/lingfu", "/var/tmp/lingfu", "/tmp/lingfu"];

/** A folder of root's own that `account` can enter; for what lies where it cannot. */
export function sharedFolder(account, { mkdir, lstat }) {
  for (const folder of SHARED_ROOTS) {
    try {
      if (!canReach(account, path.dirname(folder))) continue;
      mkdir(folder);
      // Below a folder that everybody may write to, someone else could have been first.
      const found = lstat(folder);
      if (found.isDirectory() && found.uid === 0 && canReach(account, folder)) return folder;
    } catch {
      // Read-only or absent: the next one.
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and no folder among ${SHARED_ROOTS.join(", ")} can be shared with it`,
  );
}
