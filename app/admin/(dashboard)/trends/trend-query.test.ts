import { expect, test } from "vitest";
import { bucketsOf, spansOf, trendAddress, trendQueryOf } from "./trend-query.ts";

// Goal: days, weeks and months are those of Beijing, a stretch is compared with one as long, and no address breaks the page.

const NOW = new Date("2026-11-30T06:30:00Z"); // 14:30 on a Monday in Beijing
const query = (search: Record<string, string> = {}) => trendQueryOf(search, NOW);

test("nothing said: thirty days by day, takings of the whole shop", () => {
  expect(query()).toEqual({ from: "2026-11-01", to: "2026-11-30", step: "day", measure: "paid", split: null });
});

test.each([
  [{ from: "2026-11-29", to: "2026-11-29" }, "hour"],
  [{ from: "2020-01-01", to: "2026-11-30" }, "month"],
  [{ from: "2026-01-01", to: "2026-11-30" }, "week"],
  [{ from: "2026-11-01", to: "2026-11-30", step: "hour" }, "day"],
  [{ from: "2026-11-01", to: "2026-11-30", step: "month" }, "month"],
])("%j is a picture by %s", (search, step) => {
  expect(query(search).step).toBe(step);
});

test.each([
  { from: "2026-13-01" },
  { from: "2026-11-30", to: "2026-11-01" },
  { to: "2027-01-01" },
  { measure: "constructor", split: "__proto__", step: "year" },
])("%j is nonsense, and shows what most people want", (search) => {
  const { from, to, measure, split } = query(search as unknown as Record<string, string>);
  expect(from <= to && to <= "2026-11-30").toBe(true);
  expect([measure, split]).toEqual(["paid", null]);
});

test("an address is read as it was written", () => {
  const asked = query({ from: "2026-10-01", to: "2026-10-31", step: "week", measure: "net", split: "store" });
  const search = Object.fromEntries(new URL(trendAddress(asked), "http://localhost").searchParams);
  expect(query(search)).toEqual(asked);
});

test("today is compared with yesterday until the same time, a whole month with the whole month before", () => {
  const today = spansOf(query({ from: "2026-11-30", to: "2026-11-30" }), NOW);
  expect(today.span).toEqual({ from: new Date("2026-11-29T16:00:00Z"), to: NOW });
  expect(today.before).toEqual({ from: new Date("2026-11-28T16:00:00Z"), to: new Date("2026-11-29T06:30:00Z") });
  const march = spansOf(query({ from: "2026-03-01", to: "2026-03-31", step: "month" }), NOW);
  expect(march.before).toEqual({ from: new Date("2026-01-31T16:00:00Z"), to: new Date("2026-02-28T16:00:00Z") });
  const week = spansOf(query({ from: "2026-11-16", to: "2026-11-22" }), NOW);
  expect(week.before).toEqual({ from: new Date("2026-11-08T16:00:00Z"), to: new Date("2026-11-15T16:00:00Z") });
});

test("weeks begin on Monday and are cut to the stretch; hours and months are whole", () => {
  const weeks = bucketsOf({ from: "2026-11-04", to: "2026-11-10", step: "week" });
  expect(weeks.map(({ first, last }) => [first, last])).toEqual([
    ["2026-11-04", "2026-11-08"],
    ["2026-11-09", "2026-11-10"],
  ]);
  expect(weeks[0]?.startsAt).toEqual(new Date("2026-11-01T16:00:00Z"));
  expect(bucketsOf({ from: "2026-11-30", to: "2026-11-30", step: "hour" })).toHaveLength(24);
  const months = bucketsOf({ from: "2025-12-15", to: "2026-02-01", step: "month" });
  expect(months.map(({ first, last }) => [first, last])).toEqual([
    ["2025-12-15", "2025-12-31"],
    ["2026-01-01", "2026-01-31"],
    ["2026-02-01", "2026-02-01"],
  ]);
});
