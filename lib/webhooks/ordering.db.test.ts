import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { HOUR_MS, SECOND_MS } from "#lib/base/time.ts";
import { webhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { paidOrder, requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createDeliverer } from "./deliver.ts";
import { createWebhookLog } from "./deliveries.ts";
import { createWebhookEndpoints } from "./endpoints.ts";

// Goal: an endpoint hears of one order in the order in which it happened, whatever fails on the way, and no order waits for
// another; what is sent again goes after what happens now, and keeps to the same rule.
// Method: orders that are really paid and refunded, three turns at a time as in the worker.

let fixture: PaymentFixture;
let server: http.Server;
/** `order.paid ord_…` as they came; what the receiver says to each. */
const heard: string[] = [];
let answerTo: (name: string) => number = () => 200;
beforeAll(async () => {
  fixture = await paymentFixture();
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { type, data } = JSON.parse(Buffer.concat(chunks).toString());
      const name = `${type} ${data.orderId ?? data.id}`;
      heard.push(name);
      response.writeHead(answerTo(name)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  heard.length = 0;
  answerTo = () => 200;
  await fixture.rows("delete from webhook_endpoints");
  await fixture.rows("delete from webhook_events");
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await fixture.close();
});

const box = {
  seal: (text: string) => Buffer.from(text),
  openText: (sealed: Uint8Array) => Buffer.from(sealed).toString(),
};
const policy = { allowPrivate: false, allowLoopback: true };

async function endpoint(
  events: ("order.paid" | "order.closed" | "refund.succeeded")[] = ["order.paid", "refund.succeeded"],
) {
  const { clock, database } = fixture;
  const endpoints = createWebhookEndpoints({ pool: database.pool, box, clock, policy });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { endpoints, ...(await endpoints.create({ url, events })) };
}

const log = () => createWebhookLog({ pool: fixture.database.pool, clock: fixture.clock });

const delivererOf = () =>
  createDeliverer({
    ...{ deliveries: webhookDeliveries(fixture.database.pool), box, clock: fixture.clock, policy, random: () => 0 },
    log: { info() {}, warn() {} },
  });

/** Three turns at a time until nothing is due. */
async function work(id: string) {
  const deliverer = delivererOf();
  const turns = async () => {
    while ((await deliverer.turn(id)) === "again");
  };
  await Promise.all([turns(), turns(), turns()]);
  await turns();
}

const paid = async () => (await paidOrder(fixture)).id;
async function refund(orderId: string): Promise<void> {
  const { outRefundNo } = await requestRefund(fixture, orderId, { amount: 100 });
  const settled = fixture.wechat.refunds.settle(outRefundNo, "succeeded");
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(settled));
}

test("a later event of an order waits while an earlier one fails, and other orders pass", async () => {
  const { id } = await endpoint();
  const [stuck, free] = [await paid(), await paid()];
  await refund(stuck);
  await refund(free);
  answerTo = (name) => (name === `order.paid ${stuck}` ? 500 : 200);
  await work(id);
  expect(heard).toHaveLength(3);
  expect(heard).toContain(`order.paid ${stuck}`);
  const ofFree = heard.filter((name) => name.endsWith(free));
  expect(ofFree).toEqual([`order.paid ${free}`, `refund.succeeded ${free}`]);
  fixture.clock.advance(5 * SECOND_MS);
  answerTo = () => 200;
  await work(id);
  expect(heard.slice(3)).toEqual([`order.paid ${stuck}`, `refund.succeeded ${stuck}`]);
});

test("once the earlier one is given up, the later one is sent", async () => {
  const { id } = await endpoint();
  const stuck = await paid();
  await refund(stuck);
  answerTo = (name) => (name === `order.paid ${stuck}` ? 500 : 200);
  for (let tries = 0; !heard.includes(`refund.succeeded ${stuck}`); tries++) {
    expect(tries).toBeLessThan(20);
    fixture.clock.advance(25 * HOUR_MS);
    await work(id);
    // Something else arrives, so the endpoint is not taken for dead.
    await paid();
    await work(id);
  }
  const { data } = await log().list({ endpointId: id, status: "given_up", limit: 10 });
  expect(data).toMatchObject([{ type: "order.paid", orderId: stuck, tries: 13 }]);
});

test("each endpoint has its own order: one that fails holds up nothing at another", async () => {
  const [one, other] = [await endpoint(), await endpoint()];
  const order = await paid();
  await refund(order);
  answerTo = () => 500;
  await work(one.id);
  expect(heard).toEqual([`order.paid ${order}`]);
  answerTo = () => 200;
  await work(other.id);
  expect(heard.slice(1)).toEqual([`order.paid ${order}`, `refund.succeeded ${order}`]);
});

test("what is sent again goes after what happens now, in the order in which it happened", async () => {
  const { id } = await endpoint();
  const [first, second] = [await paid(), await paid()];
  await refund(first);
  await work(id);
  heard.length = 0;
  const from = new Date(0).toISOString();
  const again = { createdFrom: from, onlyFailed: false } as const;
  expect(await log().redeliverRange(id, again, "owner@shop.test")).toEqual({ count: 3, more: false, nextFrom: null });
  fixture.clock.advance(SECOND_MS);
  const fresh = await paid();
  const deliverer = delivererOf();
  while ((await deliverer.turn(id)) === "again");
  expect(heard).toEqual([
    `order.paid ${fresh}`,
    `order.paid ${first}`,
    `order.paid ${second}`,
    `refund.succeeded ${first}`,
  ]);
  const { data } = await log().list({ orderId: second, limit: 10 });
  expect(data).toMatchObject([{ status: "delivered", tries: 2 }]);
  const detail = await log().get({ eventId: data[0]?.eventId ?? "", endpointId: id });
  expect(detail.attempts.map(({ cause }) => cause)).toEqual(["event", "again"]);
});

test("only what failed is sent again unless more is asked for; an event it never had is added", async () => {
  const one = await endpoint(["order.paid"]);
  answerTo = () => 410;
  const refused = await paid();
  await work(one.id);
  await one.endpoints.change(one.id, { paused: false }, { actor: "owner@shop.test" });
  answerTo = () => 200;
  const taken = await paid();
  await work(one.id);
  heard.length = 0;
  const from = new Date(0).toISOString();
  const send = (id: string, more: object = {}) =>
    log().redeliverRange(id, { createdFrom: from, onlyFailed: true, ...more }, "owner@shop.test");
  expect(await send(one.id, { types: ["refund.succeeded"] })).toMatchObject({ count: 0 });
  expect(await send(one.id)).toMatchObject({ count: 1 });
  // Asked twice, it is on its way once.
  expect(await send(one.id)).toMatchObject({ count: 0 });
  await work(one.id);
  expect(heard).toEqual([`order.paid ${refused}`]);
  heard.length = 0;

  const newcomer = await endpoint(["order.paid"]);
  expect(await send(newcomer.id)).toMatchObject({ count: 0 });
  expect(await send(newcomer.id, { onlyFailed: false })).toMatchObject({ count: 2 });
  await work(newcomer.id);
  // Of two orders either may be the first.
  expect(heard.toSorted()).toEqual([`order.paid ${refused}`, `order.paid ${taken}`].toSorted());
});

test("a failure that waits for its next try is tried at once when asked for, and one under way is left alone", async () => {
  const { id } = await endpoint(["order.paid"]);
  const order = await paid();
  answerTo = () => 500;
  await work(id);
  fixture.clock.advance(5 * SECOND_MS);
  await work(id);
  fixture.clock.advance(15 * SECOND_MS);
  await work(id);
  fixture.clock.advance(15 * SECOND_MS);
  await work(id);
  expect(heard).toHaveLength(4);
  answerTo = () => 200;
  const [delivery] = (await log().list({ orderId: order, limit: 1 })).data;
  const key = { eventId: delivery?.eventId ?? "", endpointId: id };
  expect(await log().redeliver(key, "owner@shop.test")).toMatchObject({ status: "pending" });
  // It is due, so it may be in somebody's hands already.
  await expect(log().redeliver(key, "owner@shop.test")).rejects.toMatchObject({ code: "conflict" });
  await work(id);
  expect(heard).toHaveLength(5);
  expect(await log().get(key)).toMatchObject({ status: "delivered", tries: 5 });
  // Delivered, and asked for once more.
  await log().redeliver(key, "owner@shop.test");
  await work(id);
  expect(heard).toHaveLength(6);
  const audit = await fixture.rows<{ action: string; actor: string }>(
    "select action, actor from audit_log where subject = $1 and action = 'webhook.redeliver'",
    [id],
  );
  expect(audit).toHaveLength(2);
});

test("nothing is sent again to an endpoint that is disabled, nor an event that it does not subscribe to", async () => {
  const { id, endpoints } = await endpoint(["order.paid"]);
  await paid();
  answerTo = () => 410;
  await work(id);
  const from = new Date(0).toISOString();
  const range = log().redeliverRange(id, { createdFrom: from, onlyFailed: true }, "owner@shop.test");
  await expect(range).rejects.toMatchObject({ code: "conflict" });
  await endpoints.change(id, { paused: false, events: ["order.closed"] }, { actor: "owner@shop.test" });
  const [delivery] = (await log().list({ endpointId: id, limit: 1 })).data;
  const key = { eventId: delivery?.eventId ?? "", endpointId: id };
  await expect(log().redeliver(key, "owner@shop.test")).rejects.toMatchObject({ code: "conflict" });
  const nobody = log().redeliver({ ...key, eventId: "evt_nobody" }, "owner@shop.test");
  await expect(nobody).rejects.toMatchObject({ code: "not_found" });
});

test("the list is paged from the newest event, with the same rows whatever the page size", async () => {
  const { id } = await endpoint();
  const orders = [await paid(), await paid(), await paid()];
  await refund(orders[0] ?? "");
  await work(id);
  const all = (await log().list({ endpointId: id, limit: 10 })).data;
  expect(all.map(({ type }) => type)).toEqual(["refund.succeeded", "order.paid", "order.paid", "order.paid"]);
  const paged = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await log().list({ ...(cursor === "" ? {} : { cursor }), limit: 1 });
    paged.push(...page.data);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all);
  expect((await log().list({ limit: 10 }, ["refund.succeeded"])).data).toEqual(all.slice(0, 1));
});
