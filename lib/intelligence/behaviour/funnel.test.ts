import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BehaviourEvent, eventSchema } from "#lib/contract/behaviour.ts";
import { Random } from "../promotions/random.ts";
import { addCells, bucketOf, cellsOf, secondsOf } from "./cells.ts";
import { FUNNEL_KEYS, funnel, funnelOf } from "./funnel.ts";
import { journeysOf } from "./journey.ts";
import { wilson } from "./statistics.ts";
import { eventAt, randomLives } from "./testing/events.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const NOW = new Date("2026-11-22T00:00:00Z");
const dropsOf = (events: BehaviourEvent[]) => journeysOf(events, NOW)[0]?.dropped;
const view = (second: number, more: Partial<BehaviourEvent> = {}) =>
  eventAt("o", second, { type: "page_viewed", ...more });
const expired = eventAt("o", 7_200, { type: "expired", props: { due: 990 } });

describe("the funnel", () => {
  const life = (order: string, ...types: BehaviourEvent["type"][]) => [
    eventAt(order, 0, { type: "page_viewed" }),
    ...types.map((type, at) => eventAt(order, 30 * (at + 1), { type, props: type === "expired" ? { due: 500 } : {} })),
  ];
  const lives = [
    ...Array.from({ length: 60 }, (_, at) => life(`paid${at}`, "pay_tapped", "paid")),
    ...Array.from({ length: 20 }, (_, at) => life(`cancelled${at}`, "pay_tapped", "cancelled", "expired")),
    ...Array.from({ length: 17 }, (_, at) => life(`left${at}`, "expired")),
    ...Array.from({ length: 3 }, (_, at) => life(`open${at}`)),
  ].flat();

  test("counts each step within the order, with Wilson's intervals, times and what was lost why", () => {
    const [row, ...more] = funnel(lives, { now: NOW });
    expect(more).toEqual([]);
    expect(row).toEqual({
      ...{ day: "2026-11-20", channel: "jsapi", scene: "dining", env: "wechat", hidden: false },
      ...{ viewed: 100, tapped: 80, paid: 60, payP50S: 60, payP90S: 60 },
      tappedOfViewed: { share: 0.8, low: expect.closeTo(0.7112, 4), high: expect.closeTo(0.8666, 4) },
      paidOfTapped: { share: 0.75, low: expect.closeTo(0.6452, 4), high: expect.closeTo(0.8319, 4) },
      paidOfViewed: { share: 0.6, low: expect.closeTo(0.502, 4), high: expect.closeTo(0.6906, 4) },
      reasons: [
        { reason: "cancelled", code: null, orders: 20, lost: 10_000 },
        { reason: "left_without_tapping", code: null, orders: 17, lost: 8_500 },
      ],
    });
  });

  test("fewer than five shoppers are no figure, in rows, times and reasons", () => {
    const four = Array.from({ length: 4 }, (_, at) => life(`o${at}`, "paid")).flat();
    expect(funnel(four, { by: [], now: NOW })).toMatchObject([{ hidden: true, viewed: null, paid: null, reasons: [] }]);
    const mixed = [...four, ...life("x", "cancelled", "expired"), ...life("y", "expired")];
    expect(funnel(mixed, { by: [], now: NOW })).toMatchObject([{ viewed: 6, payP50S: null, reasons: [] }]);
  });

  test("is the same of events and of what was rolled up in any pieces, in any order, with any repeats", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 7 }), (seed, orders, pieces) => {
        const random = new Random(seed);
        const events = randomLives(random, orders);
        const shuffled = [...events, ...events.slice(0, 9)].sort(() => random.unit() - 0.5);
        const parts = Array.from({ length: pieces }, (_, part) =>
          cellsOf(journeysOf(shuffled, NOW).filter(({ orderId }) => Number(orderId.slice(4)) % pieces === part)),
        );
        expect(addCells(parts.flat())).toEqual(cellsOf(journeysOf(events, NOW)));
        expect(funnelOf(parts.flat())).toEqual(funnel(events, { now: NOW }));
      }),
      { numRuns: 60 },
    );
  });

  test("each step is no more than the one before, and every order that is neither paid nor open has a reason", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const cell of cellsOf(journeysOf(randomLives(new Random(seed), 40), NOW))) {
          expect(cell.viewed).toBeGreaterThanOrEqual(cell.tapped);
          expect(cell.tapped).toBeGreaterThanOrEqual(cell.paid);
          expect(cell.paid).toBeGreaterThanOrEqual(cell.paidSoon);
          const lost = Object.values(cell.reasons).reduce((sum, { orders }) => sum + orders, 0);
          expect(cell.paid + lost).toBeLessThanOrEqual(cell.viewed);
        }
      }),
    );
  });

  test("rows of fewer keys are the sums of those of more", () => {
    const cells = cellsOf(journeysOf(randomLives(new Random("sum"), 4_000), NOW));
    for (const key of FUNNEL_KEYS) {
      const sum = funnelOf(cells, [key]).reduce((all, { viewed }) => all + (viewed ?? 0), 0);
      expect(sum).toBe(funnelOf(cells, [])[0]?.viewed);
    }
  });
});

