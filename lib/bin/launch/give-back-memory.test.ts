import { describe, expect, test } from "vitest";
import { collectGarbage, isWorthCollecting } from "./give-back-memory.mjs";

const MB = 1_024 * 1_024;

describe("when it is worth a pause", () => {
  test.each([
    ["a quiet process after its start", { busyShare: 0.01, heapBytes: 60 * MB, leftBytes: null }, true],
    ["one that is at work", { busyShare: 0.2, heapBytes: 400 * MB, leftBytes: 40 * MB }, false],
    ["one that has just been collected", { busyShare: 0.01, heapBytes: 50 * MB, leftBytes: 40 * MB }, false],
    ["a quiet one after a busy time", { busyShare: 0.01, heapBytes: 120 * MB, leftBytes: 40 * MB }, true],
  ])("%s", (_, look, expected) => {
    expect(isWorthCollecting(look)).toBe(expected);
  });
});

test("what nobody holds any more is gone from the heap", () => {
  let held: unknown = Array.from({ length: 300_000 }, (_, at) => ({ at, name: `object ${at}` }));
  const before = process.memoryUsage().heapUsed;
  expect(held).toBeDefined();
  held = null;
  collectGarbage();
  expect(before - process.memoryUsage().heapUsed).toBeGreaterThan(10 * MB);
});
