import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { liveAtRandom } from "#lib/testing/random-shop.ts";
import { foundOrders } from "./find-orders.ts";
import { listOrders } from "./read-orders.ts";
import { sumOrders } from "./sum-orders.ts";

// Goal: orders that were given back are listed newest first, all of them and page by page, whenever they were paid; a page of them is
// read from an index of their payments.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  for (const seed of [5, 6, 7]) {
    await liveAtRandom(fixture, { seed, actions: 60, pause: async () => fixture.clock.advance(DAY_MS / 4) });
  }
  // Past the domain: many of both kinds, and clocks that differ.
  await fixture.rows("alter table payment_attempts disable trigger user");
  await fixture.rows(`
    with settled as (select id, row_number() over (order by id) % 3 as kind from payment_attempts where verdict = 'settles')
    update payment_attempts a set refunded = case s.kind when 1 then a.amount_paid else 100 end
      from settled s where s.id = a.id and s.kind in (1, 2) and a.amount_paid > 100`);
  await fixture.rows(`update payment_attempts set paid_at = paid_at + make_interval(mins => (hashtext(id) % 600))
     where verdict = 'settles'`);
  await fixture.rows("alter table payment_attempts enable trigger user");
}, 120_000);
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const plain = async (condition: string) =>
  (
    await fixture.rows<{ id: string }>(
      `select o.id from orders o join payment_attempts s on s.order_id = o.id and s.verdict = 'settles'
        where ${condition} order by o.created_at desc, o.id desc`,
    )
  ).map(({ id }) => id);

async function paged(filter: Omit<Parameters<typeof listOrders>[1], "limit">, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const page = await listOrders(pool(), { ...filter, limit, ...(after === undefined ? {} : { after }) });
    ids.push(...page.map(({ order }) => order.id));
    if (page.length < limit) return ids;
  }
}

test.each([
  ["partially_refunded", "s.refunded > 0 and s.refunded < s.amount_paid"],
  ["refunded", "s.refunded = s.amount_paid"],
] as const)("%s: pages of every size come to the plain list", async (status, condition) => {
  const expected = await plain(condition);
  expect(expected.length).toBeGreaterThan(3);
  for (const limit of [1, 2, 3, 100]) expect(await paged({ status }, limit)).toEqual(expected);
  const parking = await plain(`${condition} and o.scene = 'parking'`);
  expect(await paged({ status, scene: "parking" }, 2)).toEqual(parking);
  const h5 = await plain(`${condition} and s.channel = 'h5' and s.paid_at < '2026-07-04'`);
  expect(await paged({ status, channel: "h5", paidTo: new Date("2026-07-04Z") }, 2)).toEqual(h5);
  expect((await sumOrders(pool(), { status })).orders).toBe(expected.length);
});

test("a search narrows by them, too", async () => {
  const expected = await plain("s.refunded > 0 and s.refunded < s.amount_paid and o.description like '%拿铁%'");
  expect(expected).not.toEqual([]);
  expect(await paged({ status: "partially_refunded", text: "拿铁" }, 2)).toEqual(expected);
});

test("a page is read from the index of what was given back", async () => {
  const { from, values } = await foundOrders(pool(), { status: "partially_refunded", limit: 25 });
  const client = await pool().connect();
  try {
    await client.query("begin");
    await client.query("set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain select * from ${from} f`, values);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan.match(/attempts_given_back/g)).toHaveLength(2);
    expect(plan).not.toContain("Seq Scan");
  } finally {
    await client.query("rollback");
    client.release();
  }
});
