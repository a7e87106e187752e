import { existsSync, readFileSync } from "node:fs";

/** What vitest's JSON report counts. A file that does not load, or an error outside of any test, is a failure too. */
export function countVitest(file, { code }) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return atLeastOne({ passed: numPassedTests, failed: numFailedTests + unloaded.length }, code);
}

/** What Playwright's JSON report counts. A test that passed only when repeated has failed. */
export function countPlaywright(file, { code }) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { stats, errors } = JSON.parse(readFileSync(file, "utf8"));
  return atLeastOne({ passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }, code);
}

/** A tool that exits with an error has failed, even if its report counts no failure. */
const atLeastOne = (count, code) => (code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count);
