import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { funnelOf } from "#lib/intelligence/index.ts";
import { checkRollUp } from "#lib/storage/behaviour/behaviour-rebuild.ts";
import {
  foldOldCells,
  readCells,
  readFairnessRows,
  readHourPoints,
  readShopperPayments,
} from "#lib/storage/behaviour/insights.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { cleanUp } from "./cleanup.ts";
import { rollUp, watchAnomalies, watchFairness } from "./insights.ts";
import { silentLog } from "./log.ts";

// Goal: incremental sums equal sums computed anew, in every case.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const deps = () => ({ pool: pool(), clock: fixture.clock, log: silentLog });
const sql = async (text: string, values: unknown[] = []) => (await pool().query(text, values)).rows;
const view = (orderId: string, type = "page_viewed", more: { channel?: string; props?: unknown; os?: string } = {}) =>
  sql(
    `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene, props)
     select id, created_at, $2, 'visit01', $3, $4, 'wechat', 'phone', $5, $6, 'other', $7 from orders where id = $1`,
    [
      orderId,
      randomUUID(),
      type,
      fixture.clock.now(),
      more.os ?? "ios",
      more.channel ?? "native",
      JSON.stringify(more.props ?? {}),
    ],
  );
const same = async () => (await checkRollUp(pool(), fixture.clock.now())).differing;
const totals = async () => {
  const span = { from: addMs(fixture.clock.now(), -365 * DAY_MS), to: addMs(fixture.clock.now(), DAY_MS) };
  return funnelOf(await readCells(pool(), span), [])[0];
};

describe("the roll-up", () => {
  test("is the same little by little and all anew: paid, closed, refunded, refused, late, and twice at once", async () => {
    const open: string[] = [];
    for (let round = 0; round < 24; round++) {
      fixture.clock.advance(17 * MINUTE_MS);
      const order = await fixture.order();
      await view(order.id, "page_viewed", { channel: round % 5 === 0 ? "guide" : "native" });
      if (round % 2 === 0) await view(order.id, "pay_tapped");
      if (round % 7 === 0) await view(order.id, "cancelled");
      if (round % 3 === 0) await fixture.payAndNotify(await fixture.open(order.id));
      else if (round % 3 === 1) await fixture.payments.closeOrder(order.id);
      else open.push(order.id);
      if (round % 9 === 0) await fixture.payments.refundOrder({ orderId: order.id, amount: 100 });
      if (round % 4 === 0) await rollUp(deps());
    }
    await Promise.all([rollUp(deps()), rollUp(deps())]);
    expect(await same()).toEqual([]);
    // What is paid or closed hours after it was looked at belongs to the hour of the look.
    fixture.clock.advance(3 * HOUR_MS);
    for (const id of open.slice(0, 3)) await fixture.payments.closeOrder(id);
    await rollUp(deps());
    expect(await same()).toEqual([]);
    expect(await totals()).toMatchObject({ viewed: 24, paid: 8 });
    const lost = (await totals())?.reasons.reduce((sum, { orders }) => sum + orders, 0);
    expect(lost).toBe(11);
  });

  test("doing it again changes nothing; the server's own events are recorded once", async () => {
    const before = await sql(
      "select type, count(*)::int from behaviour_events where session = 'server' group by 1 order by 1",
    );
    expect(before).toContainEqual({ type: "paid", count: 8 });
    const cells = await sql("select * from behaviour_cells order by 1, 2, 3, 4, 5");
    await sql("update behaviour_progress set rolled_to = '1970-01-01Z', journal_to = 0");
    await rollUp(deps());
    expect(await sql("select * from behaviour_cells order by 1, 2, 3, 4, 5")).toEqual(cells);
    expect(
      await sql("select type, count(*)::int from behaviour_events where session = 'server' group by 1 order by 1"),
    ).toEqual(before);
  });

  test("a sum that somebody changed, and one that was lost, are found out", async () => {
    await sql("update behaviour_cells set viewed = viewed + 1 where ctid = (select min(ctid) from behaviour_cells)");
    // The hour, and the day that it is no longer a part of.
    expect(await same()).toHaveLength(2);
    await sql("delete from insight_hours where ctid = (select max(ctid) from insight_hours)");
    expect((await same()).length).toBeGreaterThanOrEqual(1);
    await sql("update behaviour_progress set rolled_to = '1970-01-01Z', journal_to = 0");
    await rollUp(deps());
    expect(await same()).toEqual([]);
  });

  test("old hours become days with the same sums", async () => {
    const before = await totals();
    expect(await foldOldCells(pool(), addMs(fixture.clock.now(), 3 * DAY_MS))).toBeGreaterThan(0);
    expect(await sql("select distinct span from behaviour_cells")).toEqual([{ span: "day" }]);
    expect(await totals()).toEqual(before);
    await sql("delete from behaviour_cells");
    await sql("update behaviour_progress set rolled_to = '1970-01-01Z', journal_to = 0");
    await rollUp(deps());
  });
});

