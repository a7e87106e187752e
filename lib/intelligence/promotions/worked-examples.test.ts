import { describe, expect, test } from "vitest";
import { type PromotionInput, promotionSchema } from "#lib/contract/promotions.ts";
import type { CartLine, PromotionContext } from "./case.ts";
import { solvePromotions } from "./solve-promotions.ts";

// The eight worked examples of smart.md §3.4, by hand.

const line = (id: string, unitAmount: number, more: Partial<CartLine> = {}): CartLine => ({
  id,
  sku: id,
  categories: [],
  unitAmount,
  quantity: 1,
  ...more,
});

function solve(lines: CartLine[], promotions: PromotionInput[], context: Partial<PromotionContext> = {}) {
  for (const promotion of promotions) promotionSchema.parse(promotion);
  return solvePromotions({ lines, promotions, context: { now: "2026-07-01T12:00:00+08:00", ...context } });
}

const idsAndDiscounts = (solution: ReturnType<typeof solve>) =>
  solution.applied.map(({ id, discount }) => [id, discount] as const);

const coffee = [line("latte", 1800, { categories: ["drink"] }), line("cake", 1390)];
const a: PromotionInput = {
  id: "A",
  phase: "item",
  type: "percent_off",
  payBps: 8500,
  scope: { categories: ["drink"] },
};
const b: PromotionInput = { id: "B", phase: "order", type: "amount_off", off: 500, threshold: { amount: 3000 } };

describe("worked examples", () => {
  test("1: the reduction that would break the larger one's threshold stays away", () => {
    const solution = solve(coffee, [a, b]);
    expect(idsAndDiscounts(solution)).toEqual([["B", 500]]);
    expect(solution.payable).toBe(2690);
    expect(solution.lineDiscounts).toEqual([282, 218]);
    expect(solution.rejected).toEqual([{ id: "A", reason: "worse" }]);
  });

  test("2: with the original price as base all three apply", () => {
    const c: PromotionInput = { id: "C", phase: "channel", type: "random_off", min: 50, max: 300 };
    const solution = solve(coffee, [c, a, { ...b, thresholdBase: "original" }], { draws: { C: 137 } });
    expect(idsAndDiscounts(solution)).toEqual([
      ["A", 270],
      ["B", 500],
      ["C", 137],
    ]);
    expect(solution.payable).toBe(2283);
    expect(solution.lineDiscounts).toEqual([604, 303]);
  });

  test("3: a line takes one item promotion, the better", () => {
    const lines = [
      line("a", 1800, { quantity: 2, categories: ["drink"] }),
      line("b", 1501, { categories: ["drink"] }),
      line("c", 1200),
    ];
    const scope = { categories: ["drink"] };
    const solution = solve(lines, [
      { id: "N2", phase: "item", type: "nth_discount", n: 2, payBps: 5000, scope },
      { id: "B21", phase: "item", type: "buy_get", buy: 2, get: 1, scope },
    ]);
    expect(idsAndDiscounts(solution)).toEqual([["B21", 1501]]);
    expect(solution.payable).toBe(4800);
    expect(solution.lineDiscounts).toEqual([0, 1501, 0]);
  });

  test("4: the missing fen goes to the largest remainder", () => {
    const solution = solve(
      [line("a", 333), line("b", 333), line("c", 334)],
      [{ id: "x", phase: "order", type: "amount_off", off: 100 }],
    );
    expect(solution.lineDiscounts).toEqual([33, 33, 34]);
  });

  test("5: a floor is never broken", () => {
    const solution = solve(
      [line("a", 2000, { floor: 1900 }), line("b", 2000)],
      [{ id: "half", phase: "order", type: "percent_off", payBps: 5000 }],
    );
    expect(solution.totalDiscount).toBe(2000);
    expect(solution.lineDiscounts).toEqual([95, 1905]);
  });

  test("6: what the budget cannot keep whole is not promised", () => {
    const solution = solve(
      [line("a", 10000)],
      [
        { id: "c10", phase: "order", type: "amount_off", off: 1000, threshold: { amount: 10000 }, group: "coupon" },
        { id: "c12", phase: "order", type: "percent_off", payBps: 8800, cap: 1500, budgetLeft: 1100, group: "coupon" },
        { id: "x", phase: "order", type: "amount_off", off: 900, exclusive: true },
        { id: "z5", phase: "channel", type: "percent_off", payBps: 9500 },
      ],
    );
    expect(idsAndDiscounts(solution)).toEqual([
      ["c10", 1000],
      ["z5", 450],
    ]);
    expect(solution.payable).toBe(8550);
    expect(solution.rejected).toEqual([
      { id: "c12", reason: "budget" },
      { id: "x", reason: "exclusive" },
    ]);
  });

  test("7: a bundle over two lines, then every 2000", () => {
    const solution = solve(
      [
        line("s1", 990, { quantity: 3, categories: ["snack"] }),
        line("s2", 1290, { quantity: 2, categories: ["snack"] }),
        line("o", 5000),
      ],
      [
        {
          id: "any3",
          phase: "item",
          type: "bundle_price",
          n: 3,
          price: 2500,
          scope: { categories: ["snack"] },
          maxTimes: 1,
        },
        {
          id: "every",
          phase: "order",
          type: "amount_off",
          off: 150,
          every: true,
          maxTimes: 3,
          threshold: { amount: 2000 },
        },
      ],
    );
    expect(idsAndDiscounts(solution)).toEqual([
      ["any3", 1070],
      ["every", 450],
    ]);
    expect(solution.lineDiscounts).toEqual([424, 859, 237]);
  });

  test("8: one fen is always left to pay", () => {
    const solution = solve([line("a", 100)], [{ id: "x", phase: "order", type: "amount_off", off: 500 }]);
    expect(solution.totalDiscount).toBe(99);
    expect(solution.payable).toBe(1);
  });
});
