import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "#lib/base/time.ts";
import { cohorts, type ShopperPayment } from "./cohorts.ts";
import { rfm } from "./rfm.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const NOW = new Date("2026-11-22T04:00:00Z");
const pay = (shopperId: string, daysAgo: number, amount = 1_000): ShopperPayment => ({
  ...{ shopperId, amount },
  at: new Date(NOW.getTime() - daysAgo * DAY_MS),
});
const several = (name: string, count: number, ...daysAgo: number[]) =>
  Array.from({ length: count }, (_, at) => daysAgo.map((days) => pay(`${name}${at}`, days))).flat();

describe("cohorts", () => {
  test("are a triangle: who paid first when, and who came back how much", () => {
    const table = cohorts([...several("a", 30, 70), ...several("b", 10, 70, 30), ...several("c", 6, 40, 39, 2)], {
      now: NOW,
    });
    expect(table).toEqual([
      {
        month: "2026-09",
        shoppers: 40,
        cells: [
          { since: 0, returning: 40, share: 1, perShopper: 1_000, few: false },
          { since: 1, returning: 10, share: 0.25, perShopper: 250, few: false },
          { since: 2, returning: 0, share: 0, perShopper: 0, few: false },
        ],
      },
      {
        month: "2026-10",
        shoppers: 6,
        cells: [
          { since: 0, returning: 6, share: 1, perShopper: 2_000, few: true },
          { since: 1, returning: 6, share: 1, perShopper: 1_000, few: true },
        ],
      },
    ]);
  });

  test("of four shoppers say nothing; months are Beijing's", () => {
    expect(cohorts(several("a", 4, 1), { now: NOW })).toEqual([{ month: "2026-11", shoppers: null, cells: [] }]);
    const late = { shopperId: "x", amount: 1, at: new Date("2026-10-31T16:30:00Z") };
    expect(cohorts([late], { now: NOW })[0]?.month).toBe("2026-11");
  });

  test("lose no fen and no shopper", () => {
    const payment = fc.record({
      shopperId: fc.constantFrom(..."abcdefghijklmnop"),
      daysAgo: fc.nat(400),
      amount: fc.nat(9_999),
    });
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 200 }), (all) => {
        const payments = all.map(({ shopperId, daysAgo, amount }) => pay(shopperId, daysAgo, amount));
        for (const { shoppers, cells } of cohorts(payments, { now: NOW })) {
          expect(cells[0]?.returning ?? shoppers).toBe(shoppers);
          for (const { returning, share } of cells) expect(returning).toBe(Math.round(share * (shoppers ?? 0)));
        }
      }),
    );
  });
});

describe("rfm", () => {
  const of = (payments: ShopperPayment[], shopper: string) =>
    rfm(payments, { now: NOW }).shoppers.find(({ shopperId }) => shopperId === shopper);
  const many = [
    ...several("often", 30, 1, 6, 12, 18, 24, 30, 36),
    ...several("some", 30, 8, 20),
    ...several("fresh", 30, 2),
    ...several("slept", 30, 90, 100, 110, 120, 130),
    ...several("once", 30, 80),
  ];

  test("names who they are", () => {
    const { groups, segments } = rfm(many, { now: NOW });
    expect(groups).toBe(5);
    expect(of(many, "often3")).toMatchObject({ name: "champions", r: 5, frequency: 7, money: 7_000, lapsed: false });
    expect(of(many, "fresh3")?.name).toBe("new");
    expect(of(many, "slept3")).toMatchObject({ name: "lapsed", lapsed: true });
    // 80 days is more than 45 and more than thrice the merchant's usual pause.
    expect(of(many, "once3")).toMatchObject({ name: "lapsed", lapsed: true });
    expect(segments.reduce((sum, { shoppers }) => sum + (shoppers ?? 0), 0)).toBe(150);
  });

  test("lapsed is more than 45 days and more than thrice one's own pause", () => {
    const slow = [pay("slow", 50), pay("slow", 70), ...many];
    expect(of(slow, "slow")?.lapsed).toBe(false);
    expect(of([pay("slow", 61), pay("slow", 81), ...many], "slow")?.lapsed).toBe(true);
    expect(of([pay("quick", 44), pay("quick", 45), ...many], "quick")?.lapsed).toBe(false);
    expect(of([pay("quick", 46), pay("quick", 47), ...many], "quick")?.lapsed).toBe(true);
  });

  test("equal shoppers share a rank; fewer than 100 are cut in thirds; four are not named", () => {
    const { groups, shoppers, segments } = rfm(several("a", 99, 3), { now: NOW });
    expect(groups).toBe(3);
    expect(new Set(shoppers.map(({ r, f, m }) => `${r}${f}${m}`))).toEqual(new Set(["111"]));
    expect(segments.filter((each) => each.shoppers !== 0)).toHaveLength(1);
    const four = rfm(several("a", 4, 3), { now: NOW }).segments.filter((each) => each.shoppers === null);
    expect(four).toHaveLength(1);
  });

  test("more is never a lower rank", () => {
    const shopper = fc.array(fc.tuple(fc.nat(300), fc.nat(10_000)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(shopper, { minLength: 2, maxLength: 120 }), (all) => {
        const payments = all.flatMap((own, at) => own.map(([days, amount]) => pay(`s${at}`, days, amount)));
        const { groups, shoppers } = rfm(payments, { now: NOW });
        const byMoney = shoppers.toSorted((one, other) => one.money - other.money);
        for (const [at, { m }] of byMoney.entries()) expect(m).toBeGreaterThanOrEqual(byMoney[at - 1]?.m ?? 1);
        for (const { r, f, m } of shoppers)
          for (const rank of [r, f, m]) expect(rank >= 1 && rank <= groups).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