describe("what alarms watch", () => {
  test("payments, notices, refunds and refusals by the hour", async () => {
    const span = { from: addMs(fixture.clock.now(), -30 * DAY_MS), to: addMs(fixture.clock.now(), DAY_MS) };
    const points = await readHourPoints(pool(), span);
    const sum = (measure: string, field: "hits" | "total", key = "") =>
      points
        .filter((point) => point.measure === measure && point.key === key)
        .reduce((all, point) => all + Number(point[field]), 0);
    expect(sum("conversion", "total", "native")).toBe(19);
    expect(sum("conversion", "total", "all")).toBe(19);
    expect([sum("dead_end", "hits"), sum("dead_end", "total")]).toEqual([5, 24]);
    expect([sum("refund_count", "total"), sum("paid_unnoticed", "hits"), sum("notice_delay", "total")]).toEqual([
      8, 0, 8,
    ]);
  });

  test("an anomaly is reported once in six hours, with what was seen and where to look", async () => {
    const hour = new Date(Math.floor(fixture.clock.now().getTime() / HOUR_MS) * HOUR_MS);
    const late = (hours: number) =>
      sql(
        `insert into insight_hours (starts_at, measure, hits, total) values ($1, 'notice_delay', 90000, 40)
         on conflict (starts_at, measure, key) do update set hits = 90000, total = 40`,
        [addMs(hour, -hours * HOUR_MS)],
      );
    // Hours that the roll-up does not look at again.
    await sql("update behaviour_progress set rolled_to = $1", [fixture.clock.now()]);
    await late(2);
    expect(await watchAnomalies(deps())).toBe(1);
    expect(await watchAnomalies(deps())).toBe(0);
    const alerts = await sql("select kind, detail from alerts where kind like 'anomaly%'");
    expect(alerts).toEqual([
      {
        kind: "anomaly_notices",
        detail: expect.objectContaining({
          figure: "60 s → 90 s",
          link: expect.stringMatching(/^\/admin\/orders\?from=/),
        }),
      },
    ]);
  });

  test("an unexplained gap of discounts is reported once a month", async () => {
    const ids: string[] = [];
    for (let at = 0; at < 80; at++) {
      const { id } = await fixture.order();
      await view(id, "page_viewed", { os: at % 2 === 0 ? "ios" : "android" });
      await fixture.payAndNotify(await fixture.open(id));
      ids.push(id);
    }
    fixture.clock.advance(MINUTE_MS);
    expect(await watchFairness(deps())).toBe(0);
    // No flow of ours discounts by device, so the rows are made to say so.
    await sql("alter table orders disable trigger user");
    await sql(
      `update orders set amount_discount = 300, amount_due = amount_total - 300
        where id = any($1) and id in (select order_id from behaviour_events where os = 'ios')`,
      [ids],
    );
    await sql("alter table orders enable trigger user");
    const span = { from: addMs(fixture.clock.now(), -HOUR_MS), to: fixture.clock.now() };
    expect(await readFairnessRows(pool(), span)).toHaveLength(80);
    expect(await watchFairness(deps())).toBe(2);
    expect(await watchFairness(deps())).toBe(2);
    const alerts = await sql(
      "select detail ->> 'figure' as figure from alerts where kind = 'unfair_discounts' order by 1",
    );
    expect(alerts).toEqual([
      { figure: expect.stringMatching(/^os = android: −/) },
      { figure: expect.stringMatching(/^os = ios: \+/) },
    ]);
  });

  test("payments of shoppers who can be known again, less what was given back", async () => {
    const span = { from: addMs(fixture.clock.now(), -30 * DAY_MS), to: addMs(fixture.clock.now(), DAY_MS) };
    expect(await readShopperPayments(pool(), span)).toEqual([]);
    const order = await fixture.order({ shopperId: "vip-7" });
    await fixture.payAndNotify(await fixture.open(order.id));
    const known = await readShopperPayments(pool(), span);
    expect(known).toMatchObject([{ shopperId: "vip-7", amount: 1_800 }]);
    await sql("update orders set scene = 'healthcare', scene_decision = null where id = $1", [order.id]);
    expect(await readShopperPayments(pool(), span)).toEqual([]);
  });
});

test("after 180 days only sums are left, and decisions have forgotten their shopper", async () => {
  const order = await fixture.order();
  await view(order.id);
  await sql("insert into order_shoppers (order_id, shopper_id, linked_at) values ($1, $2, $3)", [
    ...[order.id, `shp_${"o".repeat(22)}`, fixture.clock.now()],
  ]);
  await rollUp(deps());
  const before = await totals();
  fixture.clock.advance(179 * DAY_MS);
  await cleanUp(deps());
  expect(await sql("select 1 from order_shoppers")).toHaveLength(1);
  fixture.clock.advance(2 * DAY_MS);
  const cleaned = await cleanUp(deps());
  expect(cleaned.behaviourEvents + cleaned.behaviourMonths).toBeGreaterThan(0);
  expect(await sql("select 1 from behaviour_events")).toEqual([]);
  expect(await sql("select 1 from order_shoppers")).toEqual([]);
  expect(await totals()).toEqual(before);
  expect(await same()).toEqual([]);
});
