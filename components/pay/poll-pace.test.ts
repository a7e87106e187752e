import { expect, test } from "vitest";
import { pollAfterMs } from "./poll-pace.ts";

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
