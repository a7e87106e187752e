import { expect, test } from "vitest";
import { promotionSchema } from "./promotions.ts";

const plain = { id: "p", phase: "order", type: "amount_off", off: 500 };

test("a plain promotion gets its defaults", () => {
  expect(promotionSchema.parse(plain)).toEqual({ ...plain, priority: 0, version: 1 });
});

test.each([
  ["an unknown field", { ...plain, budget: 5 }],
  ["a misspelt field inside", { ...plain, threshold: { amont: 5 } }],
  ["a field of another type", { ...plain, payBps: 9000 }],
  ["an unknown type", { ...plain, type: "half_off" }],
  ["a type in a phase where it may not be", { id: "p", phase: "order", type: "buy_get", buy: 2, get: 1 }],
  ["a random reduction of the order", { id: "p", phase: "order", type: "random_off", min: 1, max: 2 }],
  ["tiers at pay time", { id: "p", phase: "channel", type: "tiered_off", tiers: [{ threshold: 1, off: 1 }] }],
  ["a fraction of a fen", { ...plain, off: 0.5 }],
  ["a reduction of nothing", { ...plain, off: 0 }],
  ["`every` without an amount", { ...plain, every: true, threshold: { qty: 2 } }],
  ["a range upside down", { id: "p", phase: "channel", type: "random_off", min: 3, max: 2 }],
  ["a scope of nothing", { ...plain, scope: { skus: [] } }],
  ["an eighth day", { ...plain, window: { days: [8] } }],
  ["an hour 25", { ...plain, window: { hours: [["11:00", "25:00"]] } }],
  ["a moment without a zone", { ...plain, window: { start: "2026-07-01T00:00:00" } }],
  ["a window that ends first", { ...plain, window: { start: "2026-07-02T00:00:00Z", end: "2026-07-01T00:00:00Z" } }],
])("refuses %s", (_, promotion) => {
  expect(promotionSchema.safeParse(promotion).success).toBe(false);
});
