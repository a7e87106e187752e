import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { answerWeb } from "#lib/http/web-adapter.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { webhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { taskList } from "#lib/tasks/task-list.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { createDeliverer, type DelivererDeps } from "#lib/webhooks/deliver.ts";
import { measureGateways } from "./measure-gateways.ts";
import { measurePayments } from "./measure-payments.ts";
import { createMetrics } from "./metrics.ts";
import { startTracing, traced } from "./tracing.ts";

// Goal: what happened to one paid order is seen in one place, from the shop's call to the webhook, and nothing personal with it.

interface ReceivedExport {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

let edge: EdgeFixture;
const heard: ReceivedExport[] = [];
const server = createServer((incoming, outgoing) => {
  const parts: Buffer[] = [];
  incoming.on("data", (part: Buffer) => parts.push(part));
  incoming.on("end", () => {
    heard.push({ path: incoming.url ?? "", headers: incoming.headers, body: Buffer.concat(parts).toString() });
    outgoing.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
});
let origin = "";
beforeAll(async () => {
  edge = await edgeFixture();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await edge.close();
});

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })).default([]),
  links: z.array(z.object({ traceId: z.string() })).default([]),
});
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});
const spansHeard = () =>
  heard
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ body }) => exportSchema.parse(JSON.parse(body)).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);

test("without a receiver nothing is traced and the work is done", async () => {
  expect(await traced({ name: "x" }, async (span) => span.headers())).toEqual({});
});

test("the spans of one paid order hang together, from the shop's call to its webhook", async () => {
  const stop = await startTracing({ endpoint: origin, process: "web", processId: "here:1" });
  const metrics = createMetrics();
  const deps = {
    ...edge.deps,
    store: measurePayments(edge.deps.store, metrics),
    gateways: measureGateways(edge.deps.gateways, { metrics, clock: edge.clock }),
  };
  const payments = new PaymentProcessor(deps);
  const container = { ...edge.container, payments };
  const send = (target: string, init: RequestInit) => answerWeb(container, new Request(EDGE_ORIGIN + target, init));
  await edge.container.webhookEndpoints.create({
    url: `${origin}/hook`,
    events: ["order.paid"],
  });

  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const made = await send("/api/v1/orders", {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", authorization: `Bearer ${edge.key.secret}`, "idempotency-key": "one" },
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify({ items: [{ name: "拿铁", price: 18, quantity: 1 }], metadata: { phone: "13800000000" } }),
  });
  const order = (await made.json()) as { id: string };
  // A browser may not say what is traced.
  await send(`/api/orders/${order.id}/pay`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${"a".repeat(32)}-00f067aa0ba902b7-01` },
    body: JSON.stringify({ channel: "native" }),
  });
  const [attempt] = await edge.rows<{ number: string }>("select number from payment_attempts where order_id = $1", [
    order.id,
  ]);
  const notice = edge.gateways.noticeOfPayment(edge.wechat.pay(attempt?.number ?? ""));
  const noticed = await send("/payment/notify", {
    method: "POST",
    body: Buffer.from(notice.body),
  });
  expect(noticed.status).toBeLessThan(300);
  const deliverer = createDeliverer({
    ...{
      deliveries: webhookDeliveries(edge.database.pool),
      box: edge.container.box as unknown as DelivererDeps["box"],
      clock: edge.clock,
    },
    ...{ log: edge.deps.log, policy: { allowPrivate: true, allowLoopback: true }, trace: traced },
  });
  for (const endpointId of await deliverer.due()) await deliverer.turn(endpointId);
  const flows = { payments, insights: {} } as unknown as Parameters<typeof taskList>[0];
  await taskList(flows)["check-attempt"]?.({ orderId: order.id });
  await stop();

  const spans = spansHeard();
  const named = (name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect(found, name).toHaveLength(1);
    return found[0] as (typeof spans)[number];
  };
  const call = named("POST /api/v1/orders");
  expect(call).toMatchObject({ traceId: trace, parentSpanId: "00f067aa0ba902b7", kind: 2 });
  expect(named("create order")).toMatchObject({ traceId: trace, parentSpanId: call.spanId });
  const own = named("create order").links[0]?.traceId;
  const pay = named("POST /api/orders/{orderId}/pay");
  expect(named("wechat open_trade")).toMatchObject({ traceId: pay.traceId, parentSpanId: pay.spanId, kind: 3 });
  expect(named("book payment")).toMatchObject({ parentSpanId: named("POST /payment/notify").spanId });
  expect(named("book payment").links[0]?.traceId).toBe(own);
  // What is about the order and belongs to no call is the order's own trace.
  for (const name of ["POST /api/orders/{orderId}/pay", "deliver webhook", "job check-attempt"])
    expect(named(name).traceId, name).toBe(own);
  const hook = heard.find(({ path }) => path === "/hook");
  expect(hook?.headers.traceparent).toBe(`00-${own}-${named("deliver webhook").spanId}-01`);

  const text = JSON.stringify(heard.filter(({ path }) => path === "/v1/traces"));
  for (const secret of [edge.key.secret, "13800000000", "拿铁", "openid", "signature", `${origin}/hook`])
    expect(text.includes(secret), secret).toBe(false);
  const kept = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  expect([...kept].toSorted()).toEqual([
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "lingfu.endpoint_id",
    "lingfu.event_id",
    "lingfu.event_type",
    "lingfu.order_id",
    "lingfu.outcome",
    "lingfu.reported_by",
    "lingfu.request_id",
    "lingfu.verdict",
  ]);
});

test("a receiver that is away changes nothing for who is traced, and an error passes", async () => {
  const stop = await startTracing({ endpoint: "http://127.0.0.1:1", process: "web", processId: "here:1" });
  await expect(
    traced({ name: "x" }, async () => {
      throw new Error("as it was");
    }),
  ).rejects.toThrow("as it was");
  await stop();
  expect(await traced({ name: "y" }, async () => 7)).toBe(7);
});
