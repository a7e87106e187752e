import { expect, test } from "vitest";
import {
  beijingCompact,
  beijingDay,
  beijingDayAfter,
  beijingHour,
  beijingMidnight,
  beijingMsOfDay,
  beijingTime,
  beijingTimestamp,
  beijingWeekday,
} from "./beijing-time.ts";
import { DAY_MS, HOUR_MS } from "./time.ts";

// Goal: days, hours and weekdays are Beijing's on both sides of its midnight, whatever the machine's own zone is.

test.each([
  ["2026-06-30T15:59:59.999Z", "2026-06-30", 23, 2, DAY_MS - 1],
  ["2026-06-30T16:00:00.000Z", "2026-07-01", 0, 3, 0],
  ["2026-07-04T22:30:00.000Z", "2026-07-05", 6, 0, 6.5 * HOUR_MS],
  ["1969-12-31T15:00:00.000Z", "1969-12-31", 23, 3, 23 * HOUR_MS],
])("%s", (moment, day, hour, weekday, msOfDay) => {
  const at = new Date(moment);
  expect([beijingDay(at), beijingHour(at), beijingWeekday(at), beijingMsOfDay(at)]).toEqual([
    day,
    hour,
    weekday,
    msOfDay,
  ]);
  expect(beijingMidnight(day).getTime()).toBe(at.getTime() - msOfDay);
});

test("the next day is found across months and years", () => {
  expect(beijingDayAfter("2026-02-28")).toBe("2026-03-01");
  expect(beijingDayAfter("2026-12-31")).toBe("2027-01-01");
  expect(beijingMidnight("2026-13-01").getTime()).toBeNaN();
});

test("each way to write a moment, in Beijing and without fractions of a second", () => {
  const at = new Date("2026-06-30T16:05:09.999Z");
  expect([beijingTimestamp(at), beijingTime(at), beijingCompact(at)]).toEqual([
    ...["2026-07-01T00:05:09+08:00", "2026-07-01 00:05:09", "20260701000509"],
  ]);
});
