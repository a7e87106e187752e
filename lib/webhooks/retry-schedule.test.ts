import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, SECOND_MS } from "#lib/base/time.ts";
import { WEBHOOK_FAILING_MS_MAX } from "#lib/base/webhook-limits.ts";
import { pauseAfter } from "./retry-schedule.ts";

/** Pauses until the last try, at the given luck. */
function pauses(random: number): number[] {
  const all: number[] = [];
  for (let tries = 1; ; tries++) {
    const pauseMs = pauseAfter(tries, random);
    if (pauseMs === null) return all;
    all.push(pauseMs);
  }
}

test.each([0, 0.5, 1])(
  "three repeats within a minute, then growing pauses up to a day, for at least 75 hours (luck %d)",
  (luck) => {
    const all = pauses(luck);
    // Each of the tries before may have taken its whole ten seconds; a pause counts from the start of a try.
    const thirdRepeatAt = all.slice(0, 3).reduce((sum, pauseMs) => sum + Math.max(pauseMs, 10 * SECOND_MS), 0);
    expect(thirdRepeatAt).toBeLessThan(60 * SECOND_MS);
    expect([...all.slice(3)].sort((a, b) => a - b)).toEqual(all.slice(3));
    expect(all.at(-1)).toBeGreaterThan(21 * HOUR_MS);
    const inAll = all.reduce((sum, pauseMs) => sum + pauseMs, 0);
    expect(inAll).toBeGreaterThan(75 * HOUR_MS);
    expect(inAll).toBeLessThan(4.5 * DAY_MS);
    // An endpoint that takes nothing is paused before any of its events is given up.
    expect(inAll).toBeGreaterThan(WEBHOOK_FAILING_MS_MAX);
  },
);

test("endpoints that failed together come back apart", () => {
  expect(new Set([0, 0.3, 0.6, 1].map((luck) => pauseAfter(5, luck))).size).toBe(4);
});
