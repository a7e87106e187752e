import { describe, expect, test } from "vitest";
import { fen, shareOut } from "#lib/base/fen.ts";
import type { PromotionInput } from "#lib/contract/promotions.ts";
import { rejectionSentence } from "#lib/texts/offers.ts";
import { Random } from "./random.ts";
import { mulDivFloor, shareBuffer, shareInto } from "./share-out.ts";
import { solvePromotions } from "./solve-promotions.ts";

const now = "2026-07-01T12:00:00+08:00";
const cart = [
  { id: "a", sku: "tea", categories: ["drink"], unitAmount: 1000, quantity: 2 },
  { id: "b", sku: "cup", categories: ["home"], unitAmount: 3000, quantity: 1 },
];
const off = (id: string, amount: number, more: Partial<PromotionInput> = {}): PromotionInput =>
  ({ id, phase: "order", type: "amount_off", off: amount, ...more }) as PromotionInput;

function reasons(promotions: PromotionInput[], maxStack = 4) {
  const { rejected } = solvePromotions({ lines: cart, promotions, context: { now, maxStack } });
  return Object.fromEntries(rejected.map(({ id, reason }) => [id, reason]));
}

describe("every promotion that is not used says why", () => {
  test.each<[string, PromotionInput[], Record<string, string>, number?]>([
    ["threshold", [off("x", 100, { threshold: { amount: 5001 } })], { x: "threshold" }],
    ["pieces", [off("x", 100, { threshold: { qty: 4 } })], { x: "threshold" }],
    [
      "tiers",
      [{ id: "x", phase: "order", type: "tiered_off", tiers: [{ threshold: 9000, off: 9 }] }],
      { x: "threshold" },
    ],
    ["too few for a group", [{ id: "x", phase: "item", type: "buy_get", buy: 3, get: 1 }], { x: "threshold" }],
    ["scope", [off("x", 100, { scope: { skus: ["hat"] } })], { x: "scope" }],
    [
      "a gift not in the cart",
      [{ id: "x", phase: "item", type: "gift", gift: { sku: "hat", qty: 1 } }],
      { x: "scope" },
    ],
    ["budget", [off("x", 100, { budgetLeft: 99 })], { x: "budget" }],
    ["group", [off("x", 100, { group: "g" }), off("y", 200, { group: "g" })], { x: "group" }],
    ["exclusive loses", [off("x", 100, { exclusive: true }), off("y", 200)], { x: "exclusive" }],
    ["exclusive wins", [off("x", 300, { exclusive: true }), off("y", 200)], { y: "exclusive" }],
    ["stack", [off("x", 100), off("y", 200)], { x: "stack" }, 1],
    [
      "worse",
      [off("x", 100, { phase: "item", scope: { skus: ["tea"] } }), off("y", 200, { threshold: { amount: 5000 } })],
      { x: "worse" },
    ],
  ])("%s", (_, promotions, expected, maxStack) => {
    expect(reasons(promotions, maxStack)).toEqual(expected);
  });

  test("in words", () => {
    expect(rejectionSentence({ reason: "threshold", name: "满50减5" })).toBe("“满50减5”未达到使用门槛");
    expect(rejectionSentence({ reason: "threshold" }, "en")).toBe("The minimum is not reached");
  });
});

test("of equal totals the fewer promotions win, then the smaller ids", () => {
  const twoOrOne = [off("a", 100), off("b", 100), off("c", 200, { priority: 9 })];
  const solve = (promotions: PromotionInput[], maxStack: number) =>
    solvePromotions({ lines: cart, promotions, context: { now, maxStack } }).applied.map(({ id }) => id);
  expect(solve([...twoOrOne.map((p) => ({ ...p, cap: p.id === "c" ? 200 : 100 }))], 1)).toEqual(["c"]);
  expect(solve([off("b", 100), off("B", 100), off("a", 100)], 1)).toEqual(["B"]);
  expect(solve([off("x", 200, { exclusive: true }), off("y", 100), off("z", 100)], 4)).toEqual(["x"]);
});

test("an item takes part in a cart of 100,000 pieces without being listed piece by piece", () => {
  const lines = [
    { id: "a", sku: "a", categories: [], unitAmount: 100, quantity: 100_000 },
    { id: "b", sku: "b", categories: [], unitAmount: 90, quantity: 99_999 },
  ];
  const promotions: PromotionInput[] = [{ id: "x", phase: "item", type: "bundle_price", n: 1_000, price: 50_000 }];
  const solution = solvePromotions({ lines, promotions, context: { now } });
  expect(solution.lineDiscounts).toEqual([100 * 50_000, 99 * 40_000]);
});

test("the node limit answers with the best so far and says so", () => {
  const promotions = Array.from({ length: 20 }, (_, i) =>
    off(`p${i}`, 100 + i, { threshold: { amount: 5000 - 100 * i } }),
  );
  const given = { lines: cart, promotions, context: { now } };
  const cut = solvePromotions(given, { nodesMax: 10 });
  const whole = solvePromotions(given);
  expect(cut.optimal).toBe(false);
  expect(whole.optimal).toBe(true);
  expect(cut.totalDiscount).toBeGreaterThan(0);
  expect(cut.totalDiscount).toBeLessThanOrEqual(whole.totalDiscount);
});

test("the quick sharing equals the exact one, also where products are no longer exact", () => {
  for (let round = 0; round < 2_000; round += 1) {
    const random = new Random(`share/${round}`);
    const scale = random.pick([10, 1_000, 100_000_000]);
    const weights = Float64Array.from({ length: random.whole(1, 12) }, () => random.whole(0, scale));
    weights[0] = (weights[0] ?? 0) + 1;
    const total = random.whole(0, scale);
    const shares = new Float64Array(weights.length);
    const lines = weights.map((_, i) => i);
    shareInto({ total, lines, size: lines.length, weights, shares, buffer: shareBuffer(lines.length) });
    expect([...shares]).toEqual(shareOut(fen(total), [...weights]));
  }
  expect(mulDivFloor(9_007_199_254_740_991, 9_999, 10_000)).toBe(9_006_298_534_815_516);
});

test("a gift may become worth more than alone, when another promotion takes its cheap line first", () => {
  const lines = [
    { id: "old", sku: "g", categories: ["sale"], unitAmount: 100, quantity: 1 },
    { id: "new", sku: "g", categories: [], unitAmount: 900, quantity: 1 },
    ...cart,
  ];
  const promotions: PromotionInput[] = [
    { id: "sale", phase: "item", type: "amount_off", off: 10, scope: { categories: ["sale"] } },
    { id: "gift", phase: "item", priority: 1, type: "gift", gift: { sku: "g", qty: 1 } },
    off("alone", 500, { exclusive: true }),
  ];
  const solution = solvePromotions({ lines, promotions, context: { now } });
  expect(solution.totalDiscount).toBe(910);
  expect(solution.lineDiscounts).toEqual([10, 900, 0, 0]);
});
