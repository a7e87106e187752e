import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { promotionSchema } from "#lib/contract/promotions.ts";
import { armOf, contextOf, marginOf } from "./offer-context.ts";
import type { OrderItem } from "./order.ts";

const item = (unitFen: number, quantity: number, sku: string | null = null): OrderItem => ({
  ...{ id: "i", name: "茶", sku, category: null, unitFen: fen(unitFen), quantity, discountFen: fen(0) },
});

test("a cart earns by what its items cost, else by its scene, else by the default, less what is off already", () => {
  const items = [item(1_000, 2, "tea"), item(999, 1)];
  const earns = (margins: Record<string, number>, costs: Record<string, number> = {}, scene = "dining") =>
    marginOf({ items, scene, discountFen: 100 }, { margins, costs });
  expect(earns({ default: 5_000 })).toBe(1_000 + 499 - 100);
  expect(earns({ default: 5_000, dining: 2_500 })).toBe(500 + 249 - 100);
  expect(earns({ default: 5_000 }, { tea: 900 })).toBe(200 + 499 - 100);
  expect(earns({}, { tea: 900 }), "one item's margin is unknown").toBeNull();
  expect(earns({}, { tea: 900, null: 1 }), "an item without a number has no cost").toBeNull();
  expect(earns({ dining: 2_500 }, {}, "retail")).toBeNull();
});

test("the model sees Beijing's hours and days", () => {
  const at = (iso: string) => {
    const facts = {
      items: [item(1_000, 3)],
      scene: "dining",
      channel: null,
      dueFen: 900,
      discountFen: 100,
      history: null,
    };
    return contextOf({ ...facts, at: new Date(iso) }, 400);
  };
  expect(at("2026-11-20T15:59:00Z")).toMatchObject({ hour: 23, weekend: false, items: 3, amount: 900, margin: 400 });
  expect(at("2026-11-20T16:00:00Z")).toMatchObject({ hour: 0, weekend: true });
  expect(at("2026-11-22T15:59:00Z")).toMatchObject({ hour: 23, weekend: true });
  expect(at("2026-11-22T16:00:00Z")).toMatchObject({ weekend: false });
});

test("new, regular, lapsed; and nothing at all of who did not agree", () => {
  const at = new Date("2026-11-20T04:00:00Z");
  const facts = { items: [item(1_000, 1)], scene: "dining", channel: "h5", dueFen: 1_000, discountFen: 0, at };
  const seen = (lastPaidAt: Date | null, paidIn90Days: number) =>
    contextOf({ ...facts, history: { lastPaidAt, paidIn90Days, offersToday: 0, offersIn30Days: 0 } }, 1);
  expect(seen(null, 0)).toMatchObject({ isNew: true, lapsed: false, recencyDays: null });
  expect(seen(new Date("2026-11-18T03:00:00Z"), 4)).toMatchObject({ isNew: false, freq90: 4, recencyDays: 2 });
  expect(seen(new Date("2026-10-01T04:00:00Z"), 1)).toMatchObject({ isNew: false, lapsed: true });
  expect(contextOf({ ...facts, history: null }, 1)).toMatchObject({ isNew: false, lapsed: false, freq90: 0 });
});

test("the model sees this of an order, and nothing else", () => {
  const at = new Date("2026-11-20T04:00:00Z");
  const facts = { items: [item(1_000, 2), item(500, 3)], scene: "dining", dueFen: 3_400, discountFen: 100, at };
  const history = { lastPaidAt: at, paidIn90Days: 2, offersToday: 1, offersIn30Days: 5 };
  expect(contextOf({ ...facts, channel: "h5", history }, 700)).toEqual({
    ...{ t: at.getTime(), isNew: false, lapsed: false, freq90: 2, recencyDays: 0, amount: 3_400, margin: 700 },
    ...{ hour: 12, weekend: false, channel: "h5", items: 5 },
    ...{ budgetLeft: Number.MAX_SAFE_INTEGER, budgetSpent: 0, budgetReserved: 0 },
  });
  expect(contextOf({ ...facts, channel: null, history: null }, 700)).toMatchObject({
    ...{ channel: "native", recencyDays: null },
  });
});

test("a shopper has lapsed after 45 days, and none has paid in the future", () => {
  const at = new Date("2026-11-20T04:00:00Z");
  const seen = (msAgo: number) =>
    contextOf(
      {
        ...{ items: [item(1_000, 1)], scene: "dining", channel: null, dueFen: 1_000, discountFen: 0, at },
        history: { lastPaidAt: new Date(at.getTime() - msAgo), paidIn90Days: 1, offersToday: 0, offersIn30Days: 0 },
      },
      1,
    );
  const days45 = 45 * 86_400_000;
  expect([seen(days45).lapsed, seen(days45 + 1).lapsed]).toEqual([false, true]);
  expect(seen(-5).recencyDays).toBe(0);
  expect([seen(86_399_999).recencyDays, seen(86_400_000).recencyDays]).toEqual([0, 1]);
});

test("a promotion as the learner knows it: its kind, and from which amount", () => {
  const arm = (rule: object) => armOf(promotionSchema.parse({ id: "p", phase: "order", ...rule }));
  expect(arm({ type: "amount_off", off: 5, threshold: { amount: 50 } })).toEqual({
    id: "p",
    kind: "amount",
    threshold: 50,
  });
  expect(arm({ type: "percent_off", payBps: 9_000 })).toStrictEqual({ id: "p", kind: "percent" });
  expect(arm({ type: "random_off", phase: "channel", min: 1, max: 2, threshold: { qty: 2 } })).toEqual({
    ...{ id: "p", kind: "random" },
  });
});
