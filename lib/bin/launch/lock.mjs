import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isAlive } from "../postgres/running.mjs";

const fileOf = (dataDir, only) => path.join(dataDir, only ? `launcher-${only}.json` : "launcher.json");

/** The running launcher of this data folder, of all parts or of one: what `noteLauncher` wrote, or undefined. */
export function runningLauncher(dataDir, only) {
  const file = fileOf(dataDir, only);
  if (!existsSync(file)) return undefined;
  try {
    const note = JSON.parse(readFileSync(file, "utf8"));
    return isAlive(note.pid) && isLauncher(note.pid) ? note : undefined;
  } catch {
    return undefined; // Half written: the writer was killed.
  }
}

/** Whether the last launcher ended without removing its note, as after kill -9. */
export const diedUncleanly = (dataDir, only) => existsSync(fileOf(dataDir, only));

/**
 * `more`: how many rolling restarts there were, why the last one ended early, and the folder of the program that its processes run.
 * The file is never half written.
 */
export function noteLauncher({ dataDir, publicUrl, sandboxApi, host, port }, only, more = {}) {
  const file = fileOf(dataDir, only);
  writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, publicUrl, sandboxApi, host, port, ...more }));
  renameSync(`${file}.new`, file);
}

export const forgetLauncher = (dataDir, only) => rmSync(fileOf(dataDir, only), { force: true });

function isLauncher(pid) {
  if (pid === process.pid) return false;
  try {
    return /\blib\/bin\/(start|dev)\.mjs\b/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return true; // Without /proc only the process id can be checked.
  }
}
