// npm test: everything, from a fresh clone. Every step runs, also after one that fails; the last line sums up.
// `--coverage` also demands the branches of the payment core.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureBuilt, ensureGenerated } from "./launch/build.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { explain, reporter } from "./launch/report.mjs";
import { checkNodeVersion, endTools, inRoot, runTool, toolEnvironment, typescriptRuntime } from "./launch/runtime.mjs";
import { CHECKS } from "./lint/checks.mjs";
import { countPlaywright, countVitest } from "./test/count.mjs";

const total = { passed: 0, failed: 0 };
const reports = mkdtempSync(path.join(os.tmpdir(), "lingfu-test-"));
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => {
    endTools();
    rmSync(reports, { recursive: true, force: true });
    // The tools get a moment to end what they started.
    setTimeout(() => process.exit(code), 3_000);
  });
}

/** Runs one step and adds what it counts; a step that cannot even run counts as one failure. */
async function step(name, work) {
  const since = Date.now();
  let count;
  try {
    count = await work();
  } catch (cause) {
    console.log(explain(cause));
    count = { passed: 0, failed: 1 };
  }
  total.passed += count.passed;
  total.failed += count.failed;
  const seconds = ((Date.now() - since) / 1000).toFixed(1);
  console.log(
    `${count.failed === 0 ? "✓" : "✗"} ${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`,
  );
  return count.failed === 0;
}

const one = (works) => (works ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
const show = (text) => process.stdout.write(text);
const prepare = (work) => async () => {
  await work(reporter());
  return one(true);
};

async function check({ run }) {
  const { code, output } = await run();
  if (code !== 0) console.log(output.trimEnd());
  return one(code === 0);
}

async function vitest() {
  const report = path.join(reports, "vitest.json");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  if (process.argv.includes("--coverage")) args.push("--coverage");
  const command = [...typescriptRuntime(), inRoot("node_modules/vitest/vitest.mjs"), ...args];
  return countVitest(report, await runTool(command, { onText: show }));
}

async function playwright() {
  const report = path.join(reports, "playwright.json");
  const config = inRoot("e2e/playwright.config.ts");
  const command = [...typescriptRuntime(), inRoot("node_modules/@playwright/test/cli.js"), "test", "-c", config];
  return countPlaywright(
    report,
    await runTool(command, { env: toolEnvironment({ E2E_REPORT: report }), onText: show }),
  );
}

async function everything() {
  checkNodeVersion();
  if (!(await step("install", prepare(ensureInstalled)))) return;
  await step("database client", prepare(ensureGenerated));
  for (const one of CHECKS) await step(one.name, () => check(one));
  await step("unit and integration", vitest);
  if (await step("build", prepare(ensureBuilt))) await step("end to end", playwright);
}

await everything().catch((cause) => {
  console.log(explain(cause));
  total.failed++;
});
rmSync(reports, { recursive: true, force: true });
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
