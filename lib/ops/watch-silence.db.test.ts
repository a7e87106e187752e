import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { readActivity } from "#lib/storage/operations/shop-activity.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createDoorWatch } from "./watch-doors.ts";
import { createSilenceWatch } from "./watch-silence.ts";

// Goal: a shop of twenty payments a day with a week behind it is told within minutes what is broken, once, and when it is over.

let fixture: PaymentFixture;
let pool: PaymentFixture["database"]["pool"];
/** A Monday's midnight in Beijing. */
const OPENS = new Date("2026-07-05T16:00:00Z");
const NOON = addMs(OPENS, 7 * DAY_MS + 12 * HOUR_MS);

beforeAll(async () => {
  fixture = await paymentFixture();
  pool = fixture.database.pool;
  // Two an hour from 10 to 20, for a week and a morning.
  for (let at = OPENS; at < NOON; at = addMs(at, 30 * MINUTE_MS)) {
    const hour = (at.getUTCHours() + 8) % 24;
    if (hour >= 10 && hour < 20) await visit(at);
  }
});
afterAll(() => fixture.close());
beforeEach(() => pool.query("delete from alerts"));

function moveTo(at: Date): void {
  fixture.clock.advance(at.getTime() - fixture.clock.now().getTime());
}

interface VisitTrouble {
  readonly viewed?: boolean;
  readonly opened?: boolean;
  readonly paid?: boolean;
  readonly noticed?: boolean;
}

/** A shopper orders, opens the page after three seconds and pays after half a minute. */
async function visit(
  at: Date,
  { viewed = true, opened = true, paid = true, noticed = true }: VisitTrouble = {},
): Promise<void> {
  moveTo(at);
  const order = await fixture.order();
  if (!viewed) return;
  await insertView(order.id, addMs(at, 3 * SECOND_MS));
  moveTo(addMs(at, 4 * SECOND_MS));
  if (!opened) fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: false });
  const trade = await fixture.open(order.id).catch(() => "");
  if (!opened || !paid) return;
  moveTo(addMs(at, 30 * SECOND_MS));
  const payment = fixture.wechat.pay(trade);
  if (noticed) await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(payment));
  else await fixture.payments.syncOrder(order.id);
}

const insertView = (orderId: string, at: Date) =>
  pool.query(
    `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene)
     select id, created_at, gen_random_uuid(), 'session1', 'page_viewed', $2, 'browser', 'phone', 'ios', 'native', ''
       from orders where id = $1`,
    [orderId, at],
  );

const alerts = async () =>
  (
    await pool.query<{ kind: string; over: boolean; count: string | null }>(
      "select kind, recovered_at is not null as over, detail ->> 'count' as count from alerts order by id",
    )
  ).rows;

