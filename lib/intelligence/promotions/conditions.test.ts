import { describe, expect, test } from "vitest";
import type { PromotionInput } from "#lib/contract/promotions.ts";
import { failedCondition, inScope, momentMs, windowHolds } from "./conditions.ts";

const plain: PromotionInput = { id: "p", phase: "order", type: "amount_off", off: 500 };
const at = (text: string) => momentMs(text);

describe("window", () => {
  test("start belongs to it, end does not", () => {
    const window = { start: "2026-07-01T00:00:00+08:00", end: "2026-07-02T00:00:00+08:00" };
    expect(windowHolds(window, at("2026-06-30T23:59:59.999+08:00"))).toBe(false);
    expect(windowHolds(window, at("2026-06-30T16:00:00Z"))).toBe(true);
    expect(windowHolds(window, at("2026-07-01T23:59:59.999+08:00"))).toBe(true);
    expect(windowHolds(window, at("2026-07-02T00:00:00+08:00"))).toBe(false);
  });

  test("days and hours go by the clock in Shanghai", () => {
    // 2026-07-05 is a Sunday in Shanghai from 16:00 UTC of the day before.
    expect(windowHolds({ days: [7] }, at("2026-07-04T16:00:00Z"))).toBe(true);
    expect(windowHolds({ days: [7] }, at("2026-07-04T15:59:59Z"))).toBe(false);
    expect(windowHolds({ days: [1] }, at("2026-07-06T00:00:00+08:00"))).toBe(true);
    expect(windowHolds({ hours: [["11:00", "14:00"]] }, at("2026-07-01T03:00:00Z"))).toBe(true);
    expect(windowHolds({ hours: [["11:00", "14:00"]] }, at("2026-07-01T06:00:00Z"))).toBe(false);
    expect(windowHolds({ hours: [["20:00", "24:00"]] }, at("2026-07-01T23:59:59+08:00"))).toBe(true);
  });

  test("hours may run over midnight", () => {
    const window = { hours: [["22:00", "02:00"]] as [string, string][] };
    expect(windowHolds(window, at("2026-07-01T23:00:00+08:00"))).toBe(true);
    expect(windowHolds(window, at("2026-07-01T01:59:00+08:00"))).toBe(true);
    expect(windowHolds(window, at("2026-07-01T02:00:00+08:00"))).toBe(false);
  });

  test("hours over midnight belong to the day they began on", () => {
    // 2026-07-03 is a Friday.
    const friday = { days: [5], hours: [["22:00", "02:00"]] as [string, string][] };
    expect(windowHolds(friday, at("2026-07-03T22:00:00+08:00"))).toBe(true);
    expect(windowHolds(friday, at("2026-07-04T01:59:00+08:00"))).toBe(true);
    expect(windowHolds(friday, at("2026-07-03T01:00:00+08:00"))).toBe(false);
    expect(windowHolds(friday, at("2026-07-04T22:00:00+08:00"))).toBe(false);
    // A Sunday's night ends on Monday.
    const sunday = { ...friday, days: [7] };
    expect(windowHolds(sunday, at("2026-07-06T00:30:00+08:00"))).toBe(true);
  });

  test("a moment without a zone is Beijing time on every machine", () => {
    expect(at("2026-07-01T12:00:00")).toBe(at("2026-07-01T04:00:00Z"));
    expect(at("2026-07-01")).toBe(at("2026-06-30T16:00:00Z"));
  });
});

describe("scope", () => {
  const line = { id: "l", sku: "tea", categories: ["drink", "hot"], unitAmount: 1, quantity: 1 };
  test.each([
    [undefined, true],
    [{}, true],
    [{ skus: ["tea"] }, true],
    [{ skus: ["cake"] }, false],
    [{ skus: ["cake"], categories: ["hot"] }, true],
    [{ categories: ["hot"], excludeSkus: ["tea"] }, false],
    [{ excludeCategories: ["drink"] }, false],
    [{ excludeCategories: ["food"] }, true],
  ])("%j → %s", (scope, expected) => {
    expect(inScope(scope, line)).toBe(expected);
    expect(inScope(scope, { ...line, noPromo: true })).toBe(false);
  });
});

describe("the static filter names what failed", () => {
  const now = "2026-07-01T12:00:00+08:00";
  test.each<[Partial<PromotionInput>, string | null]>([
    [{}, null],
    [{ window: { end: now } }, "window"],
    [{ audience: { newCustomer: true } }, "audience"],
    [{ audience: { segments: ["vip"] } }, "audience"],
    [{ audience: { channels: ["native"] } }, "audience"],
    [{ audience: { newCustomer: false, channels: ["jsapi"] } }, null],
    [{ code: "SUMMER" }, "code"],
    [{ limitPerUser: 1 }, "user_limit"],
    [{ limitPerUser: 2 }, null],
    [{ budgetLeft: 0 }, "budget"],
  ])("%j → %s", (more, reason) => {
    const context = { now, isNewCustomer: false, channel: "jsapi", usage: { p: 1 } };
    expect(failedCondition({ ...plain, ...more } as PromotionInput, context, at(now))).toBe(reason);
  });
});
