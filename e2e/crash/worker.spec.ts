import { expect } from "@playwright/test";
import { makeDue, paidOnce, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import { listenForWebhooks, type Made, type Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// Crash table, last row: the worker dies with work in hand. Its claim ends, and another round does the work.

const HANGING_QUERIES = 100;
const paid = (product: RunningProduct, order: Made) =>
  until("the order is paid", async () => (await rowsOf(product, order)).status === "paid");
const asked = (shop: Shop) =>
  until("the worker asks WeChat, which hangs", async () => (await shop.faultsInForce()).api.hang < HANGING_QUERIES);

/** Paid at WeChat, and no notice of it will ever come. */
async function paidUnheard(shop: Shop): Promise<Made> {
  const order = await shop.order();
  const codeUrl = await shop.open(order);
  await shop.faults({ notify: { lose: 1 }, api: { operations: ["query"], hang: HANGING_QUERIES } });
  await shop.scan({ codeUrl });
  return order;
}

test("killed with a job in hand: the row alone suffices, and the job is done again later", async ({
  product,
  shop,
}) => {
  const order = await paidUnheard(shop);
  const [job] = await product.query<{ id: string }>(
    "select (graphile_worker.add_job('check-attempt', json_build_object('orderId', $1::text))).id",
    [order.id],
  );
  await asked(shop);
  await product.kill("worker");
  const inHand = async () => {
    const text = "select locked_at is not null as locked from graphile_worker._private_jobs where id = $1";
    return (await product.query<{ locked: boolean }>(text, [job?.id]))[0];
  };
  expect(await inHand()).toEqual({ locked: true });

  await shop.faults({ api: { hang: 0 } });
  await makeDue(product, order);
  await paid(product, order);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });

  // The dead worker's lease on its job ends, and the next worker to start takes it: it finds nothing left to do.
  const aged = "update graphile_worker._private_jobs set locked_at = now() - interval '5 hours' where id = $1";
  await product.query(aged, [job?.id]);
  await product.kill("worker");
  await until("the job is done", async () => (await inHand()) === undefined);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });
});

test("killed with a row claimed by the sweep: the claim ends, another round asks", async ({ product, shop }) => {
  const order = await paidUnheard(shop);
  await makeDue(product, order);
  await asked(shop);
  await product.kill("worker");
  expect(await rowsOf(product, order)).toMatchObject({ status: "pending", payments: 0 });

  await shop.faults({ api: { hang: 0 } });
  await makeDue(product, order);
  await paid(product, order);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });
});

test("killed with a webhook under way: the shop hears the same message again", async ({ product, shop }) => {
  const heard = await listenForWebhooks({ deafTo: 1 });
  const endpoint = await shop.call("POST", "/api/v1/webhook-endpoints", {
    body: { url: heard.url, events: ["order.paid"] },
    headers: { authorization: `Bearer ${product.apiKey}` },
  });
  expect(endpoint.status).toBe(201);
  const order = await shop.order();
  await shop.scan({ codeUrl: await shop.open(order) });
  await until("the worker is telling the shop", () => heard.unanswered.length === 1);
  await product.kill("worker");

  await until("the shop has heard", async () => {
    await product.query("update webhook_deliveries set check_at = now() where check_at > now()");
    return heard.orders.has(order.id);
  });
  expect([...(heard.orders.get(order.id) ?? [])]).toEqual(heard.unanswered);
  await shop.call("DELETE", `/api/v1/webhook-endpoints/${endpoint.body.id}`, {
    headers: { authorization: `Bearer ${product.apiKey}` },
  });
  heard.close();
});
