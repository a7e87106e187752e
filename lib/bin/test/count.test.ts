import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Count, countPlaywright, countVitest } from "./count.mjs";

// Goal: the closing line never says that all is well when it is not.

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-count-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function counted(count: typeof countVitest, report: unknown, code: number): Count {
  const file = path.join(folder, "report.json");
  writeFileSync(file, JSON.stringify(report));
  return count(file, { code });
}

const vitest = { numPassedTests: 5, numFailedTests: 0, testResults: [{ status: "passed", assertionResults: [{}] }] };
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 0 }, errors: [] };

test("a clean run counts what passed", () => {
  expect(counted(countVitest, vitest, 0)).toEqual({ passed: 5, failed: 0 });
  expect(counted(countPlaywright, playwright, 0)).toEqual({ passed: 3, failed: 0 });
});

test("a test file that does not load is a failure", () => {
  const testResults = [{ status: "failed", assertionResults: [] }];
  expect(counted(countVitest, { ...vitest, testResults }, 1)).toEqual({ passed: 5, failed: 1 });
});

test("a test that passed only when repeated, or an error outside of any test, is a failure", () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1 };
  expect(counted(countPlaywright, { stats, errors: [{}] }, 1)).toEqual({ passed: 3, failed: 3 });
});

test("a tool that failed without saying why, or wrote no report at all, is a failure", () => {
  expect(counted(countVitest, vitest, 1)).toEqual({ passed: 5, failed: 1 });
  expect(counted(countPlaywright, playwright, 137)).toEqual({ passed: 3, failed: 1 });
  const absent = path.join(folder, "absent.json");
  expect(countVitest(absent, { code: 0 })).toEqual({ passed: 0, failed: 1 });
  expect(countPlaywright(absent, { code: 0 })).toEqual({ passed: 0, failed: 1 });
});
