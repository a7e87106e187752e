import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS } from "#lib/base/time.ts";
import { eventSchema } from "#lib/contract/event.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { settleRefunds } from "#lib/testing/random-shop.ts";

// Goal: who polls instead of listening is told the same, misses nothing and gets nothing twice.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

async function events(query: Record<string, string> = {}) {
  const answer = await edge.asMerchant(`/api/v1/events?${new URLSearchParams(query)}`);
  const body = (await answer.json()) as { data: Event[]; nextCursor: string | null };
  return { status: answer.status, body };
}
const typesOf = (data: readonly Event[]) => data.map(({ type }) => type);

async function paidOrder(): Promise<string> {
  const { id } = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(id));
  return id;
}

test("what happens is listed without any endpoint, with the payload that a webhook carries", async () => {
  const orderId = await paidOrder();
  await edge.payments.refundOrder({ orderId, amount: 200, asker: { kind: "api", actor: "test", userId: null } });
  await settleRefunds(edge, orderId);
  const { body } = await events({ orderId });
  expect(typesOf(body.data)).toEqual(["refund.succeeded", "order.paid"]);
  for (const event of body.data) eventSchema.parse(event);
  const [refunded, paid] = body.data;
  expect(paid?.data).toMatchObject({ id: orderId, status: "paid", amountPaid: 500, amountRefunded: 0 });
  expect(refunded?.data).toMatchObject({ orderId, amount: 200, status: "succeeded" });
  const kept = await edge.rows<{ id: string; payload: string }>(
    "select id, payload from webhook_events where order_id = $1 order by seq desc",
    [orderId],
  );
  expect(body.data).toEqual(kept.map(({ id, payload }) => ({ id, ...JSON.parse(payload) })));
});

test("events are found by type, order, number and time", async () => {
  const first = await paidOrder();
  edge.clock.advance(60_000);
  const at = edge.clock.now();
  const second = await paidOrder();
  const { outTradeNo } = await edge.payments.order(second);
  expect((await events({ createdFrom: at.toISOString() })).body.data.map(({ data }) => data.id)).toEqual([second]);
  expect((await events({ createdTo: at.toISOString() })).body.data[0]?.data.id).toBe(first);
  expect((await events({ q: outTradeNo.slice(0, -1) })).body.data.map(({ data }) => data.id)).toContain(second);
  expect((await events({ q: "%" })).body.data).toEqual([]);
  expect((await events({ orderId: second, type: "order.closed" })).body.data).toEqual([]);
  for (const [query, path] of [
    [{ type: "order.lost" }, "type"],
    [{ cursor: "evt_1" }, "cursor"],
    [{ cursor: "evt_00000000000000000000000000" }, "cursor"],
    [{ order: "random" }, "order"],
    [{ unknown: "1" }, "unknown"],
  ] as const) {
    const { status, body } = await events(query);
    expect([status, body]).toMatchObject([400, { code: "invalid_request", errors: [{ path }] }]);
  }
});

test("a poller goes on from the event that it has, page by page", async () => {
  const last = (await events()).body.data[0]?.id ?? "";
  const made = [await paidOrder(), await paidOrder(), await paidOrder()];
  const heard: unknown[] = [];
  for (let cursor: string | null = last; cursor !== null; ) {
    const { body } = await events({ order: "oldest", cursor, limit: "2" });
    heard.push(...body.data.map(({ data }) => data.id));
    cursor = body.nextCursor;
  }
  expect(heard).toEqual(made);
});

test("an event that is committed after a later one is not passed over", async () => {
  const last = (await events()).body.data[0]?.id ?? "";
  const client = await edge.database.pool.connect();
  await client.query("begin");
  const slow = "evt_00000000000000000000000001";
  await client.query("insert into webhook_events (id, type, payload, created_at) values ($1, 'order.paid', $2, $3)", [
    slow,
    JSON.stringify({ type: "order.paid", timestamp: edge.clock.now().toISOString(), data: {} }),
    edge.clock.now(),
  ]);
  const quick = await paidOrder();
  const asked = events({ order: "oldest", cursor: last });
  await expect
    .poll(() => edge.rows("select from pg_locks where relation = 'webhook_events'::regclass"))
    .toHaveLength(1);
  await client.query("commit");
  client.release();
  const { body } = await asked;
  expect(body.data.map(({ id, data }) => data.id ?? id)).toEqual([slow, quick]);
});

test("an event whose writer never ends holds back what is new, and nothing is passed over", async () => {
  await edge.rows("delete from webhook_events where order_id is null");
  const last = (await events()).body.data[0]?.id ?? "";
  const client = await edge.database.pool.connect();
  await client.query("begin");
  await client.query(
    "insert into webhook_events (id, type, payload, created_at) values ('evt_x', 'order.paid', '{}', now())",
  );
  const quick = await paidOrder();
  expect((await events({ order: "oldest", cursor: last })).body).toEqual({ data: [], nextCursor: null });
  await client.query("rollback");
  client.release();
  expect((await events({ order: "oldest", cursor: last })).body.data.map(({ data }) => data.id)).toEqual([quick]);
});

test("a key sees what it may read", async () => {
  const orderId = await paidOrder();
  await edge.payments.refundOrder({ orderId, amount: 100, asker: { kind: "api", actor: "test", userId: null } });
  await settleRefunds(edge, orderId);
  const seen = async (scopes: readonly string[]) => {
    const { secret } = await edge.container.keys.create({ name: "poll", requireSigning: false, scopes, actor: "test" });
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const answer = await edge.send(`/api/v1/events?orderId=${orderId}`, { headers });
    return answer.status === 200 ? typesOf(((await answer.json()) as { data: Event[] }).data) : answer.status;
  };
  expect(await seen(["webhooks:read", "orders:read"])).toEqual(["order.paid"]);
  expect(await seen(["webhooks:read", "refunds:write"])).toEqual(["refund.succeeded"]);
  expect(await seen(["webhooks:read"])).toEqual([]);
  expect(await seen(["orders:read"])).toBe(403);
});

test("what is older than 30 days is not listed, though it is kept", async () => {
  const orderId = await paidOrder();
  edge.clock.advance(30 * DAY_MS - 60_000);
  expect(typesOf((await events({ orderId })).body.data)).toEqual(["order.paid"]);
  edge.clock.advance(120_000);
  expect((await events({ orderId, createdFrom: "2020-01-01T00:00:00Z" })).body.data).toEqual([]);
  expect(await edge.rows("select from webhook_events where order_id = $1", [orderId])).toHaveLength(1);
});
