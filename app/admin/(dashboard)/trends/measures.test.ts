import { describe, expect, test } from "vitest";
import type { TakingsSums } from "#lib/base/takings.ts";
import { adminText } from "#lib/texts/admin.ts";
import { changeText, measured, measureHref, measureText } from "./measures.ts";

const words = adminText("en").trends;
const SUMS: TakingsSums = {
  ...{ orders: 10, ordersPaid: 6, ordersClosed: 2, payments: 7, paid: 10_000 },
  ...{ refunds: 2, refunded: 1_500, otherRefunded: 300, discount: 400 },
} as TakingsSums;

describe("what is measured", () => {
  test.each([
    ["paid", 10_000],
    ["payments", 7],
    ["orders", 10],
    ["discount", 400],
  ] as const)("%s is its own sum", (measure, value) => {
    expect(measured(measure, SUMS)).toBe(value);
  });

  test("what is left is what came in less what went back; a rate of nothing is no rate", () => {
    expect(measured("net", SUMS)).toBe(8_500);
    // All that was given back, as the list of refunds shows it.
    expect(measured("given", SUMS)).toBe(1_800);
    expect(measured("success", { ...SUMS, ordersPaid: 0, ordersClosed: 0 })).toBeNull();
    expect(measured("success", SUMS)).toBeCloseTo(0.75);
  });

  test("values are said by their unit, and what there is none of as a dash", () => {
    expect(measureText("paid", 10_000)).toBe("¥100.00");
    expect(measureText("success", 0.75)).toBe("75%");
    expect(measureText("orders", 3)).toBe("3");
    expect(measureText("net", null)).toBe("—");
  });
});

describe("the change in words", () => {
  test("more, less and the same, in hundredths of the value before", () => {
    expect(changeText("paid", [150, 100], words)).toContain("50%");
    expect(changeText("paid", [50, 100], words)).not.toBe(changeText("paid", [150, 100], words));
    expect(changeText("orders", [3, 3], words)).toBe(words.same);
  });

  test("a rate changes by points, not by a share of itself", () => {
    const said = changeText("success", [0.8, 0.755], words);
    expect(said).toContain("4.5");
    expect(said).not.toContain("%");
  });

  test.each([
    [null, 1],
    [1, null],
    [0, 0],
    [5, 0],
    [5, -3],
  ] as const)("%s after %s is compared with nothing", (value, old) => {
    expect(changeText("net", [value, old], words)).toBe(words.nothingBefore);
  });
});

describe("the list behind a figure", () => {
  const day = { first: "2026-11-01", last: "2026-11-30", split: null, key: "" } as const;

  test("money is found by the day it was paid, orders by the day they were made", () => {
    expect(measureHref("paid", day)).toContain("paidFrom=2026-11-01");
    expect(measureHref("orders", day)).toMatch(/[?&]from=2026-11-01/);
    expect(measureHref("given", day)).toBe("/admin/refunds?status=succeeded&from=2026-11-01&to=2026-11-30");
  });

  test("a part leads to its own orders, and a part without a name to those without", () => {
    expect(measureHref("payments", { ...day, split: "store", key: "sto_1" })).toContain("store=sto_1");
    expect(measureHref("payments", { ...day, split: "store", key: "" })).toMatch(/store=(?!sto)/);
  });

  test("what is no sum of one list leads nowhere", () => {
    expect(measureHref("net", day)).toBeUndefined();
    expect(measureHref("given", { ...day, split: "store", key: "sto_1" })).toBeUndefined();
    expect(measureHref("orders", { ...day, first: "2026-11-01T10:00", last: "2026-11-01T11:00" })).toBeUndefined();
  });
});
