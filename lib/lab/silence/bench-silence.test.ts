import { expect, test } from "vitest";
import { benchSilence } from "./bench-silence.ts";
import { BUILT_ON } from "./rhythms.ts";
import { FAULTS } from "./simulated-shop.ts";

// Goal: the alarm is quick, and quiet. Few runs of two shops, so that the test is short; the figures of shops that it was not built on
// stand in lib/lab/README.md (npm run bench -- silence).

const pick = (...names: string[]) => BUILT_ON.filter(({ name }) => names.includes(name));

test("a shop of twenty payments a day is told in its rush hours within ten minutes, with few false alarms", () => {
  const [row] = benchSilence({ rhythms: pick("breakfast stall"), seed: "test", quietRuns: 1, brokenRuns: 9 });
  for (const fault of ["notices", "pages", "openings"] as const)
    expect(row?.minutes[fault], fault).toBeLessThanOrEqual(10);
  expect(row?.falseAlarms).toBeLessThanOrEqual(1);
});

test("a busy shop is told within three minutes, of payments that do not come about within four", () => {
  const [row] = benchSilence({ rhythms: pick("supermarket"), seed: "test", quietRuns: 0, brokenRuns: 3 });
  for (const fault of FAULTS) expect(row?.minutes[fault], fault).toBeLessThanOrEqual(fault === "success" ? 4 : 3);
});
