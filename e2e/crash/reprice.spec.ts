import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { hold, makeDue, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import type { Made, Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// The offer of an order is changed after its code was shown: the old trade is closed, the new price committed together with the
// new trade's number, the new trade opened. Wherever a process dies, one price stands, and one trade can be paid.

const OFF = 300;

async function makeOffer(product: RunningProduct, shop: Shop): Promise<string> {
  const id = `till-${randomUUID().slice(0, 8)}`;
  const body = { id, type: "amount_off", phase: "order", off: OFF, optional: true, budget: 10_000 };
  const headers = { authorization: `Bearer ${product.apiKey}` };
  expect((await shop.call("POST", "/api/v1/promotions", { body, headers })).status).toBe(201);
  return id;
}
const payOnce = (shop: Shop, { id }: Made, offers: readonly string[]) =>
  shop.call("POST", `/api/orders/${id}/pay`, { body: { channel: "native", offers } });
const payFor = (shop: Shop, order: Made, offers: readonly string[]) =>
  until("there is a code at the new price", async () => {
    const { status, body } = await payOnce(shop, order, offers);
    return status === 200 && (body as { codeUrl: string; amountDue: number });
  });
async function taken(product: RunningProduct, offer: string) {
  const [row] = await product.query("select reserved::int, spent::int, uses from promotions where id = $1", [offer]);
  return row;
}

async function payAndSee(
  product: RunningProduct,
  shop: Shop,
  { order, offer }: { order: Made; offer: string },
): Promise<void> {
  const { codeUrl, amountDue } = await payFor(shop, order, [offer]);
  expect(amountDue).toBe(order.amountDue - OFF);
  await shop.scan({ codeUrl });
  await until("the order is paid", async () => {
    await makeDue(product, order);
    return (await rowsOf(product, order)).status === "paid";
  });
  expect(await taken(product, offer)).toEqual({ reserved: 0, spent: OFF, uses: 1 });
}

test("killed when the old trade is closed and the new price not yet written down: the old price stands", async ({
  product,
  shop,
}) => {
  const offer = await makeOffer(product, shop);
  const order = await shop.order();
  await shop.open(order);
  const held = await hold(product, { table: "payment_attempts", event: "insert", at: "row" });
  const change = payOnce(shop, order, [offer]).catch(() => null);
  await held.reached();
  await product.kill("web");
  await held.release();
  expect(await change).toBeNull();
  expect(await rowsOf(product, order)).toMatchObject({
    status: "pending",
    attempts: [{ number: order.outTradeNo, status: "closed" }],
  });
  expect((await shop.trade(order.outTradeNo))?.state).toBe("CLOSED");
  expect(await taken(product, offer)).toEqual({ reserved: 0, spent: 0, uses: 0 });

  await payAndSee(product, shop, { order, offer });
});

test("killed when the new price is written down and its trade not yet open: the new price stands", async ({
  product,
  shop,
}) => {
  const offer = await makeOffer(product, shop);
  const order = await shop.order();
  await shop.open(order);
  await shop.faults({ api: { operations: ["native"], hang: 1 } });
  const change = payOnce(shop, order, [offer]).catch(() => null);
  await until("WeChat has opened the new trade", () => shop.trade(`${order.outTradeNo}-2`));
  await product.kill("web");
  expect(await change).toBeNull();
  expect((await shop.trade(order.outTradeNo))?.state).toBe("CLOSED");
  expect(await taken(product, offer)).toEqual({ reserved: OFF, spent: 0, uses: 1 });

  await payAndSee(product, shop, { order, offer });
  expect(await shop.trade(`${order.outTradeNo}-3`)).toBeFalsy();
});
