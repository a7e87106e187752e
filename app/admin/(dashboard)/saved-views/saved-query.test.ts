import { expect, test } from "vitest";
import { savedQuery, shownOf, withPeriod } from "./saved-query.ts";

// Goal: a saved view means tomorrow what it means today, and columns that there are no more are no list without columns.

const today = "2026-11-30";

test("days that have a name are kept by it and move with the calendar", () => {
  const query = savedQuery({ q: "拿铁", from: "2026-11-01", to: today, cursor: "ord_1", status: undefined }, today);
  expect(query).toBe("period=month&q=%E6%8B%BF%E9%93%81");
  const search = Object.fromEntries(new URLSearchParams(query));
  expect(withPeriod(search, today)).toEqual({ q: "拿铁", from: "2026-11-01", to: today });
  expect(withPeriod(search, "2027-02-03")).toEqual({ q: "拿铁", from: "2027-02-01", to: "2027-02-03" });
});

test("other days stay as they are, and so does an address without a period that we know", () => {
  expect(savedQuery({ from: "2026-10-05", to: undefined, status: "paid" }, today)).toBe("from=2026-10-05&status=paid");
  expect(savedQuery({}, today)).toBe("");
  expect(withPeriod({ period: "constructor", q: "x" }, today)).toEqual({ period: "constructor", q: "x" });
});

test("columns come in the order of the list; without one that is known it is as it is made", () => {
  const columns = ["number", "time", "amount"].map((key) => ({ key, label: key, width: 100 }));
  const shown = ["number", "amount"];
  expect(shownOf(columns, { own: ["amount", "time", "gone"], shown })).toEqual(["time", "amount"]);
  expect(shownOf(columns, { own: ["gone"], shown })).toEqual(shown);
  expect(shownOf(columns, { own: [], shown })).toEqual(shown);
});
