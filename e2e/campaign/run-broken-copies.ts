import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { BROKEN_COPIES, type BrokenCopy } from "./broken-copies.ts";
import type { CampaignSize } from "./plan.ts";

// A campaign is worth what it catches: the code is copied to a scratch folder, one guard is taken away, and a short campaign has to
// fail there. The product itself has no switch for any of this.

const OUTPUT_BYTES_MAX = 64 * 1_024 * 1_024;
const TIMEOUT_MS = 300_000;
/** What is made from the sources and as good in the copy: no guard is part of a page. */
const MADE = [".next", ".lane", "prisma/generated"];

/** @returns whether every copy was caught */
export function runBrokenCopies(size: CampaignSize, only: string): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-broken-"));
  try {
    copyCode(folder);
    const chosen = BROKEN_COPIES.filter(({ name }) => name.includes(only));
    // Whole, the copy must pass: else nothing is learned from the others.
    const whole = runCampaignIn(folder, size);
    if (whole.status !== 0) {
      console.log(`✗ the copy fails although no guard is missing:\n${whole.lines.slice(-80).join("\n")}`);
      return false;
    }
    const rows = chosen.map((copy) => tryCopy(folder, copy, size));
    console.table(rows);
    return rows.length > 0 && rows.every(({ caught }) => caught);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyCode(folder: string): void {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  for (const file of listed.split("\n").filter((name) => name !== "" && existsSync(name))) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    cpSync(file, path.join(folder, file));
  }
  for (const made of MADE) execFileSync("/bin/cp", ["-a", made, path.join(folder, path.dirname(made))]);
  symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
}

interface CaughtRow {
  readonly guard: string;
  readonly caught: boolean;
  readonly by: string;
  readonly seconds: number;
}

function runCampaignIn(folder: string, { orders, seed }: CampaignSize): { status: number | null; lines: string[] } {
  const args = ["lib/bin/run.mjs", "--alone", "lib/bin/campaign.ts", "--calm", "--built"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...args, "--orders", String(orders), "--seed", String(seed)],
    { cwd: folder, encoding: "utf8", maxBuffer: OUTPUT_BYTES_MAX, timeout: TIMEOUT_MS },
  );
  return { status, lines: `${stdout}${stderr}`.split("\n") };
}

function tryCopy(folder: string, { name, file, guard, without }: BrokenCopy, size: CampaignSize): CaughtRow {
  const place = path.join(folder, file);
  const whole = readFileSync(place, "utf8");
  if (whole.split(guard).length !== 2) throw new Error(`${file} does not have this text exactly once: ${guard}`);
  writeFileSync(
    place,
    whole.replace(guard, () => without),
  );
  const since = performance.now();
  const { status, lines } = runCampaignIn(folder, size);
  writeFileSync(place, whole);
  const found = lines.filter((line) => line.startsWith("! ")).map((line) => line.slice(2, 150));
  const row = {
    guard: name,
    // 1 alone does not tell a judge that found something from a product that did not start.
    caught: status === 1 && lines.some((line) => line.startsWith("✗ npm run campaign")),
    // A finding says more than that something did not end.
    by: found.find((line) => !line.startsWith("not ended")) ?? found[0] ?? lines.at(-2) ?? "",
    seconds: Math.round((performance.now() - since) / 1_000),
  };
  console.log(`${row.caught ? "caught" : "NOT CAUGHT"} in ${row.seconds} s: ${name}: ${row.by}`);
  return row;
}
