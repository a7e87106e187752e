import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beijingDay, beijingDayAfter, beijingHour, beijingMidnight, beijingWeekday } from "#lib/base/beijing-time.ts";
import { addTakings, type TakingsSums } from "#lib/base/takings.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import type { OrderNarrowing } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { liveAtRandom, settleRefunds } from "#lib/testing/random-shop.ts";
import { takingsByHand } from "#lib/testing/takings-by-hand.ts";
import { checkRollUp, forgetRollUp } from "../behaviour/behaviour-rebuild.ts";
import { sumOrders } from "../orders/sum-orders.ts";
import { sumRefunds } from "../refunds/list-refunds.ts";
import { readTakings, type Takings } from "./read-takings.ts";
import { TAKINGS_DIMENSIONS, type TakingsDimension } from "./takings-sql.ts";
import { readUnfinished } from "./unfinished.ts";

// Goal: every figure is what its rows add up to, little by little, all anew, and where the roll-up has not come yet.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const deps = () => ({ pool: pool(), clock: fixture.clock, log: silentLog });
const sql = (text: string, values: unknown[] = []) => fixture.rows(text, values);
const differing = async () => (await checkRollUp(pool(), fixture.clock.now())).differing;

async function shown(dimension: TakingsDimension, span: { from: Date; to: Date }) {
  const { takings, isIncomplete } = await readTakings(pool(), { ...span, dimension, step: "hour" });
  expect(isIncomplete).toBe(false);
  const sums: Record<string, TakingsSums> = {};
  for (const { startsAt: _, key, ...own } of takings) sums[key] = addTakings([own, ...(sums[key] ? [sums[key]] : [])]);
  return sums;
}

async function agree(span: { from: Date; to: Date }) {
  for (const dimension of TAKINGS_DIMENSIONS) {
    expect({ dimension, sums: await shown(dimension, span) }).toEqual({
      dimension,
      sums: await takingsByHand(fixture, dimension, span),
    });
  }
}

const everything = () => ({ from: new Date(0), to: addMs(fixture.clock.now(), DAY_MS) });

/** The list of orders that a figure leads to, read page by page. */
async function listed(narrowing: OrderNarrowing) {
  const sums = { orders: 0, paid: 0 };
  for (let cursor: string | undefined; ; ) {
    const page = await fixture.payments.orders({ limit: 7, ...(cursor === undefined ? {} : { cursor }) }, narrowing);
    for (const { amountPaid } of page.data) {
      sums.orders += 1;
      sums.paid += amountPaid;
    }
    if (page.nextCursor === null) return sums;
    cursor = page.nextCursor;
  }
}

describe("figures are what their rows add up to", () => {
  test.each([7, 1_999, 40_004])("a shop at random, seed %d", async (seed) => {
    const from = fixture.clock.now();
    await liveAtRandom(fixture, { seed, actions: 90, pause: () => rollUp(deps()) });
    const now = fixture.clock.now();
    const days = { from: beijingMidnight(beijingDay(from)), to: addMs(now, HOUR_MS) };
    await sql("delete from takings_hours");
    await forgetRollUp(pool());
    // Nothing is rolled up: all of it comes from the rows.
    await agree({ from: addMs(now, -2 * DAY_MS), to: now });
    await rollUp(deps());
    await agree(days);
    const oneDay = beijingMidnight(beijingDay(addMs(from, DAY_MS)));
    await agree({ from: oneDay, to: addMs(oneDay, DAY_MS) });
    // Until now, as a comparison with the same time of last week is.
    await agree({ from: addMs(oneDay, 11 * MINUTE_MS), to: addMs(oneDay, 9 * HOUR_MS + 37 * MINUTE_MS) });
    expect(await differing()).toEqual([]);
  });

  test("the random shops had everything", async () => {
    const [all] = Object.values(await shown("all", { from: new Date(0), to: addMs(fixture.clock.now(), DAY_MS) }));
    for (const [name, value] of Object.entries(all ?? {}))
      expect({ name, isThere: value > 0 }).toEqual({ name, isThere: true });
    const parts = await Promise.all(
      (["channel", "scene", "store", "till", "code", "offer"] as const).map(async (dimension) => {
        const { takings } = await readTakings(pool(), { ...everything(), dimension, step: "month" });
        return new Set(takings.map(({ key }) => key)).size;
      }),
    );
    for (const count of parts) expect(count).toBeGreaterThanOrEqual(2);
  });

  test("each figure is the sum of the list it leads to, page by page and as the list says itself", async () => {
    for (const dimension of TAKINGS_DIMENSIONS) {
      const { takings } = await readTakings(pool(), { ...everything(), dimension, step: "day" });
      for (const { startsAt, key, payments, paid } of takings) {
        const narrowing: OrderNarrowing = {
          paidFrom: startsAt,
          paidTo: addMs(startsAt, DAY_MS),
          ...(dimension === "all" ? {} : { [dimension]: key }),
        };
        const { orders: count, paid: sum } = await sumOrders(pool(), narrowing);
        expect({ dimension, key, count, sum }).toEqual({ dimension, key, count: payments, sum: paid });
        expect(await listed(narrowing)).toEqual({ orders: payments, paid });
      }
    }
  });

  test("refunds of a day are the sum of their list", async () => {
    const { takings } = await readTakings(pool(), { ...everything(), dimension: "all", step: "day" });
    for (const { startsAt, refunded, otherRefunded, refunds, otherRefunds } of takings) {
      const sums = await sumRefunds(pool(), { status: "succeeded", from: startsAt, to: addMs(startsAt, DAY_MS) });
      expect(sums).toEqual({ refunds: refunds + otherRefunds, amount: refunded + otherRefunded });
    }
  });

  test("parts that do not overlap add up to the whole", async () => {
    const { takings: whole } = await readTakings(pool(), { ...everything(), dimension: "all", step: "day" });
    for (const dimension of ["channel", "scene", "store", "till", "cashier", "code"] as const) {
      const { takings } = await readTakings(pool(), { ...everything(), dimension, step: "day" });
      const paid = (rows: readonly Takings[]) => rows.reduce((sum, row) => sum + row.paid, 0);
      expect({ dimension, paid: paid(takings) }).toEqual({ dimension, paid: paid(whole) });
    }
  });
});

