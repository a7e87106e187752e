import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, type RunningProduct, startProduct } from "../../testing/running-product.ts";
import { createLingfu, verifyWebhook, type WebhookEvent } from "../index.ts";
import { openMiniProgram, type RunningShop, type ShopCommand, startShop } from "./examples.ts";
import { INSTALLED_LANGUAGES, runScript } from "./languages.ts";

// Goal: from an order to a verified webhook of its refund, with each SDK, against the product and the sandbox WeChat Pay.
// Method: real processes and ports. Python and PHP run where this machine has them.

const OPENID = "oSANDBOX_shopper_of_a_mini_program";

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct();
  await fetch(`${product.sandboxUrl}/control/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refund: { delayMs: 50 } }),
    signal: AbortSignal.timeout(5_000),
  });
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

  await expect.poll(() => received.length, { timeout: 30_000 }).toBe(2);
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

const EXAMPLES: Readonly<Record<string, ShopCommand>> = {
  Node: { command: process.execPath, args: () => ["examples/node-shop.ts"], hook: "/webhooks" },
  Python: { command: "python3", args: () => ["examples/payment_example.py"], hook: "/notify" },
  PHP: { command: "php", args: (port) => ["-S", `localhost:${port}`, "examples/php-shop.php"], hook: "/webhooks" },
};

async function withShop(name: string, use: (shop: RunningShop) => Promise<void>, more: Record<string, string> = {}) {
  const { id, secret } = await product.key({ requireSigning: true });
  // Where the shop in PHP keeps its books.
  const TMPDIR = await mkdtemp(path.join(tmpdir(), "lingfu-shop-"));
  const env = { LINGFU_URL: product.url, LINGFU_KEY_ID: id, LINGFU_SECRET: secret, TMPDIR, ...more };
  const command = EXAMPLES[name];
  if (command === undefined) throw new Error(`there is no example for ${name}`);
  const shop = await startShop(command, { port: await freePort(), env });
  try {
    await use(shop);
  } finally {
    await shop.stop();
    await rm(TMPDIR, { recursive: true });
  }
}

const merchant = async () =>
  createLingfu({ baseUrl: product.url, sandboxUrl: product.sandboxUrl, key: await product.key() });

test.each([{ name: "Node" }, ...INSTALLED_LANGUAGES])(
  "the example shop in $name: bought, paid, refunded",
  async ({ name }) => {
    await withShop(name, async ({ url }) => {
      const lingfu = await merchant();
      const bought = await fetch(`${url}/buy`, { method: "POST", redirect: "manual" });
      const payUrl = bought.headers.get("location") ?? "";
      expect([bought.status, payUrl]).toEqual([303, expect.stringMatching(/\/pay\/ord_\w+$/)]);
      const order = await lingfu.sandbox.pay({ id: payUrl.split("/").at(-1) ?? "" });
      const status = async () => (await fetch(`${url}/orders/${order.outTradeNo}`)).text();
      await expect.poll(status, { timeout: 30_000 }).toBe("paid");
      expect(order.returnUrl).toBe(`${url}/orders/${order.outTradeNo}`);
      expect((await fetch(`${url}/orders/${order.outTradeNo}/refund`, { method: "POST" })).status).toBe(202);
      await expect.poll(status, { timeout: 30_000 }).toBe("refunded");
      const forged = { "webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA" };
      const hook = `${url}${EXAMPLES[name]?.hook}`;
      expect((await fetch(hook, { method: "POST", headers: forged, body: "{}" })).status).toBe(400);
    });
  },
  60_000,
);

test("the example mini program pays: an order of its own, and one that the pay page hands over", async () => {
  // WeChat's answer to the code of wx.login.
  const wechat = createServer((_, response) => void response.end(JSON.stringify({ openid: OPENID })));
  await new Promise<void>((resolve) => wechat.listen(0, "127.0.0.1", resolve));
  const WX_API = `http://127.0.0.1:${(wechat.address() as AddressInfo).port}`;
  const control = (call: string, body: object) =>
    fetch(`${product.sandboxUrl}/control/${call}`, { method: "POST", body: JSON.stringify(body) });
  await control("shoppers", { name: "Mini", openid: OPENID });
  const lingfu = await merchant();
  const outcomes = ["success", "success", "cancel"];
  const cashier = async (prepayId: string) => {
    const outcome = outcomes.shift();
    expect((await control("pay", { prepayId, outcome, openid: OPENID })).status).toBe(200);
    return outcome === "success";
  };
  await withShop(
    "Node",
    async ({ url: shop }) => {
      const program = openMiniProgram({ shop, lingfu: product.url, cashier });
      const front = program.open("shop");
      await front.buy?.();
      expect(front.data).toEqual({ said: "paid", busy: false });

      const order = await lingfu.orders.create({ items: [{ name: "小程序", unitAmount: 5, quantity: 1 }] });
      const pay = program.open("pay");
      await pay.onLoad?.({ orderId: order.id });
      expect([pay.data.said, program.backs]).toEqual(["paid", ["back"]]);
      expect(await lingfu.orders.get(order.id)).toMatchObject({ status: "paid", channel: "miniprogram" });

      await front.buy?.();
      expect(front.data.said).toBe("cancelled");
    },
    { WX_API },
  );
  wechat.close();
}, 60_000);
