import { expect, test } from "vitest";
import { type PromotionInput, type PromotionTerms, promotionSchema, termsOf } from "#lib/contract/promotions.ts";
import { describePromotion, discountReason, discountWords } from "./offers.ts";

test.each<[string, Record<string, unknown>]>([
  ["满30减5", { type: "amount_off", off: 500, threshold: { amount: 3_000 } }],
  ["满3件减1.50", { type: "amount_off", off: 150, threshold: { qty: 3 } }],
  ["立减5元", { type: "amount_off", off: 500 }],
  ["每满20减1.50", { type: "amount_off", off: 150, every: true, threshold: { amount: 2_000 } }],
  [
    "满30减5，满60减12",
    {
      type: "tiered_off",
      tiers: [
        { threshold: 6_000, off: 1_200 },
        { threshold: 3_000, off: 500 },
      ],
    },
  ],
  ["85折", { type: "percent_off", payBps: 8_500 }],
  ["满3件8折（最多减15元）", { type: "percent_off", payBps: 8_000, threshold: { qty: 3 }, cap: 1_500 }],
  ["8.75折", { type: "percent_off", payBps: 8_750 }],
  ["0.5折", { type: "percent_off", payBps: 500 }],
  ["随机立减0.50–3元", { type: "random_off", min: 50, max: 300 }],
  ["第2件半价", { type: "nth_discount", n: 2, payBps: 5_000 }],
  ["第3件免费", { type: "nth_discount", n: 3, payBps: 0 }],
  ["买2赠1", { type: "buy_get", buy: 2, get: 1 }],
  ["任选3件25元", { type: "bundle_price", n: 3, price: 2_500 }],
  ["满50赠1件赠品", { type: "gift", gift: { sku: "g", qty: 1 }, threshold: { amount: 5_000 } }],
])("%s", (sentence, rule) => {
  expect(describePromotion({ id: "p", phase: "order", ...rule } as PromotionInput)).toBe(sentence);
});

test.each<[string, Record<string, unknown>]>([
  ["¥5 off from ¥30", { type: "amount_off", off: 500, threshold: { amount: 3_000 } }],
  ["¥5 off", { type: "amount_off", off: 500 }],
  ["¥1.50 off every ¥20", { type: "amount_off", off: 150, every: true, threshold: { amount: 2_000 } }],
  [
    "¥5 off from ¥30, ¥12 off from ¥60",
    {
      type: "tiered_off",
      tiers: [
        { threshold: 6_000, off: 1_200 },
        { threshold: 3_000, off: 500 },
      ],
    },
  ],
  ["12.5% off", { type: "percent_off", payBps: 8_750 }],
  [
    "20% off from ¥30 from 3 items (at most ¥15 off)",
    { type: "percent_off", payBps: 8_000, threshold: { amount: 3_000, qty: 3 }, cap: 1_500 },
  ],
  ["¥0.50–¥3 off at random", { type: "random_off", min: 50, max: 300 }],
  ["Item 2: 50% off", { type: "nth_discount", n: 2, payBps: 5_000 }],
  ["Item 3: free", { type: "nth_discount", n: 3, payBps: 0 }],
  ["Buy 2, get 1 free", { type: "buy_get", buy: 2, get: 1 }],
  ["Any 3 for ¥25", { type: "bundle_price", n: 3, price: 2_500 }],
  ["1 × free gift from ¥50", { type: "gift", gift: { qty: 1 }, threshold: { amount: 5_000 } }],
])("in English: %s", (sentence, terms) => {
  expect(describePromotion(terms as PromotionTerms, "en")).toBe(sentence);
});

test("what is kept of a promotion says the same as the promotion, and nothing of whom or what it is for", () => {
  const rule = promotionSchema.parse({
    id: "p",
    type: "amount_off",
    phase: "order",
    off: 500,
    threshold: { amount: 3_000 },
    scope: { skus: ["latte"] },
    audience: { segments: ["staff"] },
    code: "SECRET",
  });
  expect(termsOf(rule)).toEqual({ type: "amount_off", off: 500, threshold: { amount: 3_000 } });
  expect(describePromotion(termsOf(rule))).toBe(describePromotion(rule));
});

test("the words for the API stay Chinese, and old rows keep what they hold", () => {
  const terms: PromotionTerms = { type: "amount_off", off: 500 };
  expect(discountReason({ name: "满减", reason: null, terms })).toBe("立减5元");
  expect(discountReason({ name: "立减5元", reason: null, terms })).toBeNull();
  expect(discountReason({ name: "满减", reason: "满30减5" })).toBe("满30减5");
  expect(discountWords({ name: "满减", reason: "满30减5" }, "en")).toEqual({ name: "满减", why: "满30减5" });
});
