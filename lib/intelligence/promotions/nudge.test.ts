import { describe, expect, test } from "vitest";
import type { PromotionInput } from "#lib/contract/promotions.ts";
import { nudgeSentence } from "#lib/texts/offers.ts";
import { nudge } from "./nudge.ts";

const context = { now: "2026-07-01T12:00:00+08:00" };
const cartOf = (unitAmount: number) => [{ id: "a", sku: "a", categories: ["food"], unitAmount, quantity: 1 }];
const off = (more: object = {}): PromotionInput =>
  ({ id: "p", phase: "order", type: "amount_off", off: 1000, threshold: { amount: 3000 }, ...more }) as PromotionInput;

describe("nudge", () => {
  test("再买 ¥3 可减 ¥10", () => {
    const found = nudge({ lines: cartOf(2700), promotions: [off()], context });
    expect(found).toMatchObject({ promotionId: "p", gap: 300, gain: 1000 });
    expect(found && nudgeSentence(found)).toBe("再买 ¥3.00 可减 ¥10.00");
  });

  test("gain counts what is lost elsewhere", () => {
    const other: PromotionInput = { id: "q", phase: "order", type: "amount_off", off: 950, group: "g" };
    expect(nudge({ lines: cartOf(2700), promotions: [off({ group: "g" }), other], context })).toBeNull();
  });

  test.each<[string, number, PromotionInput]>([
    ["a gap of more than 30 %", 2000, off()],
    ["a gain of less than ¥1", 2700, off({ off: 99 })],
    ["a gain of no more than half of the gap", 2700, off({ off: 150 })],
    ["a promotion that is not valid anyway", 2700, off({ code: "X" })],
    ["a threshold that is met", 3000, off()],
    ["a second condition that fails", 2700, off({ threshold: { amount: 3000, qty: 2 } })],
  ])("is silent for %s", (_, amount, promotion) => {
    expect(nudge({ lines: cartOf(amount), promotions: [promotion], context })).toBeNull();
  });

  test("the next multiple and the next tier count as well", () => {
    const every = off({ every: true });
    expect(nudge({ lines: cartOf(5800), promotions: [every], context })).toMatchObject({ gap: 200, gain: 1000 });
    const tiers: PromotionInput = {
      id: "t",
      phase: "order",
      type: "tiered_off",
      tiers: [
        { threshold: 1000, off: 100 },
        { threshold: 3000, off: 500 },
      ],
    };
    expect(nudge({ lines: cartOf(2800), promotions: [tiers], context })).toMatchObject({ gap: 200, gain: 400 });
  });

  test("an item reduction that eats into the threshold widens the gap", () => {
    const ten: PromotionInput = {
      id: "i",
      phase: "item",
      type: "percent_off",
      payBps: 9000,
      scope: { categories: ["food"] },
    };
    const lines = [{ id: "b", sku: "b", categories: [], unitAmount: 300, quantity: 1 }, ...cartOf(2800)];
    // 3100 would do for `p` alone, but 280 off the food leaves 2820.
    expect(nudge({ lines, promotions: [ten, off({ off: 200 })], context })).toMatchObject({ gap: 180, gain: 200 });
  });

  test("the margin on what is added must cover the gain where it is known; suggestions are in scope and dear enough", () => {
    const given = { lines: cartOf(2700), promotions: [off({ off: 180 })], context };
    expect(nudge(given, { marginBps: 5000 })).toBeNull();
    const products = [290, 900, 310, 300, 500].map((unitAmount) => ({
      sku: `s${unitAmount}`,
      name: "x",
      categories: [],
      unitAmount,
    }));
    const found = nudge(given, { marginBps: 6000, products });
    expect(found?.suggestions.map(({ unitAmount }) => unitAmount)).toEqual([300, 310, 500]);
  });
});
