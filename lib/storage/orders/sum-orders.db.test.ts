import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS, MINUTE_MS } from "#lib/base/time.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import type { OrderNarrowing } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { liveAtRandom } from "#lib/testing/random-shop.ts";
import { checkRollUp, forgetRollUp } from "../behaviour/behaviour-rebuild.ts";
import { sumList, sumOrders } from "./sum-orders.ts";

// Goal: the sum under a list is what its rows come to, at every moment between two roll-ups, and never keeps a page waiting.

let fixture: PaymentFixture;
let from: Date;
beforeAll(async () => {
  fixture = await paymentFixture();
  from = fixture.clock.now();
});
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const roll = () => rollUp({ pool: pool(), clock: fixture.clock, log: silentLog });
type SummedFilter = Parameters<typeof sumList>[1];

/** Every filter that days are added up by: each dimension with each of its keys, by day made or paid, whole or in part. */
async function filters(): Promise<SummedFilter[]> {
  // The first and the last key of each dimension: that of a property and, where there is one, that of none.
  const keys: [keyof OrderNarrowing, string][] = (
    await fixture.rows<{ dimension: keyof OrderNarrowing; key: string }>(
      `select dimension, min(key) as key from order_days where dimension <> 'all' group by 1
        union select dimension, max(key) from order_days where dimension <> 'all' group by 1`,
    )
  ).map(({ dimension, key }) => [dimension, key]);
  const narrowed: SummedFilter[] = [{}, { store: "sto_none" }, ...keys.map(([name, key]) => ({ [name]: key }))];
  const [first, now] = [beijingMidnight(beijingDay(from)), fixture.clock.now()];
  const last = beijingMidnight(beijingDay(now));
  const spans: SummedFilter[] = [
    {},
    { createdTo: last },
    { createdFrom: addMs(first, DAY_MS), createdTo: addMs(last, DAY_MS) },
    { paidFrom: addMs(first, 2 * DAY_MS), paidTo: last },
    { paidTo: addMs(first, 2 * DAY_MS) },
  ];
  const statuses: SummedFilter[] = ["pending", "closed", "paid", "partially_refunded", "refunded"].map(
    (status) => ({ status }) as SummedFilter,
  );
  return [
    ...narrowed.flatMap((part) => spans.map((span) => ({ ...part, ...span }))),
    ...statuses.flatMap((status) => spans.map((span) => ({ ...status, ...span }))),
    ...statuses.map((status) => ({ ...status, scene: "parking" })),
  ];
}

const SLOWLY = { timeoutMs: 60_000 };

async function agree(): Promise<number> {
  let orders = 0;
  for (const filter of await filters()) {
    const exact = await sumOrders(pool(), filter);
    expect({ filter, sums: await sumList(pool(), filter, SLOWLY) }).toEqual({
      filter,
      sums: { ...exact, hasMore: false },
    });
    orders += exact.orders;
  }
  return orders;
}

describe("the sum of a list", () => {
  test.each([11, 3_003])(
    "is what its rows come to, whenever it is read: seed %d",
    async (seed) => {
      await liveAtRandom(fixture, { seed, actions: 35, pause: roll });
      await roll();
      // What happens after the roll-up: new orders, payments and refunds of old ones, orders that close.
      await liveAtRandom(fixture, { seed: seed + 1, actions: 15, pause: async () => {} });
      expect(await agree()).toBeGreaterThan(50);
      await fixture.rows(`with changed as (
        update orders set scene = 'other', scene_decision = null, version = version + 1
         where id = (select min(id) from orders where scene = 'parking') returning id)
      insert into audit_log (actor, action, subject, detail, created_at) select 'li', 'order.scene', id, '{}', now() from changed`);
      await roll();
      expect(await agree()).toBeGreaterThan(50);
      expect((await checkRollUp(pool(), fixture.clock.now())).differing).toEqual([]);
      await forgetRollUp(pool());
      await roll();
      expect((await checkRollUp(pool(), fixture.clock.now())).differing).toEqual([]);
    },
    60_000,
  );

  test("comes from the days that are added up, not from the rows", async () => {
    const filter = { paidTo: beijingMidnight(beijingDay(fixture.clock.now())) };
    fixture.clock.advance(9 * DAY_MS);
    await fixture.order();
    await roll();
    // Entries that were looked at again for safety are of the past by now.
    await fixture.rows("update order_days_progress set journal_to = journal_to + 2000, audit_to = audit_to + 2000");
    const before = await sumList(pool(), filter, SLOWLY);
    await fixture.rows(
      "update order_days set paid = paid + 1000000 where basis = 'paid' and dimension = 'all' and day = (select min(day) from order_days where basis = 'paid') and status = 'paid'",
    );
    expect((await sumList(pool(), filter, SLOWLY))?.paid).toBe((before?.paid ?? 0) + 1_000_000);
    await forgetRollUp(pool());
    await roll();
  });
});

describe("of a list that no day is narrowed like", () => {
  const filter: SummedFilter = { store: "sto_a", channel: "native" };

  test("the newest orders are added up, and more are said to be there", async () => {
    const all = await sumOrders(pool(), filter);
    expect(all.orders).toBeGreaterThan(3);
    expect(await sumList(pool(), filter, SLOWLY)).toEqual({ ...all, hasMore: false });
    const some = await sumList(pool(), filter, { ...SLOWLY, ordersMax: 3 });
    expect(some).toMatchObject({ orders: 3, hasMore: true });
    const [newest] = await fixture.rows<{ due: string }>(
      `select sum(amount_due) as due from (select o.amount_due from orders o join payment_attempts a on a.order_id = o.id and a.verdict = 'settles'
        where o.store_id = 'sto_a' and a.channel = 'native' order by o.created_at desc, o.id desc limit 3) o`,
    );
    expect(some?.due).toBe(Number(newest?.due));
    expect(await sumList(pool(), { text: "拿铁" }, { ...SLOWLY, ordersMax: 2 })).toMatchObject({
      orders: 2,
      hasMore: true,
    });
  });

  test("there is no sum where it takes too long", async () => {
    const client = await pool().connect();
    try {
      await client.query("begin");
      await client.query("lock table payment_attempts in access exclusive mode");
      expect(await sumList(pool(), filter, { timeoutMs: 50 })).toBeNull();
    } finally {
      await client.query("rollback");
      client.release();
    }
    fixture.clock.advance(MINUTE_MS);
    expect(await sumList(pool(), filter, SLOWLY)).not.toBeNull();
  });
});
