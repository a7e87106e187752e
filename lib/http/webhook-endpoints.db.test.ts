import { afterAll, beforeAll, expect, test } from "vitest";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: an endpoint reads no more than the key that made it, ends with that key, and everything about both is written down.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const PATH = "/api/v1/webhook-endpoints";
let made = 0;

async function keyWith(scopes: readonly string[]) {
  const { id, secret } = await edge.container.keys.create({
    ...{ name: "shop", requireSigning: false, scopes, actor: "owner@shop.test" },
  });
  const headers = { authorization: `Bearer ${secret.reveal()}` };
  return { id, send: (path: string, more: object = {}) => edge.send(path, { headers, ...more }) };
}
type Key = Awaited<ReturnType<typeof keyWith>>;

const ask = (key: Key, events: readonly string[]) =>
  key.send(PATH, { json: { url: `https://shop.example/hook${++made}?token=hidden`, events } });

async function endpointOf(key: Key, events: readonly string[] = ["order.paid"]) {
  const answer = await ask(key, events);
  expect(answer.status).toBe(201);
  return (await answer.json()) as { id: string; url: string; apiKeyId: string };
}

const entriesOf = async (subject: string) =>
  (await listAudit(edge.database.pool, { subjects: [subject], limit: 10 })).map(({ actor, action, detail }) => ({
    ...{ actor, action, detail },
  }));

async function deliveriesTo(endpointId: string) {
  const sql = "select status, check_at from webhook_deliveries where endpoint_id = $1";
  return (await edge.database.pool.query(sql, [endpointId])).rows;
}

test("a key that may only write endpoints reads no order and no refund through one", async () => {
  const blind = await keyWith(["webhooks:write"]);
  for (const event of ["order.paid", "order.closed", "refund.succeeded", "refund.failed", "order.amount_mismatch"]) {
    const answer = await ask(blind, [event]);
    expect(answer.status, event).toBe(403);
    const problem = await answer.json();
    expect(problem).toMatchObject({ code: "forbidden", errors: [{ path: "events.0" }] });
    expect(problem.detail).toContain(event.startsWith("refund.") ? "refunds:read" : "orders:read");
  }
  const orders = await keyWith(["webhooks:write", "orders:read"]);
  expect((await ask(orders, ["order.paid", "order.closed"])).status).toBe(201);
  const mixed = await ask(orders, ["order.paid", "refund.succeeded"]);
  expect([mixed.status, (await mixed.json()).errors.map(({ path }: { path: string }) => path)]).toEqual([
    403,
    ["events.1"],
  ]);
  const refunds = await keyWith(["webhooks:write", "refunds:write"]);
  expect((await ask(refunds, ["refund.succeeded"])).status).toBe(201);
});

test("an endpoint names its key, and its making and removal are written down without what its address may hide", async () => {
  const key = await keyWith([]);
  const endpoint = await endpointOf(key);
  expect(endpoint.apiKeyId).toBe(key.id);
  const listed = await (await key.send(PATH)).json();
  expect(listed.data).toContainEqual(expect.objectContaining({ id: endpoint.id, apiKeyId: key.id, keptBy: null }));
  expect((await key.send(`${PATH}/${endpoint.id}`, { method: "DELETE" })).status).toBe(204);
  const detail = { url: endpoint.url.split("?")[0], events: "order.paid" };
  expect(await entriesOf(endpoint.id)).toEqual([
    { actor: key.id, action: "webhook.remove", detail },
    { actor: key.id, action: "webhook.create", detail },
  ]);
});

