import http from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { SCOPES } from "#lib/contract/scope.ts";
import { webhookDeliveryDetailSchema, webhookTestSchema } from "#lib/contract/webhook-delivery.ts";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import { webhookPayloadSchema } from "#lib/contract/webhook-payload.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a shop's program runs its webhooks by the API (change, pause, rotate, try, read the log, send again), and no key reads or
// reaches through an endpoint what it may not.

let edge: EdgeFixture;
let server: http.Server;
let url: string;
let status = 200;
const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];
beforeAll(async () => {
  edge = await edgeFixture();
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end("seen");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
beforeEach(async () => {
  await edge.rows("delete from webhook_endpoints");
  await edge.rows("delete from webhook_events");
  received.length = 0;
  status = 200;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await edge.close();
});

const PATH = "/api/v1/webhook-endpoints";

async function keyWith(scopes: readonly string[] = []) {
  const { id, secret } = await edge.container.keys.create({
    ...{ name: "shop", requireSigning: false, scopes, actor: "owner@shop.test" },
  });
  const headers = { authorization: `Bearer ${secret.reveal()}` };
  const send = async (method: string, path: string, json?: unknown) => {
    const answer = await edge.send(path, { headers, method, ...(json === undefined ? {} : { json }) });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
  return { id, headers, send };
}
type ApiUser = Awaited<ReturnType<typeof keyWith>>;

const endpointOf = async (key: ApiUser, events: readonly string[] = ["order.paid"]) =>
  (await key.send("POST", PATH, { url, events })).body as { id: string; secret: string };

async function paidOrder(): Promise<string> {
  const { id } = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(id));
  return id;
}

async function work(endpointId: string): Promise<void> {
  while ((await edge.container.deliverer.turn(endpointId)) === "again");
}

test("each call asks for the scope that the description names", async () => {
  const document = openapiDocument("https://pay.example");
  const checked: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [roles] = (operation.security as { bearer?: string[] }[]).map(({ bearer }) => bearer);
      const scope = roles?.[0];
      if (scope === undefined) continue;
      // All scopes but the one that is asked for, and the one that includes it.
      const others = SCOPES.filter((each) => each !== scope && each !== scope.replace(":read", ":write"));
      const key = await keyWith(others);
      const body = method === "get" || method === "delete" ? undefined : {};
      const answer = await key.send(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, "x"), body);
      expect([answer.status, answer.body.detail], `${method} ${path}`).toEqual([
        403,
        `this API key lacks the scope ${scope}`,
      ]);
      checked.push(operation.operationId);
    }
  }
  expect(checked).toContain("redeliverWebhooks");
  expect(checked.length).toBeGreaterThan(30);
});

test("an endpoint is changed field by field, and what is not valid changes nothing", async () => {
  const key = await keyWith();
  const { id } = await endpointOf(key);
  const changed = await key.send("PATCH", `${PATH}/${id}`, { events: ["order.closed"], url: `${url}?v=2` });
  expect(changed).toMatchObject({
    status: 200,
    body: { url: `${url}?v=2`, events: ["order.closed"], status: "active" },
  });
  for (const [body, path] of [
    [{}, ""],
    [{ events: [] }, "events"],
    [{ url: "ftp://x" }, "url"],
    [{ url: "http://10.0.0.1/" }, "url"],
    [{ paused: "yes" }, "paused"],
    [{ paused: true, secret: "x" }, "secret"],
  ] as const) {
    const answer = await key.send("PATCH", `${PATH}/${id}`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.objectContaining({ path })] } });
  }
  expect((await key.send("GET", `${PATH}/${id}`)).body).toEqual(changed.body);
  expect((await key.send("PATCH", `${PATH}/whe_nobody`, { paused: true })).status).toBe(404);
});

test("paused, its events are kept; resumed, they arrive", async () => {
  const key = await keyWith();
  const { id } = await endpointOf(key);
  expect((await key.send("PATCH", `${PATH}/${id}`, { paused: true })).body).toMatchObject({
    ...{ status: "paused", pausedBy: key.id },
  });
  const order = await paidOrder();
  await work(id);
  expect(received).toEqual([]);
  await key.send("PATCH", `${PATH}/${id}`, { paused: false });
  await work(id);
  expect(received.map(({ body }) => JSON.parse(body).data.id)).toEqual([order]);
});

test("only the key that made an endpoint moves it or replaces its secret, and not once an owner keeps it", async () => {
  const [maker, other] = [await keyWith(), await keyWith()];
  const { id, secret } = await endpointOf(maker);
  const attempts = (key: ApiUser) =>
    Promise.all([
      key.send("PATCH", `${PATH}/${id}`, { url: `${url}?thief` }),
      key.send("POST", `${PATH}/${id}/rotate-secret`, {}),
    ]);
  for (const { status: answered, body } of await attempts(other)) {
    expect([answered, body.code]).toEqual([403, "forbidden"]);
    expect(body.detail).toContain("was made by another API key");
  }
  const rotated = (await maker.send("POST", `${PATH}/${id}/rotate-secret`, { overlapS: 60 })).body;
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.previousSecretUntil).not.toBeNull();
  await edge.container.webhookEndpoints.keep(id, { actor: "owner@shop.test" });
  for (const { status: answered, body } of await attempts(maker)) {
    expect([answered, body.detail.includes("is kept by an owner")]).toEqual([403, true]);
  }
});

