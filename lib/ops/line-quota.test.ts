import { expect, test } from "vitest";
import { lineQuota } from "./line-quota.ts";
import { createLog } from "./log.ts";

test("so many of one name in a minute; the next minute tells how many were left out", () => {
  let at = 0;
  const quota = lineQuota({ perMinute: 2, now: () => at });
  expect(["a", "a", "a", "a", "b"].map((name) => quota.take(name))).toEqual([0, 0, null, null, 0]);
  at = 60_000;
  expect([quota.take("a"), quota.take("a"), quota.take("a")]).toEqual([2, 0, null]);
});

test("names that are all different have a bound together", () => {
  let at = 0;
  const quota = lineQuota({ perMinute: 2, inAllPerMinute: 3, now: () => at });
  expect(["a", "b", "c", "d", "e"].map((name) => quota.take(name))).toEqual([0, 0, 0, null, null]);
  at = 60_000;
  expect(quota.take("d")).toBe(1);
});

test("trouble that strangers bring about fills no log; what the shop does is always written", () => {
  const lines: string[] = [];
  const log = createLog({ process: "web", write: (line) => void lines.push(line) });
  for (let each = 0; each < 500; each++) {
    log.warn("notify.rejected", { reason: "malformed" });
    log.info("notify.rejected", { reason: "probe" });
    log.error("http.failed", { status: 500 });
    log.info("notify.accepted", { result: "settles" });
  }
  const count = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`)).length;
  expect([count("notify.rejected"), count("http.failed"), count("notify.accepted")]).toEqual([60, 60, 500]);
});
