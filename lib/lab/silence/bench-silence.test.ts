import { expect, test } from "vitest";
import { benchSilence } from "./bench-silence.ts";
import { HELD_OUT } from "./rhythms.ts";

// Goal: the alarm is quick, and quiet, in shops that it was not built on. Few runs of each, so that the test is short; the figures of
// many stand in lib/lab/README.md (npm run bench -- silence).

const pick = (...names: string[]) => HELD_OUT.filter(({ name }) => names.includes(name));

test("a shop of twenty payments a day is told in its rush hours within ten minutes, with few false alarms", () => {
  const [row] = benchSilence({ rhythms: pick("breakfast stall"), seed: "test", quietRuns: 1, brokenRuns: 9 });
  for (const fault of ["notices", "pages", "openings"] as const)
    expect(row?.minutes[fault], fault).toBeLessThanOrEqual(10);
  expect(row?.falseAlarms).toBeLessThanOrEqual(1);
});

test("a busy shop is told within three minutes, of payments that do not come about within five", () => {
  const [row] = benchSilence({ rhythms: pick("supermarket"), seed: "test", quietRuns: 0, brokenRuns: 3 });
  for (const fault of ["notices", "pages", "openings"] as const)
    expect(row?.minutes[fault], fault).toBeLessThanOrEqual(3);
  expect(row?.minutes.success).toBeLessThanOrEqual(5);
});
