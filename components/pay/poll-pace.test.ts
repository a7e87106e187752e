import { expect, test } from "vitest";
import { pollAfterMs, retryAfterMs } from "./poll-pace.ts";

test("asks about every 3 s at first, more seldom later, every second while confirming", () => {
  const pace = { confirming: false, chance: 0.5 };
  expect(pollAfterMs({ ...pace, watchedMs: 0 })).toBe(3_000);
  expect(pollAfterMs({ ...pace, watchedMs: 60_000 })).toBe(6_000);
  expect(pollAfterMs({ ...pace, watchedMs: 300_000 })).toBe(12_000);
  expect(pollAfterMs({ watchedMs: 300_000, confirming: true, chance: 0.5 })).toBe(1_000);
});

test("jitter spreads the questions of many pages", () => {
  expect(pollAfterMs({ watchedMs: 0, confirming: false, chance: 0 })).toBeLessThan(
    pollAfterMs({ watchedMs: 0, confirming: false, chance: 0.99 }),
  );
});

test("failures back off, but never beyond a bound", () => {
  const waits = [1, 2, 3, 4, 50].map((failures) => retryAfterMs(failures, 0.5));
  expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 30_000]);
  expect(retryAfterMs(1_000, 1)).toBeLessThanOrEqual(37_500);
});
