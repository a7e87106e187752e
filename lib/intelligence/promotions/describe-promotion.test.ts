import { expect, test } from "vitest";
import type { PromotionInput } from "#lib/contract/promotions.ts";
import { describePromotion } from "./describe-promotion.ts";

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