describe("after a week of twenty payments a day", () => {
  const day = (hour: number, minute = 0) => addMs(OPENS, 7 * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS);
  const watch = () => createSilenceWatch({ pool, clock: fixture.clock });
  const lookAt = async (at: Date, look: () => Promise<void>) => {
    moveTo(at);
    await look();
  };

  test("a dead notify is told by the first payment that no notice told of, once, and it ends with the next notices", async () => {
    const look = watch();
    await lookAt(day(12), look);
    expect(await alerts()).toEqual([]);
    await visit(day(12, 5), { noticed: false });
    await lookAt(day(12, 6), look);
    expect(await alerts()).toEqual([]);
    await lookAt(day(12, 7), look);
    await lookAt(day(12, 8), look);
    expect(await alerts()).toEqual([{ kind: "silent_notices", over: false, count: "1 / 1" }]);
    await visit(day(12, 10));
    await visit(day(12, 12));
    await lookAt(day(12, 14), look);
    expect(await alerts()).toMatchObject([{ kind: "silent_notices", over: true }]);
  });

  test("two orders whose page nobody opens, and two trades that cannot be opened, are told as what they are", async () => {
    const look = watch();
    for (const minute of [20, 22]) await visit(day(12, minute), { viewed: false });
    await lookAt(day(12, 23), look);
    expect(await alerts()).toEqual([{ kind: "silent_pages", over: false, count: "2 / 2" }]);
    for (const minute of [30, 32, 34]) await visit(day(12, minute));
    await lookAt(day(12, 36), look);
    expect(await alerts()).toMatchObject([{ over: true }]);
    await pool.query("delete from alerts");
    for (const minute of [40, 42]) await visit(day(12, minute), { opened: false });
    await lookAt(day(12, 43), look);
    expect(await alerts()).toContainEqual({ kind: "failing_openings", over: false, count: "2 / 2" });
  });

  test("pages that are opened and not paid are told once it cannot be chance", async () => {
    const look = watch();
    for (let minute = 0; minute < 40; minute += 5) await visit(day(14, minute), { paid: false });
    await lookAt(day(14, 46), look);
    expect((await alerts()).map(({ kind }) => kind)).toContain("falling_success");
  });

  test("nothing at all for half a day is silence, a night is not, and the next payment ends it", async () => {
    const look = watch();
    const next = (hour: number, minute = 0) => day(24 + hour, minute);
    for (let minute = 0; minute < 5 * 60; minute += 30) await visit(next(10, minute));
    await lookAt(next(15, 30), look);
    expect((await alerts()).map(({ kind }) => kind)).not.toContain("no_payments");
    await lookAt(next(20), look);
    expect(await alerts()).toContainEqual({ kind: "no_payments", over: false, count: null });
    await lookAt(next(27), look);
    expect(await alerts()).toContainEqual({ kind: "no_payments", over: false, count: null });
    await visit(next(34));
    await lookAt(next(34, 2), look);
    expect(await alerts()).toContainEqual({ kind: "no_payments", over: true, count: null });
  });
});

test("so many of the newest are read, and no more", async () => {
  const watched = await readActivity(pool, { before: NOON, since: OPENS, limit: 5 });
  const newest = [-150, -120, -90, -60, -30].map((minutes) => addMs(NOON, minutes * MINUTE_MS));
  // The shop opened at ten; before that comes yesterday evening.
  expect(watched.orders.slice(1).map(({ at }) => at)).toEqual(newest.slice(1));
  expect(watched.orders).toHaveLength(5);
  expect(watched.orders.at(-1)).toMatchObject({ viewedAfterMs: 3_000, paidAfterMs: 30_000 });
  expect(watched.payments).toHaveLength(5);
  expect(watched.payments.at(-1)?.noticedAfterMs).toBe(0);
  expect(watched.openings.every(({ isFailed }) => !isFailed)).toBe(true);
});

describe("our doors", () => {
  test("two misses in a row after a hit mean that they are away; one answer ends it; never reached is unknown", async () => {
    let status = 405;
    const server = createServer((incoming, outgoing) => {
      outgoing.statusCode = incoming.url === "/payment/notify" ? status : 404;
      outgoing.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const doors = createDoorWatch({ publicUrl });
    const looks = [await doors.look()];
    // A proxy that answers for a server behind it that is gone.
    status = 502;
    looks.push(await doors.look(), await doors.look());
    const fresh = await createDoorWatch({ publicUrl }).look();
    status = 405;
    looks.push(await doors.look());
    await new Promise((resolve) => server.close(resolve));
    looks.push(await doors.look(), await doors.look());
    expect(looks.map(({ state }) => state)).toEqual(["up", "unknown", "down", "up", "unknown", "down"]);
    expect(looks[2]?.problem).toBe(`HTTP 502: ${publicUrl}/payment/notify`);
    expect(fresh.state).toBe("unknown");
  });

  test("are told of as one alert that ends by itself", async () => {
    let state: "up" | "down" | "unknown" = "down";
    const look = createSilenceWatch({
      ...{ pool, clock: fixture.clock },
      doors: { look: async () => ({ state, problem: state === "down" ? "HTTP 502" : null }) },
    });
    await look();
    state = "unknown";
    await look();
    const unreachable = async () => (await alerts()).filter(({ kind }) => kind === "unreachable_pages");
    expect(await unreachable()).toMatchObject([{ over: false }]);
    state = "up";
    await look();
    expect(await unreachable()).toMatchObject([{ over: true }]);
  });
});
