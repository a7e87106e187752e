import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beijingDay, beijingHour, beijingMidnight, beijingWeekday } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { funnelOf } from "#lib/intelligence/index.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import { keepSummaryFresh } from "#lib/ops/shopper-summary.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { liveAtRandom } from "#lib/testing/random-shop.ts";
import { differingBehaviourDays, replaceBehaviourDays } from "./behaviour-days.ts";
import { forgetRollUp } from "./behaviour-rebuild.ts";
import { readBusyHours, readConversion, readFunnelSums } from "./funnel-sums.ts";
import { foldOldCells, readCells } from "./insights.ts";
import { readShopperSummary } from "./shopper-summary.ts";

// Goal: what a page reads as a few sums is what all cells, and all payments, add up to.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  await liveAtRandom(fixture, { seed: 7, actions: 120, pause: lookAndRollUp });
  await lookAndRollUp();
});
afterAll(() => fixture.close());

/** The pages of orders are seen some time after they were, so hours that were added up before change again. */
async function lookAndRollUp() {
  await fixture.rows(
    `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene)
     select id, created_at, gen_random_uuid(), 'visit01', 'page_viewed', created_at, 'wechat', 'phone', 'ios',
            (array['native', 'jsapi', 'guide'])[1 + (hashtext(id) & 1) + (hashtext(id) >> 1 & 1)], coalesce(scene, 'other') from orders o
      where not exists (select from behaviour_events e where e.order_id = o.id and e.type = 'page_viewed')`,
  );
  await rollUp(deps());
}

const pool = () => fixture.database.pool;
const deps = () => ({ pool: pool(), clock: fixture.clock, log: silentLog });
const allDays = () => ({ firstDay: beijingDay(everything().from), lastDay: beijingDay(everything().to) });
const everything = () => ({ from: addMs(fixture.clock.now(), -60 * DAY_MS), to: addMs(fixture.clock.now(), HOUR_MS) });

test("one cell a channel gives the funnel of all cells, reasons and times with it", async () => {
  const cells = await readCells(pool(), everything());
  const sums = await readFunnelSums(pool(), allDays());
  expect(sums.length).toBe(3);
  const byName = (rows: ReturnType<typeof funnelOf>) =>
    rows.toSorted((one, other) => ((one.channel ?? "") < (other.channel ?? "") ? -1 : 1));
  expect(byName(funnelOf(sums, ["channel"]))).toEqual(byName(funnelOf(cells, ["channel"])));
  const [all] = funnelOf(sums, []);
  expect([all]).toEqual(funnelOf(cells, []));
  expect(all?.paid).toBeGreaterThan(5);
});

test("days are those of Beijing, from the first to the last", async () => {
  const days = [...new Set((await readCells(pool(), everything())).map(({ startsAt }) => beijingDay(startsAt)))];
  expect(days.length).toBeGreaterThan(2);
  for (const day of days) {
    const from = beijingMidnight(day);
    const cells = await readCells(pool(), { from, to: addMs(from, DAY_MS) });
    expect(funnelOf(await readFunnelSums(pool(), { firstDay: day, lastDay: day }), [])).toEqual(funnelOf(cells, []));
  }
});

test("days say the same once their hours are folded, and when they are added up again", async () => {
  const before = await fixture.rows("select * from behaviour_days order by 1, 2");
  expect(await differingBehaviourDays(pool())).toEqual([]);
  const cells = await fixture.rows<{ starts_at: Date }>("select starts_at from behaviour_cells");
  await foldOldCells(pool(), addMs(fixture.clock.now(), -2 * DAY_MS));
  expect(await fixture.rows("select from behaviour_cells where span = 'day'")).not.toEqual([]);
  expect(await differingBehaviourDays(pool())).toEqual([]);
  await replaceBehaviourDays(
    pool(),
    cells.map(({ starts_at }) => starts_at),
  );
  expect(await fixture.rows("select * from behaviour_days order by 1, 2")).toEqual(before);
});

test("the migration adds up what was there before", async () => {
  const before = await fixture.rows("select * from behaviour_days order by 1, 2");
  const migration = readFileSync("prisma/migrations/0190_visits_by_day/migration.sql", "utf8");
  await fixture.rows("delete from behaviour_days");
  await fixture.rows(migration.slice(migration.indexOf("with cells as")));
  expect(await fixture.rows("select * from behaviour_days order by 1, 2")).toEqual(before);
});

test("a day that somebody changed, lost or made up is found out", async () => {
  const [first, second] = await fixture.rows<{ day: string }>(
    "select distinct day::text from behaviour_days order by 1 limit 2",
  );
  const differing = () => differingBehaviourDays(pool());
  await fixture.rows("update behaviour_days set viewed = viewed + 1 where day = $1::date", [first?.day]);
  await fixture.rows("delete from behaviour_days where day = $1::date", [second?.day]);
  await fixture.rows(
    "insert into behaviour_days select '2020-01-01', channel, viewed, tapped, paid, paid_soon, reasons, pay_seconds from behaviour_days limit 1",
  );
  expect(await differing()).toEqual(["2020-01-01", first?.day, second?.day]);
  await forgetRollUp(pool());
  expect(await differing()).toEqual([]);
});

test("conversion by the day in Beijing, of those who could pay where they were", async () => {
  const cells = (await readCells(pool(), everything())).filter(({ channel }) => channel !== "guide");
  const days = await readConversion(pool(), { ...everything(), step: "day" });
  expect(days.length).toBeGreaterThan(2);
  for (const { at, hits, total } of days) {
    const own = cells.filter(({ startsAt }) => beijingDay(startsAt) === beijingDay(at));
    expect(at).toEqual(beijingMidnight(beijingDay(at)));
    expect({ hits, total }).toEqual({
      hits: own.reduce((sum, { paidSoon }) => sum + paidSoon, 0),
      total: own.reduce((sum, { viewed }) => sum + viewed, 0),
    });
  }
});

test("busy hours are those of Beijing", async () => {
  const paid = await fixture.rows<{ paid_at: Date; amount_paid: number }>(
    "select paid_at, amount_paid from payment_attempts where verdict = 'settles'",
  );
  const busy = await readBusyHours(pool(), everything());
  for (const { weekday, hour, payments, paid: amount } of busy) {
    const own = paid.filter(({ paid_at: at }) => (beijingWeekday(at) || 7) === weekday && beijingHour(at) === hour);
    expect(own).toHaveLength(payments);
    expect(own.reduce((sum, { amount_paid }) => sum + amount_paid, 0)).toBe(amount);
  }
  expect(busy.reduce((sum, { payments }) => sum + payments, 0)).toBe(paid.length);
});

test("the summary of shoppers is made once a day, and names nobody", async () => {
  expect(await readShopperSummary(pool())).toBeNull();
  for (let at = 0; at < 12; at++) {
    const order = await fixture.order({ shopperId: `vip-${randomUUID()}` });
    await fixture.payAndNotify(await fixture.open(order.id));
  }
  fixture.clock.advance(HOUR_MS);
  expect(await keepSummaryFresh(deps())).toBe(true);
  expect(await keepSummaryFresh(deps())).toBe(false);
  const made = await readShopperSummary(pool());
  const shoppers = made?.segments.reduce((sum, segment) => sum + (segment.shoppers ?? 0), 0);
  expect(shoppers).toBe(12);
  expect(made?.uplift.verdict).toBe("not_yet_known");
  expect(JSON.stringify(made)).not.toMatch(/vip-|shp_|ord_/);
  fixture.clock.advance(DAY_MS);
  expect(await keepSummaryFresh(deps())).toBe(true);
});
