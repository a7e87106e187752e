import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { orderSchema } from "#lib/contract/order.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: an order says in which store, at which till and by whom it was made, from its making on and for good.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
  for (const sql of PLACES) await edge.database.pool.query(sql);
});
beforeEach(() => edge.clock.advance(1_000));
afterAll(() => edge.close());

const PLACES = [
  `insert into stores (id, code, name, created_at) values
     ('sto_1', 'west', '西街店', now()), ('sto_2', 'east', '东街店', now())`,
  `insert into stores (id, code, name, created_at, deactivated_at) values ('sto_3', 'old', '老店', now(), now())`,
  `insert into tills (id, store_id, code, name, created_at) values
     ('til_1', 'sto_1', '1', '一号收银台', now()), ('til_2', 'sto_2', '1', '一号收银台', now())`,
  `insert into tills (id, store_id, code, name, created_at, deactivated_at) values
     ('til_3', 'sto_1', '9', '旧收银台', now(), now())`,
  `insert into cashiers (id, name, pin_hash, created_at) values ('csh_1', '王芳', '$scrypt$x', now())`,
];

const LATTE = { items: [{ name: "拿铁", price: "18.00", quantity: 1 }] };

async function post(body: object, headers: Record<string, string> = {}) {
  const answer = await edge.asMerchant("/api/v1/orders", { json: { ...LATTE, ...body }, headers });
  return { status: answer.status, body: await answer.json() };
}

const list = async (query: string) => {
  const answer = await edge.asMerchant(`/api/v1/orders?${query}`);
  return { status: answer.status, body: await answer.json() };
};

test("an order carries the store and the till that it names", async () => {
  const { status, body } = await post({ storeCode: "west", tillCode: "1" });
  expect(status).toBe(201);
  expect(orderSchema.parse(body)).toMatchObject({ storeCode: "west", tillCode: "1", cashier: null });
  const read = await edge.asMerchant(`/api/v1/orders/${body.id}`);
  expect(await read.json()).toEqual(body);
  expect((await post({ storeCode: "EAST" })).body).toMatchObject({ storeCode: "east", tillCode: null });
  expect((await post({})).body).toMatchObject({ storeCode: null, tillCode: null, cashier: null });
});

test.each([
  [{ storeCode: "nowhere" }, "storeCode"],
  [{ storeCode: "old" }, "storeCode"],
  [{ storeCode: "west", tillCode: "7" }, "tillCode"],
  [{ storeCode: "west", tillCode: "9" }, "tillCode"],
  [{ tillCode: "1" }, "tillCode"],
  [{ storeCode: "we st" }, "storeCode"],
])("%j is refused by name, and nothing is made", async (place, path) => {
  const count = "select count(*)::int as orders from orders";
  const before = await edge.database.pool.query(count);
  expect(await post(place)).toMatchObject({ status: 400, body: { code: "invalid_request", errors: [{ path }] } });
  expect((await edge.database.pool.query(count)).rows).toEqual(before.rows);
});

test("a repeat gets its first answer, though the till was taken out of use since", async () => {
  const body = { storeCode: "east", tillCode: "1" };
  const headers = { "idempotency-key": "place-1" };
  const first = await post(body, headers);
  await edge.database.pool.query("update tills set deactivated_at = now() where id = 'til_2'");
  expect(await post(body, headers)).toEqual(first);
  expect(await post(body)).toMatchObject({ status: 400, body: { errors: [{ path: "tillCode" }] } });
  await edge.database.pool.query("update tills set deactivated_at = null where id = 'til_2'");
});

test("the same number at another till is another order", async () => {
  const outTradeNo = "PLACE-0001";
  const here = { outTradeNo, storeCode: "west", tillCode: "1" };
  expect((await post(here)).status).toBe(201);
  expect((await post(here)).status).toBe(200);
  expect(await post({ outTradeNo, storeCode: "west" })).toMatchObject({ status: 409, body: { code: "conflict" } });
});

test("the list filters by store, till and cashier", async () => {
  const place = {
    store: { id: "sto_2", code: "east" },
    till: { id: "til_2", code: "1" },
    cashier: { id: "csh_1", name: "王芳" },
  };
  const { id } = await edge.payments.createOrder(LATTE, { place });
  const idsOf = async (query: string) => (await list(query)).body.data.map((order: { id: string }) => order.id);
  const byTill = await idsOf("storeCode=east&tillCode=1");
  expect(byTill[0]).toBe(id);
  expect(await idsOf("cashierId=csh_1")).toEqual([id]);
  expect((await list("cashierId=csh_1")).body.data[0].cashier).toEqual({ id: "csh_1", name: "王芳" });
  const { rows } = await edge.database.pool.query<{ stores: string[] }>(
    "select array_agg(distinct store_id) as stores from orders where id = any($1)",
    [await idsOf("storeCode=west")],
  );
  expect(rows[0]?.stores).toEqual(["sto_1"]);
  expect(await list("tillCode=1")).toMatchObject({ status: 400, body: { errors: [{ path: "tillCode" }] } });
  expect(await idsOf("storeCode=nowhere")).toEqual([]);
});

test.each([
  ["another store", "update orders set store_id = 'sto_2', till_id = null where store_id = 'sto_1'", "order_fixed"],
  ["a place after the fact", "update orders set store_id = 'sto_1' where store_id is null", "order_fixed"],
  ["no place any more", "update orders set till_id = null where till_id is not null", "order_fixed"],
  ["the code of a store", "update stores set code = 'new' where id = 'sto_1'", "place_fixed"],
  ["a till in another store", "update tills set store_id = 'sto_2' where id = 'til_1'", "place_fixed"],
  ["a cashier deleted", "delete from cashiers where id = 'csh_1'", "place_fixed"],
])("Postgres refuses: %s", async (_, sql, constraint) => {
  await expect(edge.database.pool.query(sql)).rejects.toMatchObject({ constraint });
});

test("Postgres refuses a till of another store, and a cashier without a till", async () => {
  const place = { store: { id: "sto_1", code: "west" }, till: { id: "til_2", code: "1" }, cashier: null };
  await expect(edge.payments.createOrder(LATTE, { place })).rejects.toMatchObject({ constraint: "order_till" });
  const nowhere = { store: { id: "sto_1", code: "west" }, till: null, cashier: { id: "csh_1", name: "王芳" } };
  await expect(edge.payments.createOrder(LATTE, { place: nowhere })).rejects.toMatchObject({
    constraint: "order_place",
  });
});