describe("days are days in Beijing", () => {
  test("a payment at midnight is of the new day, one a millisecond before of the old, also when its notice is late", async () => {
    const { clock } = fixture;
    const midnight = beijingMidnight(beijingDayAfter(beijingDay(clock.now())));
    const [first, second, third] = [await fixture.order(), await fixture.order(), await fixture.order()];
    const numbers = [await fixture.open(first.id), await fixture.open(second.id), await fixture.open(third.id)];
    clock.advance(midnight.getTime() - clock.now().getTime() - 1);
    await fixture.payAndNotify(numbers[0] ?? "");
    const late = fixture.wechat.pay(numbers[1] ?? "");
    clock.advance(1);
    await fixture.payAndNotify(numbers[2] ?? "");
    await rollUp(deps());
    clock.advance(2 * HOUR_MS);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(late));
    await rollUp(deps());
    const dayOf = async (from: Date) =>
      (await readTakings(pool(), { from, to: addMs(from, DAY_MS), dimension: "all", step: "day" })).takings;
    expect(await dayOf(midnight)).toMatchObject([{ startsAt: midnight, payments: 1, paid: 1_800 }]);
    const before = await sumOrders(pool(), { paidFrom: addMs(midnight, -1), paidTo: midnight });
    expect(before).toMatchObject({ orders: 2, paid: 3_600 });
    expect(await differing()).toEqual([]);
  });

  test("weeks begin on Monday, months on the first", async () => {
    const { takings } = await readTakings(pool(), { ...everything(), dimension: "all", step: "week" });
    for (const { startsAt } of takings) expect([beijingWeekday(startsAt), beijingHour(startsAt)]).toEqual([1, 0]);
    const { takings: months } = await readTakings(pool(), { ...everything(), dimension: "all", step: "month" });
    for (const { startsAt } of months) expect(beijingDay(startsAt)).toMatch(/-01$/);
  });
});

describe("what changes later", () => {
  test("a corrected scene moves what was taken", async () => {
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    fixture.clock.advance(3 * HOUR_MS);
    await rollUp(deps());
    await fixture.payments.correctScene({ orderId: order.id, scene: "donation", saidBy: "li" });
    await rollUp(deps());
    expect(await differing()).toEqual([]);
    const { takings } = await readTakings(pool(), { ...everything(), dimension: "scene", step: "month" });
    expect(takings.find(({ key }) => key === "donation")).toMatchObject({ payments: 1, paid: 1_800 });
  });

  test("a sum that somebody changed is found, and made anew", async () => {
    await sql("update takings_hours set paid = paid + 1 where ctid = (select min(ctid) from takings_hours)");
    expect(await differing()).toHaveLength(1);
    await forgetRollUp(pool());
    await Promise.all([rollUp(deps()), rollUp(deps())]);
    expect(await differing()).toEqual([]);
  });

  test("a worker that was away for months catches up with what changed in between", async () => {
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    await rollUp(deps());
    fixture.clock.advance(40 * DAY_MS);
    await fixture.payments.refundOrder({ orderId: order.id, amount: 700 });
    await settleRefunds(fixture, order.id);
    fixture.clock.advance(40 * DAY_MS);
    const behind = await readTakings(pool(), { ...everything(), dimension: "all", step: "month" });
    expect(behind.isIncomplete).toBe(true);
    await rollUp(deps());
    expect(await differing()).toEqual([]);
    await agree(everything());
  });
});

test("a shop without orders has no takings, and nothing to add up", async () => {
  const empty = await paymentFixture();
  const ends = { pool: empty.database.pool, clock: empty.clock, log: silentLog };
  await rollUp(ends);
  const span = { from: addMs(empty.clock.now(), -30 * DAY_MS), to: empty.clock.now() };
  for (const dimension of TAKINGS_DIMENSIONS) {
    expect(await readTakings(ends.pool, { ...span, dimension, step: "day" })).toEqual({
      takings: [],
      isIncomplete: false,
    });
  }
  expect(await readUnfinished(ends.pool)).toMatchObject({ firstOrderAt: null, abnormalRefunds: 0 });
  const one = await empty.order();
  await empty.payAndNotify(await empty.open(one.id));
  const to = addMs(empty.clock.now(), MINUTE_MS);
  expect((await readTakings(ends.pool, { ...span, to, dimension: "all", step: "day" })).takings).toMatchObject([
    { orders: 1, ordersPaid: 1, payments: 1, paid: 1_800, refunds: 0 },
  ]);
  await empty.close();
});
