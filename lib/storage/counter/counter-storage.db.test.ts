import { afterAll, beforeAll, expect, test } from "vitest";
import { DISPLAY_ORDER_AGE_MS } from "#lib/base/counter-limits.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { changeTellerOf, ORDER_CHANNEL } from "../changed-orders.ts";
import { listen } from "../listen.ts";
import { readCounterDay } from "./counter-day.ts";
import { keepCounterSettings, readCounterSettings } from "./counter-settings.ts";
import { readScreen, showOnScreen } from "./screens.ts";

// Goal: the keypad, the customer display and the list of the day hold what was said, and nothing that Postgres should refuse.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const now = () => fixture.clock.now();
async function paid(request: object = {}): Promise<string> {
  const { id, outTradeNo } = await fixture.order(request);
  await fixture.open(id);
  await fixture.payAndNotify(outTradeNo);
  return id;
}

test("the keypad is empty until somebody sets it, and who did is written down", async () => {
  expect(await readCounterSettings(pool())).toEqual({ presets: [], items: [] });
  const settings = { presets: [1_000, 2_000], items: [{ name: "燕麦拿铁", fen: 2_600 }] };
  await keepCounterSettings(pool(), settings, { by: "owner@shop.test", at: now() });
  expect(await readCounterSettings(pool())).toEqual(settings);
  const { rows } = await pool().query("select actor, detail from audit_log where action = 'counter.settings'");
  expect(rows).toEqual([{ actor: "owner@shop.test", detail: { presets: 2, items: 1 } }]);
});

test.each([
  ["an amount of nothing", "update counter_settings set presets = '{0}'", "counter_presets"],
  ["an amount beyond the limit", "update counter_settings set presets = '{1000000001}'", "counter_presets"],
  ["too many", "update counter_settings set presets = '{1,2,3,4,5,6,7,8,9}'", "counter_presets"],
  ["items that are no list", "update counter_settings set items = '{}'", "counter_items"],
  ["a second keypad", "insert into counter_settings (id) values (2)", "counter_settings_id_check"],
])("Postgres refuses %s", async (_, sql, constraint) => {
  await expect(pool().query(sql)).rejects.toMatchObject({ constraint });
});

test("a display shows the till's newest order and is told at once; the same again is no news", async () => {
  const { id } = await fixture.order();
  const told: string[] = [];
  const { connectionString: url = "" } = pool().options;
  const listener = await listen({ url, channel: ORDER_CHANNEL, onNotice: (payload) => told.push(payload) });
  try {
    expect(await readScreen(pool(), "til_1", now())).toBeNull();
    await showOnScreen(pool(), { till: "til_1", orderId: id, at: now() });
    await showOnScreen(pool(), { till: "til_1", orderId: id, at: now() });
    expect(await readScreen(pool(), "til_1", now())).toBe(id);
    expect(await readScreen(pool(), "til_2", now())).toBeNull();
    // What changes within a moment is told once.
    await changeTellerOf(pool()).flush();
    await showOnScreen(pool(), { till: "til_1", orderId: null, at: now() });
    expect(await readScreen(pool(), "til_1", now())).toBeNull();
    await expect.poll(() => told).toEqual(["screen:til_1", "screen:til_1"]);
    await showOnScreen(pool(), { till: "til_1", orderId: id, at: now() });
    fixture.clock.advance(DISPLAY_ORDER_AGE_MS);
    expect(await readScreen(pool(), "til_1", now())).toBeNull();
  } finally {
    await listener.close();
  }
});

test("the day: every payment with its sum, the newest first, refunds beside; a till sees its own", async () => {
  await pool().query(`insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now())`);
  await pool().query(
    `insert into tills (id, store_id, code, name, created_at) values ('til_9', 'sto_1', '9', '九号', now())`,
  );
  const since = now();
  const first = await paid();
  fixture.clock.advance(1_000);
  const second = await paid({ storeCode: "west", tillCode: "9" });
  await fixture.payments.refundOrder({ orderId: first, amount: 300 });
  const all = await readCounterDay(pool(), { since, tillId: null, now: now() });
  expect(all).toMatchObject({ count: 2, amount: 3_600 });
  expect(all.payments.map(({ orderId, givenBack }) => [orderId, givenBack])).toEqual([
    [second, 0],
    [first, 300],
  ]);
  const own = await readCounterDay(pool(), { since, tillId: "til_9", now: now() });
  expect(own).toMatchObject({ count: 1, amount: 1_800, refunded: 0 });
  expect(own.payments.map(({ orderId }) => orderId)).toEqual([second]);
  expect(await readCounterDay(pool(), { since: now(), tillId: "til_none", now: now() })).toMatchObject({
    ...{ count: 0, amount: 0, payments: [] },
  });
});
