import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { type Promotion, promotionSchema } from "#lib/contract/promotions.ts";
import type { PromotionStanding } from "./price-cart.ts";
import { type PastOrder, PromotionReplay } from "./replay-promotion.ts";

// Goal: what a preview says of the past is what the engine would have done, order by order.

const rule = (id: string, given: object): Promotion =>
  promotionSchema.parse({
    id,
    phase: "order",
    ...("type" in given ? {} : { type: "amount_off", off: 1_000 }),
    ...given,
  });
const standing = (given: Promotion): PromotionStanding => ({
  rule: given,
  ...{ budgetLeft: 0, usesLeft: 0, usedByShopper: 9 },
});
const order = (yuan: number, more: Partial<PastOrder> = {}): PastOrder => ({
  ...{ id: `o${yuan}`, at: new Date("2026-11-04T12:00:00+08:00"), channel: "jsapi", shopperId: null },
  ...{ isNewCustomer: null, donation: false, scene: null },
  items: [{ name: "茶", sku: null, category: null, unitFen: fen(yuan * 100), quantity: 1 }],
  ...more,
});
const limits = { budget: null, limitTotal: null };
const replay = (
  tried: ConstructorParameters<typeof PromotionReplay>[0],
  orders: readonly PastOrder[],
  others: readonly Promotion[] = [],
) => {
  const run = new PromotionReplay(tried, others.map(standing));
  for (const each of orders) run.add(each);
  return run.result();
};

test("满100减10 on four orders: two get it, what it costs of the takings, and why the others do not", () => {
  const from100 = rule("new", { threshold: { amount: 10_000 }, window: { start: "2027-01-01T00:00:00+08:00" } });
  const gift = order(500, { donation: true });
  expect(replay({ rule: from100, ...limits }, [order(120), order(80), order(100), gift])).toEqual({
    ...{ orders: 4, changed: 2, givenFen: 2_000, extraFen: 2_000, takingsFen: 80_000 },
    ...{ reasons: { threshold: 1, scope: 1 }, conflicts: [], budgetEndedAt: null },
  });
});

test("a budget and a limit per shopper run out on the way", () => {
  const at = new Date("2026-11-05T12:00:00+08:00");
  const budgeted = { rule: rule("new", {}), budget: 2_000, limitTotal: null };
  expect(replay(budgeted, [order(50), order(60, { at }), order(70)])).toMatchObject({
    ...{ changed: 2, givenFen: 2_000, reasons: { budget: 1 }, budgetEndedAt: at },
  });
  const once = { rule: rule("new", { limitPerUser: 1 }), ...limits };
  const orders = [
    order(50, { shopperId: "a" }),
    order(60, { shopperId: "a" }),
    order(70, { shopperId: "b" }),
    order(80),
  ];
  expect(replay(once, orders)).toMatchObject({ changed: 2, reasons: { user_limit: 2 } });
});

test("of two in one group the better one wins each order, and that is told from both sides", () => {
  const tenth = rule("old", { type: "percent_off", payBps: 9_000, group: "g" });
  const tried = { rule: rule("new", { group: "g" }), ...limits };
  // 10 yuan off beats 10 % below 100 yuan, loses above.
  expect(replay(tried, [order(50), order(60), order(200)], [tenth])).toMatchObject({
    ...{ changed: 2, givenFen: 2_000, extraFen: 900, reasons: { group: 1 } },
    conflicts: [{ id: "old", losses: 2, wins: 1 }],
  });
});

test("hours count, dates do not, a code counts as entered, and of a random amount the middle", () => {
  const tried = {
    rule: rule("new", {
      ...{ type: "random_off", phase: "channel", min: 100, max: 301, code: "HAPPY" },
      window: { start: "2027-01-01T00:00:00+08:00", hours: [["11:00", "14:00"]] },
    }),
    ...limits,
  };
  const evening = order(60, { at: new Date("2026-11-04T20:00:00+08:00") });
  expect(replay(tried, [order(50), evening])).toMatchObject({ changed: 1, givenFen: 200, reasons: { window: 1 } });
});
