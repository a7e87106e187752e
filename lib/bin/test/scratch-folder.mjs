// Tests make thousands of small files, most of them by cloning databases, and making one on a disk costs many times what it costs in memory.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";

const MEMORY = "/dev/shm";
const GIB = 2 ** 30;
/** A whole run holds less than one GiB at a time; several runs may share a machine. */
const FREE_BYTES_MIN = 6 * GIB;
const NAME = /^lingfu-tests-(\d+)$/;

/**
 * Puts the temporary files of this process and of all that it starts into memory, where the machine has plenty of it; otherwise, or where
 * TMPDIR is set, they stay where they are. They go when the process ends, or when the next run finds them.
 */
export function moveScratchToMemory({ memory = MEMORY, mounts = "/proc/mounts", environment = process.env } = {}) {
  if (environment.TMPDIR || !hasRoom(memory, mounts)) return undefined;
  for (const name of readdirSync(memory)) {
    const maker = NAME.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) remove(path.join(memory, name));
  }
  const folder = path.join(memory, `lingfu-tests-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // As root, the database's account has to get in.
  environment.TMPDIR = folder;
  process.once("exit", () => remove(folder));
  return folder;
}

function hasRoom(memory, mounts) {
  try {
    const mount = readFileSync(mounts, "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, place, type]) => place === memory && type === "tmpfs");
    if (mount === undefined || mount[3]?.split(",").includes("noexec")) return false;
    const { bavail, bsize } = statfsSync(memory);
    return Math.min(bavail * bsize, process.availableMemory()) >= FREE_BYTES_MIN;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause.code === "EPERM";
  }
}

function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A process that is ending still writes into it: the next run removes it.
  }
}
