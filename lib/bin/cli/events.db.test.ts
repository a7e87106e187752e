import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjectOf } from "#lib/contract/event.ts";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import { runCli } from "#lib/testing/run-cli.ts";
import { type RunningProduct, startProduct } from "#lib/testing/running-product.ts";
import { makeHappen } from "./trigger.ts";

// Goal: at a terminal a developer makes every event happen in the sandbox, watches it, and gets it as a signed webhook on a local
// port. Method: the compiled tool against a running product.

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct();
}, 120_000);
afterAll(() => product.close());

const cli = (...args: string[]) => runCli(args, product.variables);
const json = async (...args: string[]) => JSON.parse((await cli(...args, "--json")).out);

test("every event really happens, with the order or refund that it tells of", async () => {
  const happened = await Promise.all(WEBHOOK_EVENTS.map((type) => makeHappen(product.composed, type)));
  expect(happened.map((event) => [event.type, subjectOf(event).status])).toEqual([
    ...[
      ["order.paid", "paid"],
      ["order.closed", "closed"],
      ["refund.succeeded", "succeeded"],
      ["refund.failed", "closed"],
    ],
    ...[
      ["order.amount_mismatch", "pending"],
      ["payment.late", "closed"],
      ["payment.extra", "paid"],
      ["refund.abnormal", "abnormal"],
    ],
  ]);
}, 120_000);

test("an order is made, found, paid and refunded", async () => {
  const made = await json(
    "orders",
    "create",
    "--item",
    "Tea: hot:18.00:2",
    "--item",
    "Cake:5",
    "--out-trade-no",
    "terminal-1",
  );
  expect(made).toMatchObject({ status: "pending", amountDue: 4_100, outTradeNo: "terminal-1" });
  expect(made.items.map(({ name, quantity }: { name: string; quantity: number }) => [name, quantity])).toEqual([
    ["Tea: hot", 2],
    ["Cake", 1],
  ]);
  expect(await json("orders", "pay", "terminal-1")).toMatchObject({ id: made.id, status: "paid", amountPaid: 4_100 });
  expect(await json("orders", "refund", made.id, "--amount", "1.00")).toMatchObject({ orderId: made.id, amount: 100 });
  const [{ out }, events] = await Promise.all([
    cli("orders", "list", "--search", "terminal-1"),
    json("events", "--order", made.id, "--types", "order.paid"),
  ]);
  expect(out).toMatch(/terminal-1 +(?:paid|partially_refunded) +41\.00/);
  expect(events.events).toMatchObject([{ type: "order.paid", data: { id: made.id } }]);
}, 120_000);

test("what happens is printed and forwarded once each, signed as a webhook is", async () => {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    received.push({ headers: request.headers, body });
    response.writeHead(received.length === 1 ? 204 : 500).end(received.length === 1 ? "" : "no room");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const first = await makeHappen(product.composed, "order.closed");
  const second = await makeHappen(product.composed, "order.closed");
  const third = await makeHappen(product.composed, "order.paid");
  const [tailed, listened] = await Promise.all([
    // A refund of an earlier test may only now be concluded.
    cli("tail", "--after", first.id, "--types", "order.closed,order.paid", "--count", "2"),
    cli(
      "listen",
      "--forward-to",
      hook,
      "--after",
      first.id,
      "--types",
      "order.closed,order.paid",
      "--count",
      "2",
      "--json",
    ),
  ]);
  expect([...tailed.out.matchAll(/evt_\w+/g)].map(([id]) => id)).toEqual([second.id, third.id]);
  const [begun, ...lines] = listened.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, 2)).toMatchObject([
    { event: second.id, type: "order.closed", status: 204 },
    { event: third.id, type: "order.paid", status: 500, text: "no room" },
  ]);
  // One was refused.
  expect(listened.code).toBe(1);
  for (const { headers, body } of received) new Webhook(begun.secret).verify(body, headers as Record<string, string>);
  expect(received.map(({ body }) => JSON.parse(body))).toEqual([second, third].map(({ id: _, ...payload }) => payload));
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([second.id, third.id]);
  receiver.closeAllConnections();
  receiver.close();
}, 120_000);

test("of an installation elsewhere the same is read by its API, with a key that may read it, and nothing of its database", async () => {
  const first = await makeHappen(product.composed, "order.closed");
  const second = await makeHappen(product.composed, "order.paid");
  const third = await makeHappen(product.composed, "order.closed");
  const { secret } = await product.key({ scopes: ["webhooks:read", "orders:read"] });
  const elsewhere = (...args: string[]) => runCli([...args, "--url", product.url, "--after", first.id], {});
  const tailed = await elsewhere("tail", "--count", "2", "--key", secret, "--types", "order.closed,order.paid");
  expect([...tailed.out.matchAll(/evt_\w+/g)].map(([id]) => id)).toEqual([second.id, third.id]);
  // Of the types that were asked for, past the others.
  const closed = await elsewhere("tail", "--count", "1", "--key", secret, "--types", "order.closed");
  expect([...closed.out.matchAll(/evt_\w+/g)].map(([id]) => id)).toEqual([third.id]);

  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    received.push({ headers: request.headers, body });
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const listened = await elsewhere(
    "listen",
    "--forward-to",
    hook,
    "--count",
    "1",
    "--key",
    secret,
    "--types",
    "order.paid",
    "--json",
  );
  receiver.close();
  expect(listened.code).toBe(0);
  const [begun] = listened.out.split("\n").map((line) => (line === "" ? null : JSON.parse(line)));
  for (const { headers, body } of received) new Webhook(begun.secret).verify(body, headers as Record<string, string>);
  expect(received.map(({ body }) => JSON.parse(body))).toEqual([second].map(({ id: _, ...payload }) => payload));

  const weak = await product.key({ scopes: ["promotions:read"] });
  for (const key of [weak.secret, "sk_not-a-key-of-this-shop"]) {
    const { code, err } = await elsewhere("tail", "--count", "1", "--key", key);
    expect([code, err]).toEqual([1, expect.stringMatching(/answered 40[13]/)]);
    expect(err).not.toContain(key);
  }
  expect((await elsewhere("tail", "--count", "1")).err).toContain("--url and --key go together");
}, 120_000);

test.each([
  [["tail", "--url", "http://pay.example", "--key", "sk_12345678"], "https://pay.example"],
  [["listen", "--forward-to", "ftp://x"], "http://localhost:4000"],
  [["orders", "create", "--item", "tea"], "tea:18.00"],
])(
  "what is not understood ends with 2 and says what is: %j",
  async (args, said) => {
    const { code, err } = await cli(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  },
  60_000,
);
