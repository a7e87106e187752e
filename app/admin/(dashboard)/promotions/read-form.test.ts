import { describe, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { promotionSchema } from "#lib/contract/promotions.ts";
import { type FormValues, formValuesOf, PROMOTION_TYPES, type PromotionType } from "./form-values.ts";
import { patchOf, readPromotionForm } from "./read-form.ts";

// Goal: a form becomes the rule that its words say, each form of the engine has one, and what is wrong is named.

const read = (type: PromotionType, values: FormValues) => {
  const result = readPromotionForm(type, values);
  return "problems" in result ? result.problems.map(({ field, problem }) => `${field} ${problem}`) : result.request;
};

test.each<[PromotionType, FormValues, object]>([
  ["amount_off", { minAmount: "100", off: "10" }, { phase: "order", threshold: { amount: 10_000 }, off: 1_000 }],
  [
    "amount_off",
    { minAmount: "50", off: "¥5.50", every: "on", maxTimes: "3", phase: "item" },
    { phase: "item", threshold: { amount: 5_000 }, off: 550, every: true, maxTimes: 3 },
  ],
  ["percent_off", { percent: "85", minQty: "3" }, { phase: "order", payBps: 8_500, threshold: { qty: 3 } }],
  ["percent_off", { percent: "88.5%", cap: "15" }, { payBps: 8_850, cap: 1_500 }],
  ["nth_discount", { n: "2", percent: "50" }, { phase: "item", n: 2, payBps: 5_000 }],
  ["buy_get", { buy: "2", get: "1" }, { phase: "item", buy: 2, get: 1 }],
  ["bundle_price", { n: "3", price: "25" }, { phase: "item", n: 3, price: 2_500 }],
  ["gift", { giftSku: "cookie", giftQty: "1", minAmount: "50" }, { phase: "item", gift: { sku: "cookie", qty: 1 } }],
  ["random_off", { min: "0.5", max: "3" }, { phase: "channel", min: 50, max: 300 }],
  [
    "tiered_off",
    { tierAmount1: "50", tierOff1: "5", tierAmount3: "100", tierOff3: "15" },
    {
      phase: "order",
      tiers: [
        { threshold: 5_000, off: 500 },
        { threshold: 10_000, off: 1_500 },
      ],
    },
  ],
])("%s of %o", (type, values, rule) => {
  expect(read(type, values)).toMatchObject({ type, ...rule });
});

test("all that limits it", () => {
  const values = {
    ...{ off: "10", name: "双十二", start: "2026-12-12T00:00", end: "2026-12-13T00:00", day6: "on", day7: "on" },
    ...{ hours: "9:00-11:30，17:00 到 24:00", skus: "latte, mocha\n美式", excludeCategories: "烟草", customers: "new" },
    ...{ channel_jsapi: "on", limitPerUser: "1", limitTotal: "500", budget: "1,000", group: "券", exclusive: "on" },
    ...{ priority: "5", base: "original", code: "DEC12", optional: "on", returnUse: "on", segments: "会员" },
  };
  expect(read("amount_off", values)).toEqual({
    ...{ type: "amount_off", phase: "order", off: 1_000, name: "双十二", priority: 5, thresholdBase: "original" },
    window: {
      start: "2026-12-12T00:00:00+08:00",
      end: "2026-12-13T00:00:00+08:00",
      days: [6, 7],
      hours: [
        ["09:00", "11:30"],
        ["17:00", "24:00"],
      ],
    },
    scope: { skus: ["latte", "mocha", "美式"], excludeCategories: ["烟草"] },
    audience: { newCustomer: true, channels: ["jsapi"], segments: ["会员"] },
    ...{ limitPerUser: 1, limitTotal: 500, budget: 100_000, group: "券", exclusive: true, code: "DEC12" },
    ...{ optional: true, returnUse: true },
  });
});

test.each<[PromotionType, FormValues, string[]]>([
  ["amount_off", {}, ["off required"]],
  ["amount_off", { off: "ten" }, ["off amount"]],
  ["amount_off", { off: "0" }, ["off range"]],
  ["amount_off", { off: "5", every: "on" }, ["minAmount everyNeedsAmount"]],
  ["amount_off", { off: "5", minQty: "1.5", budget: "-3" }, ["minQty whole", "budget amount"]],
  ["amount_off", { off: "5", start: "2026-12-02T00:00", end: "2026-12-01T00:00" }, ["end endBeforeStart"]],
  ["amount_off", { off: "5", hours: "morning" }, ["hours hours"]],
  ["amount_off", { off: "5", hours: "11:00-11:00" }, ["hours hours"]],
  ["percent_off", { percent: "100" }, ["percent percent"]],
  ["random_off", { min: "3", max: "1" }, ["max minAboveMax"]],
  ["tiered_off", {}, ["tierAmount1 required"]],
  ["tiered_off", { tierAmount2: "50" }, ["tierOff2 required"]],
  ["gift", { giftSku: "x", giftQty: "1e3" }, ["giftQty whole"]],
])("%s of %o: %o", (type, values, problems) => {
  expect([...new Set(read(type, values) as string[])]).toEqual(problems);
});

describe("a stored promotion", () => {
  test.each(PROMOTION_TYPES)("of type %s comes out of its form as it went in", (type) => {
    const terms = {
      amount_off: { phase: "item", off: 505, every: true, threshold: { amount: 2_000 }, maxTimes: 3 },
      tiered_off: { phase: "order", tiers: [{ threshold: 5_000, off: 500 }] },
      percent_off: { phase: "channel", payBps: 8_850, cap: 1_500 },
      random_off: { phase: "channel", min: 50, max: 300, audience: { newCustomer: false, channels: ["h5"] } },
      nth_discount: { phase: "item", n: 2, payBps: 5_000, window: { days: [1, 7], hours: [["11:00", "14:00"]] } },
      buy_get: { phase: "item", buy: 2, get: 1, scope: { categories: ["饮料", "茶"], excludeSkus: ["x"] } },
      bundle_price: { phase: "item", n: 3, price: 2_500, limitPerUser: 2, group: "g", exclusive: true },
      gift: { phase: "item", gift: { sku: "cookie", qty: 1 }, thresholdBase: "original", priority: 4 },
    }[type];
    const common = { name: "名", code: "C1", window: { start: "2026-12-01T08:00:00+08:00" } };
    const rule = promotionSchema.parse({ id: "p", version: 3, type, ...common, ...terms });
    const request = read(type, formValuesOf({ rule, budget: 12_345, limitTotal: 9 }));
    const { id: _id, version: _version, ...fields } = rule;
    expect(request).toEqual({ ...fields, budget: 12_345, limitTotal: 9 });
  });

  test("a field that was emptied is removed by the change", () => {
    const patch = patchOf(promotionRequestSchema.parse({ type: "amount_off", phase: "order", off: 100, cap: 50 }), 7);
    expect(patch).toMatchObject({ off: 100, cap: 50, version: 7, budget: null, window: null, code: null, every: null });
  });
});