describe("why an order was lost", () => {
  test.each([
    ["left_without_tapping", [view(0), expired]],
    ["wrong_app", [view(0, { channel: "guide" }), expired]],
    ["left_without_tapping", [view(0, { channel: "guide" }), view(60), expired]],
    ["expired_after_tap", [view(0), eventAt("o", 5, { type: "pay_tapped" }), expired]],
    ["cancelled", [view(0), eventAt("o", 5, { type: "pay_tapped" }), eventAt("o", 9, { type: "cancelled" }), expired]],
    [
      "expired_after_tap",
      [view(0), eventAt("o", 9, { type: "cancelled" }), eventAt("o", 20, { type: "pay_tapped" }), expired],
    ],
    ["price_step", [view(0), eventAt("o", 1, { type: "offer_shown", props: { offer: "p" } }), view(50), expired]],
    [
      "left_without_tapping",
      [view(0), view(50), eventAt("o", 51, { type: "offer_shown", props: { offer: "p" } }), expired],
    ],
  ] as const)("%s", (reason, events) => {
    expect(dropsOf([...events])).toEqual({ reason, code: null, due: 990 });
    expect(dropsOf([...events].reverse())?.reason).toBe(reason);
  });

  test("WeChat's code is reported; who paid was not lost; who is gone without an end is abandoned", () => {
    const failed = eventAt("o", 9, { type: "failed", props: { code: "bridge_fail" } });
    expect(dropsOf([view(0), failed, expired])).toEqual({ reason: "wechat_error", code: "bridge_fail", due: 990 });
    const paid = eventAt("o", 20, { type: "paid" });
    expect(journeysOf([view(0), paid, expired], NOW)).toMatchObject([
      { dropped: null, tapped: true, abandoned: false },
    ]);
    const at = (second: number) => eventAt("o", second, { type: "page_viewed" }).at;
    expect(journeysOf([view(0)], at(599))).toMatchObject([{ abandoned: false }]);
    expect(journeysOf([view(0)], at(600))).toMatchObject([{ abandoned: true, dropped: null }]);
    expect(journeysOf([paid], NOW)).toEqual([]);
  });
});

test("an event is of its type, and nothing else", () => {
  const good = eventAt("ord_1", 0, { type: "failed", props: { code: "bridge_fail" } });
  expect(eventSchema.safeParse(good).success).toBe(true);
  const wrong = [
    { type: "seen" },
    { props: { code: "<b>" } },
    { props: {} },
    { at: "now" },
    { env: "moon" },
    { ip: "1.2.3.4" },
  ];
  for (const each of wrong) expect(eventSchema.safeParse({ ...good, ...each }).success).toBe(false);
  expect(eventSchema.safeParse({ ...good, type: "paid", props: { due: 5 } }).success).toBe(true);
});

test("Wilson's interval holds its share, and is the published one", () => {
  // Newcombe 1998, table I: 81 of 263 and 0 of 20.
  expect(wilson(81, 263)).toEqual({ share: 81 / 263, low: expect.closeTo(0.2553, 4), high: expect.closeTo(0.3662, 4) });
  expect(wilson(0, 20)).toEqual({ share: 0, low: 0, high: expect.closeTo(0.1611, 4) });
  expect(wilson(1, 0)).toBeNull();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, part) => {
      const { share, low, high } = wilson(Math.floor(total * part), total) ?? { share: -1, low: 0, high: 0 };
      expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
    }),
  );
});

test("a bucket of seconds is at most 5 % wide, and its middle lies in it", () => {
  for (let seconds = 0; seconds < 700_000; seconds = Math.ceil(seconds * 1.01) + 1) {
    const middle = secondsOf(bucketOf(seconds));
    expect(Math.abs(middle - seconds)).toBeLessThanOrEqual(1 + 0.05 * seconds);
    expect(bucketOf(seconds + 1)).toBeGreaterThanOrEqual(bucketOf(seconds));
  }
});
