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

test("uses in all run out as a budget does; a code and a list of codes count as entered", () => {
  const twice = { rule: rule("new", { code: "Happy-1" }), budget: null, limitTotal: 2 };
  expect(replay(twice, [order(50), order(60), order(70)])).toMatchObject({ changed: 2, reasons: { budget: 1 } });
  const listed = { rule: rule("new", { needsCode: true }), ...limits };
  expect(replay(listed, [order(50)])).toMatchObject({ changed: 1, budgetEndedAt: null });
});

test("a shopper who is known is told from one who is not, and is counted by themselves", () => {
  const newcomers = { rule: rule("new", { audience: { newCustomer: true } }), ...limits };
  const known = (isNewCustomer: boolean) => order(50, { shopperId: "a", isNewCustomer });
  expect(replay(newcomers, [known(true), known(false), order(50)])).toMatchObject({
    ...{ changed: 1, reasons: { audience: 2 } },
  });
  const twice = { rule: rule("new", { limitPerUser: 2 }), ...limits };
  const by = (shopperId: string) => order(50, { shopperId });
  expect(replay(twice, [by("a"), by("a"), by("b"), by("a"), by("b")])).toMatchObject({
    ...{ changed: 4, reasons: { user_limit: 1 } },
  });
});

test("channel and scene of the past order decide", () => {
  const tried = { rule: rule("new", { audience: { channels: ["h5"], scenes: ["dining"] } }), ...limits };
  const orders = [
    order(50, { channel: "h5", scene: "dining" }),
    order(50, { channel: "jsapi", scene: "dining" }),
    order(50, { channel: "h5", scene: "retail" }),
  ];
  expect(replay(tried, orders)).toMatchObject({ changed: 1, reasons: { audience: 2 } });
});

test("what the others give counts for the takings, and the promotion that costs the most orders comes first", () => {
  const [small, large] = [rule("small", { off: 100, group: "g" }), rule("large", { off: 5_000, group: "h" })];
  const tried = { rule: rule("new", { exclusive: true, off: 5_050 }), ...limits };
  // Both together give 51 yuan where both apply, so the new one loses there; below 50 yuan only a part fits.
  const result = replay(tried, [order(80), order(90)], [small, large]);
  expect(result).toMatchObject({ orders: 2, changed: 0, givenFen: 0, extraFen: 0, takingsFen: 17_000 - 2 * 5_100 });
  expect(result.reasons).toEqual({ exclusive: 2 });
  expect(result.conflicts.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
    { id: "large", losses: 0, wins: 2 },
    { id: "small", losses: 0, wins: 2 },
  ]);
  const dear = rule("dear", { off: 500, group: "g", threshold: { amount: 10_000 } });
  const better = { rule: rule("new", { group: "g" }), ...limits };
  const cheap = rule("cheap", { off: 100, group: "g" });
  // cheap is had below 100 yuan, dear above: the new one takes one order from dear and two from cheap.
  expect(replay(better, [order(120), order(80), order(90)], [dear, cheap])).toMatchObject({
    ...{ changed: 3, givenFen: 3_000, extraFen: 3_000 - 700, takingsFen: 29_000 - 700 },
    conflicts: [
      { id: "cheap", losses: 2, wins: 0 },
      { id: "dear", losses: 1, wins: 0 },
    ],
  });
});

test("its own reason counts, not that of another promotion", () => {
  const tried = { rule: rule("new", { audience: { channels: ["h5"] } }), ...limits };
  const high = rule("old", { threshold: { amount: 90_000 } });
  expect(replay(tried, [order(50)], [high])).toMatchObject({ reasons: { audience: 1 } });
});

test("what it would take and what it would leave to another count alike for the order of the conflicts", () => {
  const [ten, five] = [
    rule("ten", { group: "g", off: 1_100, threshold: { amount: 10_000 } }),
    rule("five", { group: "g", off: 500 }),
  ];
  const tried = { rule: rule("new", { group: "g" }), ...limits };
  // Above 100 yuan "ten" keeps the order, three times; below it the new one takes it from "five", twice.
  const orders = [order(120), order(130), order(140), order(50), order(60)];
  expect(replay(tried, orders, [five, ten]).conflicts).toEqual([
    { id: "ten", losses: 0, wins: 3 },
    { id: "five", losses: 2, wins: 0 },
  ]);
  expect(replay(tried, [...orders, order(70), order(80)], [five, ten]).conflicts).toEqual([
    { id: "five", losses: 4, wins: 0 },
    { id: "ten", losses: 0, wins: 3 },
  ]);
});

test("a promotion that does not apply for reasons of its own has no conflict with those that do", () => {
  const tried = { rule: rule("new", { threshold: { amount: 10_000 } }), ...limits };
  expect(replay(tried, [order(50)], [rule("old", {})])).toMatchObject({ reasons: { threshold: 1 }, conflicts: [] });
});

test("the others are priced as if they had run then, without a limit, and what they would give is no merit of it", () => {
  const old = rule("old", { window: { start: "2027-01-01T00:00:00+08:00" }, needsCode: true, limitPerUser: 1 });
  const tried = { rule: rule("new", { off: 500 }), ...limits };
  const one = order(50, { shopperId: "a" });
  expect(replay(tried, [one, one], [old])).toMatchObject({
    ...{ changed: 2, givenFen: 1_000, extraFen: 1_000, takingsFen: 10_000 - 2_000, conflicts: [] },
  });
});

test("a budget ends at the first order that uses it up, not at a later one", () => {
  const [first, second] = [new Date("2026-11-05T12:00:00+08:00"), new Date("2026-11-06T12:00:00+08:00")];
  const tried = { rule: rule("new", { off: 500 }), budget: 900, limitTotal: null };
  // The engine gives nothing that the budget cannot bear, so it is not used up.
  expect(replay(tried, [order(50, { at: first }), order(50, { at: second })])).toMatchObject({
    ...{ changed: 1, budgetEndedAt: null },
  });
  const exact = { ...tried, budget: 500 };
  expect(replay(exact, [order(50, { at: first }), order(50, { at: second })]).budgetEndedAt).toEqual(first);
});
