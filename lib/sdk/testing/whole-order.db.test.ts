import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningProduct, startProduct } from "../../testing/running-product.ts";
import { createLingfu, verifyWebhook, type WebhookEvent } from "../index.ts";
import { INSTALLED_LANGUAGES, runScript } from "./languages.ts";

// Goal: from an order to a verified webhook of its refund, with each SDK, against the product and the sandbox WeChat Pay.
// Method: real processes and ports. Python and PHP run where this machine has them.

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct();
}, 60_000);
afterAll(() => product.close());

test("TypeScript: order, payment, refund, webhooks", async () => {
  const { url: baseUrl, sandboxUrl } = product;
  const lingfu = createLingfu({ baseUrl, sandboxUrl, key: await product.key({ requireSigning: true }) });
  const received: { headers: Record<string, string | string[] | undefined>; payload: string }[] = [];
  const receiver = createServer(async (request, response) => {
    let payload = "";
    for await (const part of request) payload += part;
    received.push({ headers: request.headers, payload });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { secret, id: endpointId } = await lingfu.webhookEndpoints.create({
    url: hook,
    events: ["order.paid", "refund.succeeded"],
  });

  const order = await lingfu.orders.create({ items: [{ name: "拿铁", price: "18.00", quantity: 2 }] });
  expect([order.status, order.amountDue]).toEqual(["pending", 3_600]);
  const paid = await lingfu.sandbox.pay(order);
  expect([paid.status, paid.amountPaid]).toEqual(["paid", 3_600]);
  const refund = await lingfu.orders.refund(order.id, { amount: 1_000, reason: "少一杯" });
  expect((await lingfu.sandbox.waitForRefund(refund)).status).toBe("succeeded");
  expect((await lingfu.orders.find(order.outTradeNo))?.status).toBe("partially_refunded");

  await expect.poll(() => received.length, { timeout: 15_000 }).toBe(2);
  const events: WebhookEvent[] = [];
  for (const { headers, payload } of received) events.push(await verifyWebhook({ headers, payload, secret }));
  expect(events.map(({ type }) => type)).toEqual(["order.paid", "refund.succeeded"]);
  expect(events[0]?.data).toMatchObject({ id: order.id, status: "paid" });
  expect(events[1]?.data).toMatchObject({ id: refund.id, amount: 1_000 });
  const { data: deliveries } = await lingfu.webhookDeliveries.list({ endpointId });
  expect(deliveries.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ id }) => id).sort());
  receiver.closeAllConnections();
  receiver.close();
}, 60_000);

test("TypeScript: a list is gone through page by page", async () => {
  const { id, secret } = await product.key();
  const lingfu = createLingfu({ baseUrl: product.url, key: { id, secret } });
  const storeOrder = () => lingfu.orders.create({ items: [{ name: "翻页", unitAmount: 1, quantity: 1 }] });
  const made = [await storeOrder(), await storeOrder(), await storeOrder()].map((order) => order.id);
  const found: string[] = [];
  for await (const order of lingfu.orders.all({ q: "翻页", limit: 1 })) found.push(order.id);
  expect(found).toEqual(made.reverse());
}, 60_000);

test.each(INSTALLED_LANGUAGES)(
  "$name: order, payment, refund, webhooks",
  async ({ command, folder, ending }) => {
    const { id, secret } = await product.key({ requireSigning: true });
    const env = {
      LINGFU_URL: product.url,
      LINGFU_SANDBOX_URL: product.sandboxUrl,
      LINGFU_KEY_ID: id,
      LINGFU_SECRET: secret,
    };
    expect(await runScript(command, `${folder}/tests/whole-order.${ending}`, { env })).toEqual({
      order: ["pending", 3_600],
      sameOrder: true,
      paid: "paid",
      refund: "succeeded",
      events: ["order.paid", "refund.succeeded"],
      eventOrder: true,
      forged: "signature_wrong",
      wrong: ["invalid_request", expect.stringContaining("two decimals")],
      listed: 1,
    });
  },
  60_000,
);
