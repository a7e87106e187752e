import { expect, test } from "vitest";
import { windowHolds } from "../intelligence/promotions/conditions.ts";
import { readHours, splitList, type WeekWindow, weekSpans } from "./week-hours.ts";

// Goal: what is drawn and typed of a week is what the engine goes by.

test("the picture holds at each half hour of the week exactly where the engine does", () => {
  const windows: WeekWindow[] = [
    {},
    { days: [1, 3, 7] },
    {
      hours: [
        ["22:30", "02:00"],
        ["11:00", "14:00"],
      ],
    },
    { days: [7], hours: [["22:00", "02:00"]] },
    { days: [1, 2], hours: [["00:00", "24:00"]] },
    { days: [5, 6], hours: [["18:00", "00:00"]] },
  ];
  // 2026-07-06 is a Monday.
  const monday = Date.parse("2026-07-06T00:00:00+08:00");
  for (const window of windows) {
    const week = weekSpans(window);
    for (let slot = 0; slot < 7 * 48; slot++) {
      const [day, minute] = [Math.trunc(slot / 48), (slot % 48) * 30];
      const isDrawn = (week[day] ?? []).some(({ from, to }) => minute >= from && minute < to);
      const holds = windowHolds(window as Parameters<typeof windowHolds>[0], monday + slot * 1_800_000);
      expect(isDrawn, `${JSON.stringify(window)} day ${day + 1} minute ${minute}`).toBe(holds);
    }
  }
});

test("hours as people type them", () => {
  expect(readHours("11:00-14:00，17:30 至 20:00\n9:00~10:00")).toEqual([
    ["11:00", "14:00"],
    ["17:30", "20:00"],
    ["09:00", "10:00"],
  ]);
  expect([readHours("11"), readHours("")]).toEqual([null, []]);
  expect(readHours("10:00      -      2:30; 9:00 bis 9:05")).toEqual([
    ["10:00", "02:30"],
    ["09:00", "09:05"],
  ]);
  for (const wrong of [
    "x11:00-14:00",
    "11:00-14:00x",
    "11:00-14:00,x",
    "11:0014:00",
    "11:00 until 14:00",
    "1100-1400",
  ]) {
    expect(readHours(wrong), wrong).toBeNull();
  }
});

test("a list is what stands between commas and line ends of either kind, each once and without outer spaces", () => {
  expect(splitList(" tea ,tea，coffee、 cake;bun；\r\n water  still\n,")).toEqual([
    ...["tea", "coffee", "cake", "bun", "water  still"],
  ]);
  expect(splitList(" , ")).toEqual([]);
});

test("the spans of a day stand in the order of the clock, and empty ones are left out", () => {
  const none: never[] = [];
  const [evening, morning] = [["18:00", "00:00"] as const, ["06:15", "07:00"] as const];
  expect(weekSpans({ days: [2, 2], hours: [evening, morning] })).toEqual([
    ...[
      none,
      [
        { from: 375, to: 420 },
        { from: 1_080, to: 1_440 },
      ],
      none,
      none,
      none,
      none,
      none,
    ],
  ]);
  expect(weekSpans({ days: [7], hours: [["24:00", "02:00"]] })).toEqual([
    ...[[{ from: 0, to: 120 }], none, none, none, none, none, none],
  ]);
});
