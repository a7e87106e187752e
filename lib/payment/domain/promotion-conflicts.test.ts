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
    ["other numbers", item("a", { scope: { skus: ["latte"] } }), item("b", { scope: { skus: ["mocha"] } }), []],
    [
      "one number of several",
      item("a", { scope: { skus: ["latte", "mocha"] } }),
      item("b", { scope: { skus: ["mocha", "tea"] } }),
      [["item", null]],
    ],
    [
      "one category of several",
      item("a", { scope: { categories: ["茶", "面包"] } }),
      item("b", { scope: { categories: ["面包", "咖啡"] } }),
      [["item", null]],
    ],
    [
      "numbers and categories",
      item("a", { scope: { skus: ["latte"] } }),
      item("b", { scope: { categories: ["茶"] } }),
      [["item", null]],
    ],
    [
      "all goods but some, and some goods",
      item("a", { scope: { excludeSkus: ["latte"] } }),
      item("b", { scope: { skus: ["mocha"] }, payBps: 9_000 }),
      [["item", null]],
    ],
    ["goods and the whole order", item("a"), rule("b"), []],
    ["the whole order and goods", rule("a"), item("b"), []],
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
    [
      "dates, the later first",
      { window: { start: "2026-07-01T00:00:00+08:00" } },
      { window: { end: "2026-07-01T00:00:00+08:00" } },
    ],
    ["hours that touch", { window: { hours: [["11:00", "14:00"]] } }, { window: { hours: [["14:00", "20:00"]] } }],
    [
      "hours, the later first",
      { window: { hours: [["14:00", "20:00"]] } },
      { window: { hours: [["11:00", "14:00"]] } },
    ],
    ["old customers and new ones", { audience: { newCustomer: false } }, { audience: { newCustomer: true } }],
  ])("never when they cannot meet: %s", (_name, one, two) => {
    expect(kinds(rule("a", { group: "g", ...one }), rule("b", { group: "g", ...two }))).toEqual([]);
  });

  test.each([
    ["the same shoppers", { audience: { newCustomer: true } }, { audience: { newCustomer: true } }],
    ["some shoppers and all", { audience: { newCustomer: false } }, { audience: {} }],
    ["all shoppers and some", {}, { audience: { newCustomer: false } }],
    ["one channel of two", { audience: { channels: ["jsapi", "h5"] } }, { audience: { channels: ["native", "h5"] } }],
    ["a channel and all", { audience: { channels: ["jsapi"] } }, {}],
    ["all scenes and one", {}, { audience: { scenes: ["retail"] } }],
    [
      "dates that overlap",
      { window: { start: "2026-07-01T00:00:00+08:00", end: "2026-07-03T00:00:00+08:00" } },
      { window: { start: "2026-07-02T23:59:59+08:00", end: "2026-07-09T00:00:00+08:00" } },
    ],
    ["hours of all days and one day", { window: { hours: [["11:00", "14:00"]] } }, { window: { days: [3] } }],
    ["hours that overlap", { window: { hours: [["11:00", "14:01"]] } }, { window: { hours: [["14:00", "20:00"]] } }],
  ])("when they can meet: %s", (_name, one, two) => {
    const [mine, theirs] = [rule("a", { group: "g", ...one }), rule("b", { group: "g", ...two })];
    expect([kinds(mine, theirs).length, kinds(theirs, mine).length]).toEqual([1, 1]);
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
    ["the same twice", rule("a", group), rule("b", group), "this"],
    ["with a code for all", rule("a", group), rule("b", { ...group, off: 900, code: "X" }), null],
    ["of a shopper's choice", rule("a", group), rule("b", { ...group, off: 900, optional: true }), null],
    [
      "by chance",
      rule("a", { ...group, phase: "channel" }),
      rule("b", { ...group, phase: "channel", type: "random_off", min: 600, max: 900 }),
      null,
    ],
    ["so often per shopper", rule("a", group), rule("b", { ...group, off: 900, limitPerUser: 1 }), null],
    ["at another stage", rule("a", { ...group, phase: "item" }), rule("b", { ...group, off: 900 }), null],
    ["on fewer goods", rule("a", group), rule("b", { ...group, off: 900, scope: { skus: ["tea"] } }), null],
    [
      "on the same goods",
      rule("a", { ...group, scope: { skus: ["tea"] } }),
      rule("b", { ...group, off: 900, scope: { skus: ["tea"] } }),
      "this",
    ],
    [
      "on all goods, against some",
      rule("a", { ...group, scope: { skus: ["tea"] } }),
      rule("b", { ...group, off: 900 }),
      "this",
    ],
    [
      "from another sum",
      rule("a", { ...group, threshold: { amount: 100 }, thresholdBase: "original" }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 }, thresholdBase: "running" }),
      null,
    ],
    ["for some", rule("a", group), rule("b", { ...group, off: 900, audience: { channels: ["h5"] } }), null],
    [
      "for the same some",
      rule("a", { ...group, audience: { channels: ["h5"] } }),
      rule("b", { ...group, off: 900, audience: { channels: ["h5"] } }),
      "this",
    ],
    [
      "for all, against some",
      rule("a", { ...group, audience: { channels: ["h5"] } }),
      rule("b", { ...group, off: 900 }),
      "this",
    ],
    [
      "at the same hours",
      rule("a", { ...group, window: { days: [1] } }),
      rule("b", { ...group, off: 900, window: { days: [1] } }),
      "this",
    ],
    [
      "always, against at lunch",
      rule("a", { ...group, window: { hours: [["11:00", "14:00"]] } }),
      rule("b", { ...group, off: 900 }),
      "this",
    ],
    [
      "from more",
      rule("a", { ...group, threshold: { amount: 100 } }),
      rule("b", { ...group, off: 900, threshold: { amount: 101 } }),
      null,
    ],
    [
      "from as much",
      rule("a", { ...group, threshold: { amount: 100 } }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 } }),
      "this",
    ],
    [
      "from more pieces",
      rule("a", { ...group, threshold: { qty: 2 } }),
      rule("b", { ...group, off: 900, threshold: { qty: 3 } }),
      null,
    ],
    [
      "from as many pieces",
      rule("a", { ...group, threshold: { qty: 2 } }),
      rule("b", { ...group, off: 900, threshold: { qty: 2 } }),
      "this",
    ],
    [
      "from two pieces, against from any",
      rule("a", group),
      rule("b", { ...group, off: 900, threshold: { qty: 2 } }),
      null,
    ],
    [
      "both capped, this higher",
      rule("a", { ...group, type: "percent_off", payBps: 9_000, cap: 101 }),
      rule("b", { ...group, type: "percent_off", payBps: 8_500, cap: 100 }),
      null,
    ],
    [
      "both capped alike",
      rule("a", { ...group, type: "percent_off", payBps: 9_000, cap: 100 }),
      rule("b", { ...group, type: "percent_off", payBps: 8_500, cap: 100 }),
      "this",
    ],
    [
      "as good a percentage",
      rule("a", { ...group, type: "percent_off", payBps: 9_000 }),
      rule("b", { ...group, type: "percent_off", payBps: 9_000 }),
      "this",
    ],
    [
      "for each hundred, against once",
      rule("a", { ...group, threshold: { amount: 100 }, every: true }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 } }),
      null,
    ],
    [
      "once, against for each hundred",
      rule("a", { ...group, threshold: { amount: 100 } }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 }, every: true }),
      "this",
    ],
    [
      "for each hundred, as often",
      rule("a", { ...group, threshold: { amount: 100 }, every: true, maxTimes: 3 }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 }, every: true, maxTimes: 3 }),
      "this",
    ],
    [
      "for each hundred, less often",
      rule("a", { ...group, threshold: { amount: 100 }, every: true, maxTimes: 3 }),
      rule("b", { ...group, off: 900, threshold: { amount: 100 }, every: true, maxTimes: 2 }),
      null,
    ],
    [
      "for each fifty, against each hundred",
      rule("a", { ...group, threshold: { amount: 100 }, every: true }),
      rule("b", { ...group, off: 900, threshold: { amount: 50 }, every: true }),
      "this",
    ],
  ])("%s", (_name, one, two, shadowed) => {
    expect(conflictsOf(one, [two])).toMatchObject([{ id: "b", kind: "group", shadowed }]);
  });
});
