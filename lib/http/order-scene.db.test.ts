import { afterAll, beforeAll, expect, test } from "vitest";
import { orderSchema } from "#lib/contract/order.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a shop's server says what an order was for, as the contract has it.
let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const LATTE = { items: [{ name: "燕麦拿铁", price: 26, quantity: 1 }] };
const say = (orderId: string, json: unknown, headers: Record<string, string> = {}) =>
  edge.asMerchant(`/api/v1/orders/${orderId}/scene`, { method: "POST", json, headers });
const create = async () => (await edge.asMerchant("/api/v1/orders", { method: "POST", json: LATTE })).json();

test("the scene is in the order; the merchant's word is in the next one", async () => {
  const first = orderSchema.parse(await create());
  expect(first).toMatchObject({ scene: "dining", sceneDetail: { fallback: false } });
  const answer = await say(first.id, { scene: "vending" }, { "idempotency-key": "once" });
  expect([answer.status, (await answer.json()).scene]).toEqual([200, "vending"]);
  const again = await say(first.id, { scene: "vending" }, { "idempotency-key": "once" });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect((await create()).scene).toBe("vending");
  const { rows } = await edge.database.pool.query("select actor, subject from audit_log where action = 'order.scene'");
  expect(rows).toEqual([{ actor: expect.stringMatching(/^key_/), subject: first.id }]);
});

test.each([
  [{ scene: "circus" }, "scene"],
  [{}, "scene"],
  [{ scene: "retail", itemIds: ["itm_0"] }, "itemIds.0"],
])("%j is refused at %s", async (body, path) => {
  const { id } = await create();
  const answer = await say(id, body);
  expect([answer.status, (await answer.json()).errors[0].path]).toEqual([400, path]);
});

test("an order that is not there", async () => {
  expect((await say("ord_0000000000000000000000", { scene: "retail" })).status).toBe(404);
});