test("it ends with its key, with all that was on its way; one that an owner keeps goes on", async () => {
  const [key, other] = [await keyWith([]), await keyWith([])];
  const [ends, kept, stranger] = [await endpointOf(key), await endpointOf(key), await endpointOf(other)];
  await edge.container.webhookEndpoints.keep(kept.id, { actor: "owner@shop.test" });
  const { id } = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(id));
  for (const each of [ends, kept, stranger]) expect(await deliveriesTo(each.id)).toMatchObject([{ status: "pending" }]);

  expect(await edge.container.keys.revoke(key.id, "owner@shop.test")).toEqual([ends.url]);
  expect(await edge.container.webhookEndpoints.get(ends.id)).toMatchObject({
    disabledReason: "its API key was revoked",
  });
  expect(await deliveriesTo(ends.id)).toEqual([{ status: "given_up", check_at: null }]);
  for (const each of [kept, stranger]) {
    expect(await edge.container.webhookEndpoints.get(each.id)).toMatchObject({ disabledAt: null });
    expect(await deliveriesTo(each.id)).toMatchObject([{ status: "pending" }]);
  }
  const [revoked] = await entriesOf(key.id);
  expect(revoked).toEqual({
    ...{ actor: "owner@shop.test", action: "key.revoke", detail: { name: "shop", endpoints: 1 } },
  });

  // Kept afterwards, it is sent to again.
  const again = await edge.container.webhookEndpoints.keep(ends.id, { actor: "owner@shop.test" });
  expect(again).toMatchObject({ disabledAt: null, disabledReason: null, keptBy: "owner@shop.test" });
  expect((await entriesOf(ends.id)).map(({ action }) => action)).toEqual(["webhook.keep", "webhook.create"]);
});

test("an endpoint that answered 410 is not sent to again because it is kept", async () => {
  const key = await keyWith([]);
  const { id } = await endpointOf(key);
  const gone =
    "update webhook_endpoints set disabled_at = now(), disabled_why = 'the endpoint answered 410 Gone' where id = $1";
  await edge.database.pool.query(gone, [id]);
  await edge.container.keys.revoke(key.id, "owner@shop.test");
  const kept = await edge.container.webhookEndpoints.keep(id, { actor: "owner@shop.test" });
  expect(kept).toMatchObject({ disabledReason: "the endpoint answered 410 Gone" });
});

test("a key that is revoked at the same moment leaves no endpoint behind", async () => {
  for (let round = 0; round < 10; round++) {
    const key = await keyWith([]);
    const [answer] = await Promise.all([
      ask(key, ["order.paid"]),
      edge.container.keys.revoke(key.id, "owner@shop.test"),
    ]);
    expect([201, 401]).toContain(answer.status);
    const sql = "select id from webhook_endpoints where api_key_id = $1 and disabled_at is null";
    expect((await edge.database.pool.query(sql, [key.id])).rows).toEqual([]);
  }
});

test("Postgres keeps no endpoint alive beyond its key unless somebody said so", async () => {
  const key = await keyWith([]);
  const { id } = await endpointOf(key);
  await edge.database.pool.query("update api_keys set revoked_at = now() where id = $1", [key.id]);
  const revive = "update webhook_endpoints set disabled_at = null, disabled_why = null where id = $1";
  await expect(edge.database.pool.query(revive, [id])).rejects.toMatchObject({ constraint: "endpoint_key_revoked" });
});

test("a refund names the key that asked for it, once however often it is asked", async () => {
  const key = await keyWith([]);
  const order = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(order.id));
  const headers = { "idempotency-key": "refund-1", authorization: "" };
  const { id, secret } = await edge.container.keys.create({
    ...{ name: "pricing", requireSigning: false, scopes: ["refunds:write"], actor: "owner@shop.test" },
  });
  headers.authorization = `Bearer ${secret.reveal()}`;
  const refund = () => edge.send(`/api/v1/orders/${order.id}/refunds`, { json: { amount: 200 }, headers });
  const { id: refundId } = await (await refund()).json();
  expect((await refund()).headers.get("idempotent-replayed")).toBe("true");
  // Refused: nothing happened, and nothing is said to have happened.
  expect((await key.send(`/api/v1/orders/${order.id}/refunds`, { json: { amount: 900 } })).status).toBe(409);
  expect(await entriesOf(order.id)).toEqual([
    { actor: id, action: "order.refund", detail: { refundId, amountFen: 200 } },
  ]);
});

test("keys are written down where they are made and revoked, and the second revocation is none", async () => {
  const { id } = await keyWith(["orders:read"]);
  await edge.container.keys.revoke(id, "command line");
  await edge.container.keys.revoke(id, "command line");
  expect(await entriesOf(id)).toEqual([
    { actor: "command line", action: "key.revoke", detail: { name: "shop", endpoints: 0 } },
    { actor: "owner@shop.test", action: "key.create", detail: { name: "shop", scopes: "orders:read" } },
  ]);
});
