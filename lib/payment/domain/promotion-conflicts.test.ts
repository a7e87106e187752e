import { describe, expect, test } from "vitest";
import { type Promotion, promotionSchema } from "#lib/contract/promotions.ts";
import { conflictsOf } from "./promotion-conflicts.ts";

// Goal: a shopkeeper is told which promotions exclude each other, and which one is never had, and nothing that is not so.

const rule = (id: string, more: object = {}): Promotion =>
  promotionSchema.parse({ id, phase: "order", ...("type" in more ? {} : { type: "amount_off", off: 500 }), ...more });
const item = (id: string, more: object = {}) =>
  rule(id, { phase: "item", type: "percent_off", payBps: 8_000, ...more });
const kinds = (one: Promotion, two: Promotion) =>
  conflictsOf(one, [one, two]).map(({ kind, shadowed }) => [kind, shadowed]);

describe("which exclude each other", () => {
  test.each([
    ["nothing in common", rule("a"), rule("b"), []],
    [
      "this one alone",
      rule("a", { exclusive: true }),
      rule("b", { off: 900, threshold: { amount: 9_000 } }),
      [["alone", null]],
    ],
    [
      "the other one alone",
      rule("a", { threshold: { amount: 1_000 } }),
      rule("b", { exclusive: true, code: "X", off: 900 }),
      [["other_alone", null]],
    ],
    ["a group", rule("a", { group: "g" }), item("b", { group: "g" }), [["group", null]]],
    ["two groups", rule("a", { group: "g" }), rule("b", { group: "h" }), []],
    [
      "the same goods",
      item("a", { scope: { categories: ["茶"] } }),
      item("b", { scope: { skus: ["latte"] } }),
      [["item", null]],
    ],
    ["other goods", item("a", { scope: { categories: ["茶"] } }), item("b", { scope: { categories: ["面包"] } }), []],
  ])("%s", (_name, one, two, expected) => {
    expect(kinds(one, two)).toEqual(expected);
  });

  test.each([
    ["hours", { window: { hours: [["11:00", "14:00"]] } }, { window: { hours: [["17:00", "20:00"]] } }],
    ["days", { window: { days: [1, 2] } }, { window: { days: [6] } }],
    ["dates", { window: { end: "2026-07-01T00:00:00+08:00" } }, { window: { start: "2026-07-01T00:00:00+08:00" } }],
    ["shoppers", { audience: { newCustomer: true } }, { audience: { newCustomer: false } }],
    ["scenes", { audience: { scenes: ["dining"] } }, { audience: { scenes: ["retail"] } }],
    ["channels", { audience: { channels: ["jsapi"] } }, { audience: { channels: ["h5"] } }],
  ])("never when they cannot meet: %s", (_name, one, two) => {
    expect(kinds(rule("a", { group: "g", ...one }), rule("b", { group: "g", ...two }))).toEqual([]);
  });

  test("hours over midnight meet those of the next morning", () => {
    const night = rule("a", { group: "g", window: { days: [5], hours: [["22:00", "02:00"]] } });
    const saturday = rule("b", { group: "g", window: { days: [6], hours: [["01:00", "03:00"]] } });
    expect(kinds(night, saturday)).toHaveLength(1);
  });
});

describe("which is never had", () => {
  const group = { group: "g" };
  test.each([
    [
      "more for less",
      rule("a", { ...group, threshold: { amount: 9_000 } }),
      rule("b", { ...group, off: 600, threshold: { amount: 8_000 } }),
      "this",
    ],
    [
      "the other way round",
      rule("a", { ...group, off: 600 }),
      rule("b", { ...group, threshold: { amount: 1 } }),
      "other",
    ],
    [
      "a better percentage",
      rule("a", { ...group, type: "percent_off", payBps: 9_000 }),
      rule("b", { ...group, type: "percent_off", payBps: 8_500 }),
      "this",
    ],
    [
      "a cap",
      rule("a", { ...group, type: "percent_off", payBps: 9_000 }),
      rule("b", { ...group, type: "percent_off", payBps: 8_500, cap: 100 }),
      null,
    ],
    ["a code in between", rule("a", group), rule("b", { ...group, off: 900, needsCode: true }), null],
    [
      "only at lunch",
      rule("a", group),
      rule("b", { ...group, off: 900, window: { hours: [["11:00", "14:00"]] } }),
      null,
    ],
    ["of another kind", rule("a", group), rule("b", { ...group, type: "percent_off", payBps: 1 }), null],
  ])("%s", (_name, one, two, shadowed) => {
    expect(conflictsOf(one, [two])).toMatchObject([{ id: "b", kind: "group", shadowed }]);
  });
});
