import { expect, test } from "vitest";
import type { ListedRun } from "#lib/storage/reconciliation/discrepancies.ts";
import { dayBefore, daysUpTo, isDay, stateOf } from "./days.ts";

const run = (change: Partial<ListedRun> = {}): ListedRun => ({
  ...{ id: "1", day: "2026-07-01", merchantNumber: "1900000001", status: "done", problem: null, hasBill: true },
  ...{ trades: 1, refunds: 0, otherApps: 0, open: 0, closed: 0, more: 0, finishedAt: new Date(), sums: null },
  ...change,
});
const failed = run({ status: "failed", problem: "x", hasBill: false });
const at = (beijing: string) => new Date(`2026-07-${beijing}+08:00`);

test.each([
  ["before its bill is to be had", [], at("02T09:59:00"), "waiting"],
  ["never looked at", [], at("02T10:00:00"), "none"],
  ["asked for too early", [failed], at("02T17:59:00"), "waiting"],
  ["asked for in vain", [failed], at("02T18:00:00"), "failed"],
  ["agreeing", [run()], at("03T00:00:00"), "clean"],
  ["without trade", [run({ hasBill: false })], at("03T00:00:00"), "quiet"],
  ["with differences", [run({ open: 1 })], at("03T00:00:00"), "differences"],
  ["with more than are kept", [run({ more: 1 })], at("03T00:00:00"), "differences"],
  ["with all closed", [run({ closed: 3 })], at("03T00:00:00"), "clean"],
  ["of two merchants, one failing", [run(), failed], at("03T00:00:00"), "failed"],
  ["of two merchants, one differing and one failing", [failed, run({ open: 2 })], at("03T00:00:00"), "differences"],
] as const)("a day %s", (_, runs, now, state) => {
  expect(stateOf("2026-07-01", runs, now)).toBe(state);
});

test("days are real, and counted back over the ends of months", () => {
  expect(["2026-02-28", "2024-02-29"].every(isDay)).toBe(true);
  for (const text of [undefined, "", "2026-02-29", "2026-13-01", "1999-01-01", "2026-7-1", "2026-07-01x"]) {
    expect(isDay(text)).toBe(false);
  }
  expect(dayBefore("2026-03-01")).toBe("2026-02-28");
  expect(daysUpTo("2026-01-02", 3)).toEqual(["2026-01-02", "2026-01-01", "2025-12-31"]);
});
