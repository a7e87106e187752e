import { afterAll, beforeAll, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { eraseShopper } from "#lib/ops/erase-shopper.ts";
import { silentLog } from "#lib/ops/log.ts";
import { lastItemsOf } from "#lib/storage/behaviour/shoppers.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { sealShopper } from "./shopper.ts";

// Goal: whoever asks gets everything, and whoever wants to be forgotten is: no row of any table knows them afterwards.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const sql = async (text: string, values: unknown[] = []) => (await edge.database.pool.query(text, values)).rows;
const named = (letter: string) => `shp_${letter.repeat(22)}`;
let made = 0;
const tell = (orderId: string, shopper: string, type = "pay_tapped") =>
  edge.send(`/api/orders/${orderId}/behaviour`, {
    json: {
      ...{ session: "visit01", channel: "native" },
      events: [{ id: `01937c2e-6f00-7abc-8def-${String(++made).padStart(12, "0")}`, type }],
    },
    headers: {
      cookie: `lf_personal=${sealShopper(edge.container.shopperKey, shopper)}`,
      "user-agent": "Mozilla/5.0 (iPhone)",
    },
  });
async function bought(shopper: string, { scene = "dining", name = "拿铁" } = {}) {
  const order = await edge.order({ items: [{ name, price: 18, quantity: 2 }], metadata: { scene } });
  await tell(order.id, shopper);
  await edge.payAndNotify(await edge.open(order.id));
  edge.clock.advance(60_000);
  return order.id;
}
const erase = (shopperId: string) =>
  eraseShopper(
    { pool: edge.database.pool, clock: edge.clock, log: silentLog, shopperKey: edge.container.shopperKey },
    { shopperId, actor: "test" },
  );

/** Tables of every schema with a row that contains the text anywhere. */
async function placesOf(text: string): Promise<string[]> {
  const tables = await sql(
    `select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await sql(`select exists (select from ${name} t where position($1 in t::text) > 0) as known`, [text]);
    if (row?.known === true) found.push(name);
  }
  return found;
}

test("the last purchase is told to who agreed, never of a sensitive kind, never what was given back", async () => {
  const shopper = named("l");
  expect(await lastItemsOf(edge.database.pool, shopper)).toBeNull();
  await bought(shopper, { name: "拿铁" });
  const second = await bought(shopper, { name: "馄饨" });
  expect(await lastItemsOf(edge.database.pool, shopper)).toMatchObject({
    orderId: second,
    items: [{ name: "馄饨", quantity: 2, unitAmount: 1_800 }],
  });
  await edge.payments.refundOrder({ orderId: second });
  await bought(shopper, { scene: "healthcare", name: "处方药" });
  expect((await lastItemsOf(edge.database.pool, shopper))?.items[0]?.name).toBe("拿铁");
});

test.each(["kim@example.com", "会员 8/1", "a+b%20c"])(
  "the shop's own id %s reads and erases what it ordered by",
  async (shopperId) => {
    await edge.order({ shopperId });
    const path = `/api/v1/shoppers/${encodeURIComponent(shopperId)}`;
    const found = await edge.asMerchant(path);
    expect([found.status, (await found.json()).shopperId]).toEqual([200, shopperId]);
    const erased = await edge.asMerchant(path, { method: "DELETE" });
    expect([erased.status, await erased.json()]).toEqual([202, { shopperId, status: "erasing" }]);
  },
);

test.each(["%E0%A4%A", "%00", "%20", "x".repeat(129)])(
  "what no order could have is no shopper: %s",
  async (segment) => {
    expect((await edge.asMerchant(`/api/v1/shoppers/${segment}`)).status).toBe(404);
  },
);

test("an erased shopper is in no row of any table; the books stay whole", async () => {
  const shopper = named("e");
  const rule = {
    id: "once-each",
    type: "amount_off",
    phase: "order",
    off: 100,
    limitPerUser: 3,
    budget: 100_000,
    name: "once",
  };
  await edge.payments.promotions.create(promotionRequestSchema.parse(rule));
  const own = await bought(shopper);
  const named_ = await edge.order({ shopperId: shopper });
  await edge.payAndNotify(await edge.open(named_.id));
  const pending = await edge.order({ shopperId: shopper });
  await sql(
    `insert into learner_decisions (order_id, shopper_id, context, arms, arm, propensity, p_none, model_version, lambda, seed, sentence, created_at)
     values ($1, $2, '{}', '[]', 'none', 1, 1, 0, 0, 's', 's', now())`,
    [own, shopper],
  );
  const places = await placesOf(shopper);
  expect(places).toEqual(
    expect.arrayContaining(
      ["order_shoppers", "orders", "promotion_uses", "promotion_shopper_uses", "learner_decisions"].map(
        (name) => `public.${name}`,
      ),
    ),
  );
  const books = () =>
    sql("select account, sum(debit) as debit, sum(credit) as credit from journal_lines group by 1 order by 1");
  const before = await books();

  expect(await erase(shopper)).toEqual({ orders: 3, promotions: 2, decisions: 1 });
  expect(await placesOf(shopper)).toEqual([]);
  expect(await books()).toEqual(before);
  expect((await edge.payments.order(own)).status).toBe("paid");
  // What they have open can still be paid, and counts for nobody.
  await edge.payAndNotify(await edge.open(pending.id));
  expect((await edge.payments.order(pending.id)).status).toBe("paid");
  expect(await erase(shopper)).toEqual({ orders: 0, promotions: 0, decisions: 0 });
  const audit = await sql("select actor, subject, detail from audit_log where action = 'shopper.erase' order by id");
  expect(audit[0]).toEqual({
    actor: "test",
    subject: expect.stringMatching(/^shopper:[0-9a-f]{16}$/),
    detail: { orders: 3, promotions: 2, decisions: 1 },
  });
});

test("what a shopper used is theirs alone to lose: rows are not changed or dropped otherwise", async () => {
  await edge.order({ shopperId: "keeps" });
  const broken = (text: string) =>
    sql(text).then(
      () => "done",
      ({ constraint }) => constraint,
    );
  expect(await broken("update promotion_uses set shopper_id = 'other' where shopper_id = 'keeps'")).toBe(
    "promotion_use_fixed",
  );
  expect(await broken("delete from promotion_shopper_uses where shopper_id = 'keeps'")).toBe("append_only");
  expect(await broken("update promotion_uses set shopper_id = null, amount = 1 where shopper_id = 'keeps'")).not.toBe(
    "done",
  );
});

test("the merchant exports and erases by API, with the right to do so", async () => {
  const shopper = named("m");
  const id = await bought(shopper);
  const answer = await edge.asMerchant(`/api/v1/shoppers/${shopper}`);
  const told = await answer.json();
  expect([answer.status, told.shopperId, told.orders[0].id, told.orders[0].items[0].name]).toEqual([
    200,
    shopper,
    id,
    "拿铁",
  ]);
  expect(told.events.map(({ type }: { type: string }) => type)).toContain("pay_tapped");
  expect((await edge.asMerchant(`/api/v1/shoppers/${named("x")}`)).status).toBe(404);
  expect((await edge.send(`/api/v1/shoppers/${shopper}`)).status).toBe(401);
  const weak = await edge.container.keys.create({
    name: "weak",
    requireSigning: false,
    scopes: ["shoppers:read"],
    actor: "test",
  });
  const headers = { authorization: `Bearer ${weak.secret.reveal()}` };
  expect((await edge.send(`/api/v1/shoppers/${shopper}`, { headers })).status).toBe(200);
  expect((await edge.send(`/api/v1/shoppers/${shopper}`, { headers, method: "DELETE" })).status).toBe(403);
  const gone = await edge.asMerchant(`/api/v1/shoppers/${shopper}`, { method: "DELETE" });
  expect([gone.status, await gone.json()]).toEqual([202, { shopperId: shopper, status: "erasing" }]);
  expect(await placesOf("erase-shopper")).not.toEqual([]);
});

test("who takes back their yes is forgotten", async () => {
  const shopper = named("w");
  await bought(shopper);
  const jobs = () =>
    sql("select payload from graphile_worker._private_jobs where payload ->> 'shopperId' = $1", [shopper]);
  await edge.send("/api/personalisation", {
    json: { choice: "off" },
    headers: {
      cookie: `lf_personal=${sealShopper(edge.container.shopperKey, shopper)}`,
      "sec-fetch-site": "same-origin",
    },
  });
  expect(await jobs()).toEqual([{ payload: { shopperId: shopper, actor: "shopper" } }]);
});
