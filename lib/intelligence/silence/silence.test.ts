import { describe, expect, test } from "vitest";
import { addMs, DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { Random } from "../promotions/random.ts";
import { judgeGap, judgeSignals, learnRhythm, learnUsual, type ShopActivity, SLOT_MS, watchShare } from "./index.ts";

// Goal: what breaks is told by the first outcomes that show it, chance is not, and an alarm ends when things go well again.

const [BAD, GOOD] = [true, false];
const NOW = new Date("2027-03-15T04:00:00Z");

describe("a share that jumps", () => {
  const model = { usual: 0.02, broken: 0.95, perWeek: 150, budget: 0.25 };

  test("two bad ones in a row are an alarm where one in fifty is usual, one is not", () => {
    expect(watchShare([GOOD, GOOD, BAD], model).isAlarm).toBe(false);
    expect(watchShare([GOOD, GOOD, BAD, BAD], model)).toEqual({ isAlarm: true, bad: 2, of: 2 });
    expect(watchShare([BAD, GOOD, GOOD, BAD], model).isAlarm).toBe(false);
  });

  test("one is enough where it never happens, and more are needed where it often does or there is more to be wrong about", () => {
    expect(watchShare([BAD], { ...model, usual: 0.001 }).isAlarm).toBe(true);
    expect(watchShare([BAD, BAD], { ...model, usual: 0.3 }).isAlarm).toBe(false);
    expect(watchShare([BAD, BAD], { ...model, perWeek: 15_000 }).isAlarm).toBe(false);
    expect(watchShare([BAD, BAD, BAD], { ...model, perWeek: 15_000 }).isAlarm).toBe(true);
  });

  test("after however long a trouble, two good ones end it", () => {
    const trouble = Array.from({ length: 100 }, () => BAD);
    expect(watchShare(trouble, model)).toEqual({ isAlarm: true, bad: 100, of: 100 });
    expect(watchShare([...trouble, GOOD, GOOD], model).isAlarm).toBe(false);
  });

  test("so many outcomes pass between two false alarms as the budget says, within a factor of two", () => {
    const random = new Random("calm");
    for (const usual of [0.03, 0.14]) {
      const calm = { usual, broken: 0.8, perWeek: 400, budget: 1 };
      let alarms = 0;
      let [sum, isAlarm] = [[] as boolean[], false];
      for (let n = 0; n < 40_000; n++) {
        sum = [...sum.slice(-60), random.chance(usual)];
        const now = watchShare(sum, calm).isAlarm;
        alarms += Number(now && !isAlarm);
        isAlarm = now;
      }
      expect(alarms, String(usual)).toBeGreaterThan(30);
      expect(alarms, String(usual)).toBeLessThan(150);
    }
  });

  test("what is usual anyway is never an alarm", () => {
    expect(
      watchShare(
        Array.from({ length: 100 }, () => BAD),
        { ...model, usual: 0.7 },
      ).isAlarm,
    ).toBe(false);
  });
});

/** A shop that takes six payments an hour from 10 to 20, for so many days before now. */
function shop(days: number, { skip = [] }: { skip?: number[] } = {}) {
  const since = addMs(NOW, -days * DAY_MS);
  const slots = [];
  for (let at = since; at < NOW; at = addMs(at, SLOT_MS)) {
    const hour = (at.getUTCHours() + 8) % 24;
    const day = Math.floor((NOW.getTime() - at.getTime()) / DAY_MS);
    if (hour >= 10 && hour < 20 && !skip.includes(day)) slots.push({ at, payments: 1.5 });
  }
  const rhythm = learnRhythm(slots, { since, until: NOW });
  return { slots, rhythm };
}
const usualShop = () => {
  const { slots, rhythm } = shop(7);
  if (rhythm === null) throw new Error("no rhythm");
  const gap = (lastPaidAt: Date, now: Date, unpaidOrders = 0) =>
    judgeGap({ rhythm, recent: slots.filter(({ at }) => at < lastPaidAt), lastPaidAt, now, unpaidOrders, budget: 0.2 })
      .kind;
  return { rhythm, slots, gap };
};
const at = (time: string) => new Date(`2027-03-14T${time}:00+08:00`);

describe("silence", () => {
  test("is judged after a week, not before", () => {
    expect(shop(6).rhythm).toBeNull();
    expect(shop(7).rhythm?.perWeek).toBeCloseTo(420, -1);
  });

  test("an hour and a half in which nine would be expected is silent; half an hour is not", () => {
    const { gap, rhythm } = usualShop();
    expect(rhythm.between(at("14:00"), at("15:00"))).toBeCloseTo(6, 0);
    expect(gap(at("14:00"), at("14:30"))).toBe("unclear");
    expect(gap(at("14:00"), at("15:30"))).toBe("silent");
    expect(gap(at("14:00"), at("14:05"))).toBe("over");
  });

  test("a night is not silence, nor is an hour of opening late; a lost half day is, or orders that nobody can pay", () => {
    const { gap } = usualShop();
    const closed = new Date("2027-03-13T19:58:00+08:00");
    expect(gap(closed, at("03:00"))).toBe("unclear");
    expect(gap(closed, at("11:30"))).toBe("unclear");
    expect(gap(closed, at("11:45"), 4)).toBe("silent");
    expect(gap(closed, at("16:00"))).toBe("silent");
  });

  test("after a day off, another is no surprise so soon", () => {
    const { slots, rhythm } = usualShop();
    const lastPaidAt = new Date("2027-03-12T19:58:00+08:00");
    const judge = (now: Date) =>
      judgeGap({
        rhythm,
        recent: slots.filter((each) => each.at < lastPaidAt),
        lastPaidAt,
        now,
        unpaidOrders: 0,
        budget: 0.2,
      });
    expect(judge(at("12:00")).kind).toBe("unclear");
  });

  test("a quiet morning makes an afternoon's gap less surprising", () => {
    const { rhythm, slots } = usualShop();
    const lastPaidAt = at("15:00");
    const usual = { rhythm, lastPaidAt, now: at("16:30"), unpaidOrders: 0, budget: 0.2 };
    const rainy = slots
      .filter((each) => each.at < lastPaidAt)
      .map((each) => ({ ...each, payments: each.payments / 5 }));
    expect(judgeGap({ ...usual, recent: slots.filter((each) => each.at < lastPaidAt) }).kind).toBe("silent");
    expect(judgeGap({ ...usual, recent: rainy }).kind).toBe("unclear");
  });
});

describe("signals", () => {
  const ago = (minutes: number) => addMs(NOW, -minutes * MINUTE_MS);
  const well: ShopActivity = {
    orders: Array.from({ length: 160 }, (_, n) => ({
      at: ago(10_000 - n * 50),
      viewedAfterMs: n % 50 === 0 ? null : 4 * SECOND_MS,
      paidAfterMs: n % 7 === 0 ? null : 30 * SECOND_MS,
    })),
    payments: Array.from({ length: 140 }, (_, n) => ({ at: ago(10_000 - n * 50), noticedAfterMs: 2 * SECOND_MS })),
    openings: Array.from({ length: 160 }, (_, n) => ({ at: ago(10_000 - n * 50), isFailed: false })),
  };
  const usual = learnUsual({ sample: well, perWeek: { orders: 160, payments: 140, openings: 160 } });
  const alarms = (recent: Partial<ShopActivity>) =>
    Object.entries(judgeSignals(usual, { orders: [], payments: [], openings: [], ...recent }, NOW))
      .filter(([, { isAlarm }]) => isAlarm)
      .map(([signal]) => signal);

  test("a week of a usual shop raises none of them", () => {
    expect(alarms(well)).toEqual([]);
  });

  test("one payment without a notice after a minute is told; before that it may still come", () => {
    expect(alarms({ payments: [{ at: ago(1.1), noticedAfterMs: null }] })).toEqual(["notices"]);
    expect(alarms({ payments: [{ at: ago(0.9), noticedAfterMs: null }] })).toEqual([]);
    expect(
      alarms({
        payments: [
          { at: ago(2), noticedAfterMs: null },
          { at: ago(1.5), noticedAfterMs: 1_000 },
          { at: ago(1.2), noticedAfterMs: 1_000 },
        ],
      }),
    ).toEqual([]);
  });

  test("two orders whose page nobody opens, and two trades that cannot be opened", () => {
    const unseen = { viewedAfterMs: null, paidAfterMs: null };
    expect(
      alarms({
        orders: [
          { at: ago(3), ...unseen },
          { at: ago(2), ...unseen },
        ],
      }),
    ).toEqual(["pages"]);
    expect(
      alarms({
        openings: [
          { at: ago(3), isFailed: true },
          { at: ago(2), isFailed: true },
        ],
      }),
    ).toEqual(["openings"]);
  });

  test("pages that are opened and not paid, once there are several", () => {
    const unpaid = { viewedAfterMs: 3_000, paidAfterMs: null };
    const orders = Array.from({ length: 7 }, (_, n) => ({ at: ago(60 - 5 * n), ...unpaid }));
    expect(alarms({ orders: orders.slice(0, 2) })).toEqual([]);
    expect(alarms({ orders })).toEqual(["success"]);
  });

  test("an order that is not paid yet counts by how many would have paid in that time, and one that is paid for what it is", () => {
    const young = (seconds: number, paidAfterMs: number | null = null) => ({
      orders: Array.from({ length: 4 }, () => ({ at: ago(seconds / 60), viewedAfterMs: 3_000, paidAfterMs })),
    });
    // Everybody here pays 26 s after the view: before that nothing is missing yet.
    expect(alarms(young(20))).toEqual([]);
    expect(alarms(young(60))).toEqual(["success"]);
    expect(alarms(young(60, 30_000))).toEqual([]);
    // Paid after all, but later than anybody who pays: as good as not paid.
    expect(alarms({ orders: young(1_000, 900_000).orders })).toEqual(["success"]);
  });

  test("a shop whose orders have no page of ours is not judged by them", () => {
    const sample = { ...well, orders: well.orders.map((order) => ({ ...order, viewedAfterMs: null })) };
    const own = learnUsual({ sample, perWeek: { orders: 160, payments: 140, openings: 160 } });
    expect(judgeSignals(own, { ...sample, orders: sample.orders.slice(-20) }, NOW).pages.isAlarm).toBe(false);
  });
});