test("a key turns no endpoint to events that it may not read itself", async () => {
  const [full, narrow] = [await keyWith(), await keyWith(["webhooks:write", "orders:read"])];
  const { id } = await endpointOf(full);
  expect((await narrow.send("PATCH", `${PATH}/${id}`, { events: ["refund.succeeded"] })).status).toBe(403);
  expect((await narrow.send("PATCH", `${PATH}/${id}`, { events: ["order.closed"] })).status).toBe(200);
});

test("rotated twice by one idempotency key, the secret is replaced once", async () => {
  const key = await keyWith();
  const { id } = await endpointOf(key);
  const rotate = () => {
    const headers = { ...key.headers, "idempotency-key": "rotate-1" };
    return edge.send(`${PATH}/${id}/rotate-secret`, { json: {}, headers });
  };
  const { secret } = await (await rotate()).json();
  const again = await rotate();
  expect([again.headers.get("idempotent-replayed"), (await again.json()).secret]).toEqual(["true", secret]);
});

test("a test event says what came of it, signed as the published library signs", async () => {
  const key = await keyWith();
  const { id, secret } = await endpointOf(key);
  const answer = await key.send("POST", `${PATH}/${id}/test`, {});
  expect(webhookTestSchema.parse(answer.body)).toMatchObject({ delivered: true, status: 200 });
  const { body = "", headers } = received[0] ?? {};
  const signature = new Webhook(secret).sign(answer.body.eventId, edge.clock.now(), body);
  expect(headers?.["webhook-signature"]).toBe(signature);
  expect(webhookPayloadSchema("webhook.test").parse(JSON.parse(body))).toMatchObject({ data: { endpointId: id } });
  status = 410;
  await key.send("POST", `${PATH}/${id}/test`, {});
  expect((await key.send("POST", `${PATH}/${id}/test`, {})).status).toBe(409);
});

test("the log shows request and answer, and one event or a range is sent again", async () => {
  const key = await keyWith();
  const { id } = await endpointOf(key, [...WEBHOOK_EVENTS]);
  status = 500;
  const order = await paidOrder();
  await work(id);
  const list = await key.send("GET", `/api/v1/webhook-deliveries?endpointId=${id}&orderId=${order}`);
  expect(list.body).toMatchObject({
    data: [{ type: "order.paid", status: "pending", tries: 1, lastStatus: 500, orderId: order }],
    nextCursor: null,
  });
  const { eventId } = list.body.data[0];
  const path = `${PATH}/${id}/deliveries/${eventId}`;
  const detail = webhookDeliveryDetailSchema.parse((await key.send("GET", path)).body);
  expect(webhookPayloadSchema("order.paid").parse(JSON.parse(detail.payload))).toMatchObject({ data: { id: order } });
  expect(detail.attempts).toMatchObject([{ number: 1, status: 500, answer: "seen", cause: "event" }]);

  await edge.rows("update webhook_deliveries set status = 'given_up', check_at = null");
  status = 200;
  expect(await key.send("POST", `${path}/redeliver`, {})).toMatchObject({ status: 202, body: { status: "pending" } });
  await work(id);
  expect((await key.send("GET", path)).body).toMatchObject({ status: "delivered", tries: 2 });

  const range = (body: object) => key.send("POST", `${PATH}/${id}/redeliver`, body);
  const createdFrom = "2020-01-01T00:00:00Z";
  expect((await range({ createdFrom })).body).toEqual({ count: 0, more: false, nextFrom: null });
  expect((await range({ createdFrom, onlyFailed: false, types: ["order.paid"] })).body).toMatchObject({ count: 1 });
  for (const [body, path_] of [
    [{}, "createdFrom"],
    [{ createdFrom: "yesterday" }, "createdFrom"],
    [{ createdFrom, createdTo: createdFrom }, "createdTo"],
    [{ createdFrom, types: ["order.lost"] }, "types.0"],
  ] as const) {
    expect((await range(body)).body).toMatchObject({ code: "invalid_request", errors: [{ path: path_ }] });
  }
});

test("a key sees the deliveries of what it may read, and no others", async () => {
  const [full, orders, refunds] = [
    await keyWith(),
    await keyWith(["webhooks:read", "orders:read"]),
    await keyWith(["webhooks:read", "refunds:read"]),
  ];
  const { id } = await endpointOf(full, ["order.paid"]);
  const order = await paidOrder();
  const of = async (key: ApiUser) =>
    (await key.send("GET", `/api/v1/webhook-deliveries?endpointId=${id}`)).body.data.map(
      ({ type }: { type: string }) => type,
    );
  expect([await of(full), await of(orders), await of(refunds)]).toEqual([["order.paid"], ["order.paid"], []]);
  expect((await refunds.send("GET", "/api/v1/webhook-deliveries?type=order.paid")).body.data).toEqual([]);
  const { eventId } = (await full.send("GET", `/api/v1/webhook-deliveries?orderId=${order}`)).body.data[0];
  const path = `${PATH}/${id}/deliveries/${eventId}`;
  expect([(await orders.send("GET", path)).status, (await refunds.send("GET", path)).status]).toEqual([200, 403]);
  expect((await full.send("GET", `${PATH}/${id}/deliveries/evt_nobody`)).status).toBe(404);
  for (const query of ["cursor=1", "status=lost", "limit=0", "createdFrom=x", "more=1"]) {
    expect((await full.send("GET", `/api/v1/webhook-deliveries?${query}`)).status, query).toBe(400);
  }
});
