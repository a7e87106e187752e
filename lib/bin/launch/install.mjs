import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Refusal } from "./report.mjs";
import { inRoot, PREBUILT, ROOT, runTool, tailOf, toolEnvironment } from "./runtime.mjs";

const STAMP = inRoot("node_modules/.lingfu-installed");

/** Installs what the lockfile names unless it is already installed; checking again costs milliseconds. */
export async function ensureInstalled({ step }) {
  if (existsSync(PREBUILT)) return;
  const wanted = createHash("sha256")
    .update(readFileSync(inRoot("package-lock.json")))
    .digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted && nothingMissing()) return;
  if (!isComplete()) {
    rmSync(STAMP, { force: true });
    await step("packages", installAll, { slow: "npm ci, a minute or two on the first start" });
  }
  writeFileSync(STAMP, wanted);
}

async function installAll() {
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  // Not the `node` from node_modules, which npm is about to replace.
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(inRoot("node_modules")));
  const env = toolEnvironment({ PATH: folders.join(path.delimiter) });
  const { code, output } = await runTool(["npm", ...args], { env });
  if (code !== 0) throw new Refusal(`npm ci failed:\n${tailOf(output)}`);
  if (!isComplete()) throw new Refusal(`npm ci left packages out:\n${tailOf(output)}`);
}

/** npm writes this file last, so one that agrees with the lockfile means that it finished. */
function isComplete() {
  const note = inRoot("node_modules/.package-lock.json");
  if (!existsSync(note) || !nothingMissing()) return false;
  const installed = JSON.parse(readFileSync(note, "utf8")).packages;
  return Object.entries(lockedPackages()).every(
    ([place, { version, optional }]) => installed[place]?.version === version || (optional && !installed[place]),
  );
}

const nothingMissing = () =>
  Object.entries(lockedPackages()).every(([place, { optional }]) => optional || existsSync(path.join(ROOT, place)));

function lockedPackages() {
  const { "": _root, ...packages } = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8")).packages;
  return packages;
}
