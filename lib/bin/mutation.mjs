// npm run mutation [-- PART…]: changes the code that decides about money in thousands of small ways, one at a time, and counts the
// changes that no test notices. Not part of `npm test`: it takes minutes. Fails where a part is below its share.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureGenerated } from "./launch/build.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { explain, Refusal, reporter } from "./launch/report.mjs";
import { inRoot, runTool, tailOf, toolEnvironment, typescriptRuntime } from "./launch/runtime.mjs";

const SHARE_MIN = 90;
const WECHAT = "lib/gateways/wechat";

/** What is changed, and the tests that are to notice: those without a database, so that thousands of runs end the same day. */
const PARTS = {
  domain: { mutate: ["lib/payment/domain/**/*.ts"], tests: ["lib/payment/domain/*.test.ts"] },
  // Files that hold nothing but constants are left out: their test would be a copy of them.
  base: {
    mutate: ["lib/base/**/*.ts", "!lib/base/{*-limits,limits,call-budgets,time}.ts"],
    tests: ["lib/base/*.test.ts"],
  },
  v3: {
    mutate: [`${WECHAT}/crypto/*.ts`, `${WECHAT}/v3/{verify-signature,read-notification,keys}.ts`],
    tests: [`${WECHAT}/crypto/*.test.ts`, `${WECHAT}/v3/{key-book,read-notification,keys,shared-keys}.test.ts`],
  },
  v2: {
    mutate: [`${WECHAT}/v2/{xml,wire,read-notification}.ts`],
    tests: [`${WECHAT}/v2/{xml,wire,read-notification,operations,refunds}.test.ts`],
  },
  api: {
    mutate: ["lib/auth/{request-signature,explain-signature}.ts", "lib/webhooks/sign.ts"],
    tests: ["lib/auth/{request-signature,explain-signature}.test.ts", "lib/webhooks/sign.test.ts"],
  },
  ledger: { mutate: ["lib/ops/ledger/{chain-hash,check-chain}.ts"], tests: ["lib/ops/ledger/check-chain.test.ts"] },
};

/** Not the tests of other parts, and nothing that a copy of the sources can do without. */
const LEFT_OUT = [
  ".next",
  ".lane",
  ".data",
  "app",
  "components",
  "e2e",
  "examples",
  "public",
  "test-results",
  ".github",
];

async function measure(name, { mutate, tests }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-mutation-"));
  try {
    const report = path.join(folder, "report.json");
    const config = path.join(folder, "stryker.json");
    writeFileSync(config, JSON.stringify(strykerConfig(mutate, report)));
    const command = [
      ...typescriptRuntime(),
      inRoot("node_modules/@stryker-mutator/core/bin/stryker.js"),
      "run",
      config,
    ];
    const env = toolEnvironment({ MUTATION_TESTS: JSON.stringify(tests) });
    const { code, output } = await runTool(command, { env });
    if (code !== 0) throw new Refusal(`${name}: Stryker failed:\n${tailOf(output, 40)}`);
    return JSON.parse(readFileSync(report, "utf8")).files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const strykerConfig = (mutate, report) => ({
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // Looking for the tests of each file would cost ten times what running them does.
  vitest: { configFile: "lib/bin/test/mutation-vitest.config.ts", related: false },
  mutate: [...mutate, "!**/*.test.ts"],
  coverageAnalysis: "perTest",
  concurrency: 1,
  // A machine that does something else as well is slow; a change that hangs is still found.
  timeoutMS: 30_000,
  // Stryker reads it by TypeScript's old API, which TypeScript 7 has no more; there is nothing in it that a copy would need.
  tsconfigFile: "none.json",
  tempDirName: ".stryker-tmp",
  ignorePatterns: LEFT_OUT,
  reporters: ["json"],
  jsonReporter: { fileName: report },
});

/** A change that hangs the test has been noticed as well. */
const NOTICED = ["Killed", "Timeout"];
const LEFT = ["Survived", "NoCoverage"];

function show(name, files) {
  const counts = { noticed: 0, left: 0 };
  for (const [file, { mutants, source }] of Object.entries(files)) {
    const left = mutants.filter(({ status }) => LEFT.includes(status));
    counts.noticed += mutants.filter(({ status }) => NOTICED.includes(status)).length;
    counts.left += left.length;
    for (const mutant of left.toSorted((one, two) => one.location.start.line - two.location.start.line)) {
      console.log(`  ${file}:${mutant.location.start.line}  ${changeOf(mutant, source.split("\n"))}`);
    }
  }
  const share = (100 * counts.noticed) / (counts.noticed + counts.left);
  const isEnough = share >= SHARE_MIN;
  console.log(
    `${isEnough ? "✓" : "✗"} ${name}: ${share.toFixed(1)} % of ${counts.noticed + counts.left} changes noticed`,
  );
  return isEnough;
}

const SHOWN_CHARS_MAX = 80;

function changeOf({ status, replacement = "", location: { start, end } }, lines) {
  const line = lines[start.line - 1] ?? "";
  const before = line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
  const short = (text) => text.replaceAll(/\s+/g, " ").slice(0, SHOWN_CHARS_MAX);
  return `${short(before)}  →  ${short(replacement)}${status === "NoCoverage" ? "  (never run)" : ""}`;
}

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in PARTS));
  if (unknown) throw new Refusal(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(", ")}`);
  const report = reporter(process.stderr);
  await ensureInstalled(report);
  await ensureGenerated(report);
  const results = [];
  for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
    results.push(show(name, await measure(name, PARTS[name])));
  }
  process.exitCode = results.every(Boolean) ? 0 : 1;
} catch (cause) {
  console.error(`✗ ${explain(cause)}`);
  process.exitCode = 1;
}
