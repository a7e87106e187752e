import { expect, test } from "vitest";
import { dateOfDay, dayOfDate, inOrder, namedRanges, nameOfRange } from "./day-ranges.ts";

test.each([
  ["a Monday", "2026-11-30", "2026-11-30", "2026-11-24", "2026-10-01", "2026-10-31"],
  ["a Sunday", "2026-03-01", "2026-02-23", "2026-02-23", "2026-02-01", "2026-02-28"],
  ["a leap year", "2028-03-01", "2028-02-28", "2028-02-24", "2028-02-01", "2028-02-29"],
  ["a new year", "2027-01-01", "2026-12-28", "2026-12-26", "2026-12-01", "2026-12-31"],
])("ranges by name on %s", (_, today, monday, sevenDays, lastFrom, lastTo) => {
  const ranges = namedRanges(today);
  expect(ranges.today).toEqual({ from: today, to: today });
  expect(ranges.week).toEqual({ from: monday, to: today });
  expect(ranges.sevenDays).toEqual({ from: sevenDays, to: today });
  expect(ranges.month).toEqual({ from: `${today.slice(0, 7)}-01`, to: today });
  expect(ranges.lastMonth).toEqual({ from: lastFrom, to: lastTo });
});

test("a range has its name, and none where it is another", () => {
  expect(namedRanges("2026-03-01").yesterday).toEqual({ from: "2026-02-28", to: "2026-02-28" });
  expect(nameOfRange({ from: "2026-11-24", to: "2026-11-30" }, "2026-11-30")).toBe("sevenDays");
  expect(nameOfRange({ from: "2026-11-30", to: "2026-11-30" }, "2026-11-30")).toBe("today");
  expect(nameOfRange({ from: "2026-11-24", to: undefined }, "2026-11-30")).toBeUndefined();
});

test("a day is the same text before and after the calendar, and two days are put in order", () => {
  for (const day of ["2026-01-01", "2026-03-29", "2026-10-25", "2028-02-29"]) {
    expect(dayOfDate(dateOfDay(day))).toBe(day);
  }
  expect(inOrder("2026-02-02", "2026-01-03")).toEqual({ from: "2026-01-03", to: "2026-02-02" });
});
