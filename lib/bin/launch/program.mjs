import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

// Which program serves a data folder: DATA_DIR/program.json. A launcher writes itself there, an upgrade the folder of the new
// version; the one before is kept for the way back.

const fileOf = (dataDir) => path.join(dataDir, "program.json");

/** `{ root, version, wentBack?, previous?: { root, version } }`, or undefined. */
export function chosenProgram(dataDir) {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), "utf8"));
  } catch {
    return undefined; // None was chosen yet.
  }
}

/** The file is never half written. */
export function noteProgram(dataDir, chosen) {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(chosen)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** This one, unless it is chosen already. */
export function chooseProgram(dataDir, root) {
  const before = chosenProgram(dataDir);
  if (before?.root === root) {
    if (before.version !== versionOf(root)) noteProgram(dataDir, { ...before, version: versionOf(root) });
    return;
  }
  const previous = before && { root: before.root, version: before.version };
  noteProgram(dataDir, { root, version: versionOf(root), ...(previous ? { previous } : {}) });
}

export function versionOf(root) {
  const file = path.join(root, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : "unknown";
}
