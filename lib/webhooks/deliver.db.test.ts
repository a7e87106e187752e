import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { webhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createDeliverer, type DelivererDeps } from "./deliver.ts";
import { createWebhookEndpoints } from "./endpoints.ts";

// Goal: what was announced arrives, signed so that the published library accepts it, at least once; an endpoint that
// fails gets it again, one that hangs, redirects or lies inside our network harms no other delivery.

let database: TestDatabase;
const servers: http.Server[] = [];
const NOW = new Date();
const LOOPBACK = { allowPrivate: false, allowLoopback: true };
/** Sealing is tried elsewhere; here a secret lies open. */
const box = {
  seal: (text: string) => Buffer.from(text),
  openText: (sealed: Uint8Array) => Buffer.from(sealed).toString(),
};

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await database.pool.query("delete from webhook_events");
  await database.pool.query("delete from alerts");
  await database.pool.query("delete from webhook_endpoints");
});
afterAll(() => database.close());

interface ReceivedDelivery {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

async function receiver(answer: (response: http.ServerResponse, count: number) => void) {
  const received: ReceivedDelivery[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response, received.length);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const answering = (status: number) => (response: http.ServerResponse) => void response.writeHead(status).end();

async function announce(url: string) {
  const clock = { now: () => NOW };
  const endpoints = createWebhookEndpoints({
    pool: database.pool,
    box,
    clock,
    policy: { ...LOOPBACK, allowPrivate: true },
  });
  const { id: endpointId, secret } = await endpoints.create({ url, events: ["order.paid"] });
  const eventId = `evt_${randomBytes(6).toString("hex")}`;
  const payload = JSON.stringify({
    type: "order.paid",
    timestamp: NOW.toISOString(),
    data: { id: "ord_1", note: "已付 ✓" },
  });
  await database.pool.query(
    "insert into webhook_events (id, type, payload, created_at) values ($1, 'order.paid', $2, $3)",
    [eventId, payload, NOW],
  );
  await database.pool.query("insert into webhook_deliveries (event_id, endpoint_id, check_at) values ($1, $2, $3)", [
    eventId,
    endpointId,
    NOW,
  ]);
  return { eventId, endpointId, secret, payload };
}

function deliverer(more: Partial<DelivererDeps> = {}) {
  const moment = { now: NOW.getTime() };
  const deliverer = createDeliverer({
    deliveries: webhookDeliveries(database.pool),
    box,
    clock: { now: () => new Date(moment.now) },
    policy: LOOPBACK,
    log: { info() {}, warn() {} },
    random: () => 0,
    ...more,
  });
  return Object.assign(deliverer, {
    /** The sweep's part, to its end. */
    async deliverDue() {
      const claimed = await deliverer.claimDue({ each: 3, busy: new Map() });
      await Promise.all(claimed.map(deliverer.send));
      return claimed.length;
    },
    later(ms: number) {
      moment.now += ms;
    },
  });
}

const row = async ({ eventId, endpointId }: { eventId: string; endpointId: string }) =>
  (
    await database.pool.query("select * from webhook_deliveries where event_id = $1 and endpoint_id = $2", [
      eventId,
      endpointId,
    ])
  ).rows[0];

test("arrives once, word for word, with a signature the published library accepts", async () => {
  const { url, received } = await receiver(answering(204));
  const sent = await announce(url);
  const { deliver, deliverDue, later } = deliverer();
  expect(await deliver(sent)).toBe("delivered");
  expect(await deliver(sent)).toBe("not_due");
  later(3_600_000);
  expect(await deliverDue()).toBe(0);
  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [ReceivedDelivery];
  expect(body).toBe(sent.payload);
  expect(headers["content-type"]).toBe("application/json");
  expect(headers["webhook-id"]).toBe(sent.eventId);
  const verified = new Webhook(sent.secret).verify(body, headers as Record<string, string>);
  expect(verified).toEqual(JSON.parse(sent.payload));
  expect(await row(sent)).toMatchObject({ status: "delivered", tries: 1, last_status: 204, check_at: null });
});

test("many workers that see it due at once send it once", async () => {
  const { url, received } = await receiver(answering(200));
  const sent = await announce(url);
  const workers = Array.from({ length: 8 }, () => deliverer());
  for (const worker of workers) worker.later(5_000);
  await Promise.all(workers.flatMap((worker) => [worker.deliver(sent), worker.deliverDue()]));
  expect(received).toHaveLength(1);
});

test("a failure is tried again when it is due, by its job or by the sweep, until it works", async () => {
  const { url, received } = await receiver((response, count) => answering(count < 3 ? 500 : 200)(response));
  const sent = await announce(url);
  const { deliver, deliverDue, later } = deliverer();
  expect(await deliver(sent)).toBe("retry");
  const { rows } = await database.pool.query("select key, run_at from graphile_worker.jobs");
  expect(rows).toEqual([
    { key: `webhook:${sent.eventId}:${sent.endpointId}`, run_at: new Date(NOW.getTime() + 5_000) },
  ]);
  expect(await deliver(sent)).toBe("not_due");
  later(5_000);
  expect(await deliver(sent)).toBe("retry");
  later(20_000);
  expect(await deliverDue()).toBe(1);
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([sent.eventId, sent.eventId, sent.eventId]);
  expect(await row(sent)).toMatchObject({ status: "delivered", tries: 3 });
});

test("is given up after the last try, with the reason", async () => {
  const { url } = await receiver(answering(500));
  const sent = await announce(url);
  const { deliver, later } = deliverer();
  for (let tries = 1; (await deliver(sent)) === "retry"; tries++) {
    expect(tries).toBeLessThan(20);
    later(30 * 3_600_000);
  }
  expect(await row(sent)).toMatchObject({
    status: "given_up",
    last_status: 500,
    last_error: "the endpoint answered 500",
  });
});

test("410 ends the endpoint and all that was on its way to it", async () => {
  const { url, received } = await receiver(answering(410));
  const sent = await announce(url);
  await database.pool.query(
    "insert into webhook_events (id, type, payload, created_at) values ('evt_next', 'order.paid', '{}', $1)",
    [NOW],
  );
  await database.pool.query(
    "insert into webhook_deliveries (event_id, endpoint_id, check_at) values ('evt_next', $1, $2)",
    [sent.endpointId, NOW],
  );
  const { deliver, deliverDue, later } = deliverer();
  expect(await deliver(sent)).toBe("disabled");
  later(3_600_000);
  expect(await deliverDue()).toBe(0);
  expect(received).toHaveLength(1);
  expect((await row({ eventId: "evt_next", endpointId: sent.endpointId })).status).toBe("given_up");
  const { rows } = await database.pool.query("select disabled_at, disabled_why from webhook_endpoints");
  expect(rows).toEqual([{ disabled_at: NOW, disabled_why: "the endpoint answered 410 Gone" }]);
  const alerts = await database.pool.query("select kind, detail from alerts");
  expect(alerts.rows).toEqual([{ kind: "webhook_disabled", detail: { endpointId: sent.endpointId, url } }]);
});

test.each([
  [429, "120", 120_000],
  [503, "86400000", 3_600_000],
  [503, new Date(NOW.getTime() + 90_000).toUTCString(), 90_000],
  [429, "soon", 5_000],
  [429, "1", 5_000],
  [500, "120", 5_000],
])("an endpoint that answers %d with Retry-After %s is left alone for that long", async (status, value, pauseMs) => {
  const { url } = await receiver((response) => void response.writeHead(status, { "retry-after": value }).end());
  const sent = await announce(url);
  const { deliver } = deliverer();
  expect(await deliver(sent)).toBe("retry");
  const waitsMs = (await row(sent)).check_at.getTime() - NOW.getTime();
  // A date of HTTP has whole seconds.
  expect(pauseMs - waitsMs).toBeGreaterThanOrEqual(0);
  expect(pauseMs - waitsMs).toBeLessThan(value.includes("GMT") ? 1_000 : 1);
});

test("what is due is taken endpoint by endpoint, as far as each has room", async () => {
  const { url } = await receiver(answering(200));
  const [one, two, three] = [await announce(url), await announce(url), await announce(url)];
  await database.pool.query(
    `with e as (insert into webhook_events (id, type, payload, created_at)
                select 'evt_more_' || n, 'order.paid', '{}', $1 from generate_series(1, 9) n returning id)
     insert into webhook_deliveries (event_id, endpoint_id, check_at) select id, $2, $1::timestamptz - interval '1 hour' from e`,
    [NOW, one.endpointId],
  );
  const { claimDue, later } = deliverer();
  later(5_000);
  const takenBy = async (room: Parameters<typeof claimDue>[0]) => {
    const counts: Record<string, number> = {};
    for (const { endpointId } of await claimDue(room)) counts[endpointId] = (counts[endpointId] ?? 0) + 1;
    return counts;
  };
  // The backlog of the first is older, and delays no other.
  expect(await takenBy({ each: 3, busy: new Map([[three.endpointId, 0]]) })).toEqual({
    [one.endpointId]: 3,
    [two.endpointId]: 1,
  });
  expect(await takenBy({ each: 3, busy: new Map([[one.endpointId, 2]]), only: one.endpointId })).toEqual({
    [one.endpointId]: 2,
  });
});

test("a redirect is a failure and is not followed", async () => {
  const inner = await receiver(answering(200));
  const outer = await receiver((response) => void response.writeHead(307, { location: inner.url }).end());
  const sent = await announce(outer.url);
  expect(await deliverer().deliver(sent)).toBe("retry");
  expect(inner.received).toHaveLength(0);
  expect((await row(sent)).last_status).toBe(307);
});

test("an answer without end is cut off; its status counts", async () => {
  const { url } = await receiver((response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
      response.once("drain", pour);
    };
    pour();
  });
  const sent = await announce(url);
  expect(await deliverer().deliver(sent)).toBe("delivered");
});

test.each(["http://127.0.0.1:9/hook", "http://localhost:9/hook", "http://[::1]:9/hook"])(
  "never connects inside where that is not allowed: %s",
  async (url) => {
    const sent = await announce(url);
    const { deliver } = deliverer({ policy: { allowPrivate: false, allowLoopback: false } });
    expect(await deliver(sent)).toBe("retry");
    expect((await row(sent)).last_error).toMatch(/private or loopback/);
  },
);

test("no listener is a failure with its reason", async () => {
  const { url } = await receiver(answering(200));
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const sent = await announce(url);
  expect(await deliverer().deliver(sent)).toBe("retry");
  expect((await row(sent)).last_error).toBe("the connection failed (ECONNREFUSED)");
});
