import { expect } from "@playwright/test";
import { hold, makeDue, paidOnce, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import type { Made, Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// Crash table, second and third row: a process dies between the commit that names the trade and the commit that says what
// became of it. The row stays `opening`; the next try uses the same number, so one trade can be paid, once.

const opening = ({ outTradeNo }: Made) => ({
  status: "pending",
  attempts: [{ number: outTradeNo, status: "opening", verdict: null }],
});
const openingCommitted = (product: RunningProduct, order: Made) =>
  until("the attempt is written down", async () => (await rowsOf(product, order)).attempts.length > 0);
const tradesOf = async (shop: Shop, { outTradeNo }: Made) =>
  (await shop.trades()).filter((trade) => trade.outTradeNo.startsWith(outTradeNo)).map((trade) => trade.outTradeNo);

async function payAndSee(
  product: RunningProduct,
  shop: Shop,
  { order, codeUrl }: { order: Made; codeUrl: string },
): Promise<void> {
  await shop.scan({ codeUrl });
  await until("the order is paid", async () => {
    await makeDue(product, order);
    return (await rowsOf(product, order)).status === "paid";
  });
  expect(await rowsOf(product, order)).toMatchObject(paidOnce(order));
  expect(await tradesOf(shop, order)).toEqual([order.outTradeNo]);
}

test("killed while WeChat has not yet done anything: the retry sends the same number", async ({ product, shop }) => {
  const order = await shop.order();
  await shop.faults({ api: { operations: ["native"], delayMs: 3_000 } });
  const first = shop.openOnce(order).catch(() => null);
  await openingCommitted(product, order);
  await product.kill("web");
  expect(await first).toBeNull();
  expect(await rowsOf(product, order)).toMatchObject(opening(order));
  await shop.faults({ api: { delayMs: 0 } });

  const codeUrl = await shop.open(order);
  // The dead process's call arrives as well.
  await until("both calls reached WeChat", async () => (await shop.trade(order.outTradeNo))?.codeUrls.length === 2);
  await payAndSee(product, shop, { order, codeUrl });
});

test("killed while WeChat hangs after its work: one payable trade, paid once", async ({ product, shop }) => {
  const order = await shop.order();
  await shop.faults({ api: { operations: ["native"], hang: 1 } });
  const first = shop.openOnce(order).catch(() => null);
  await until("WeChat has opened the trade", () => shop.trade(order.outTradeNo));
  await product.kill("web");
  expect(await first).toBeNull();
  expect(await rowsOf(product, order)).toMatchObject(opening(order));

  await payAndSee(product, shop, { order, codeUrl: await shop.open(order) });
});

test("killed after WeChat answered, before that is written down", async ({ product, shop }) => {
  const order = await shop.order();
  const held = await hold(product, { table: "payment_attempts", event: "update of status", at: "row" });
  const first = shop.openOnce(order).catch(() => null);
  await held.reached();
  await product.kill("web");
  await held.release();
  expect(await first).toBeNull();
  expect(await rowsOf(product, order)).toMatchObject(opening(order));

  await payAndSee(product, shop, { order, codeUrl: await shop.open(order) });
});

test("a trade with a code that never reached the shopper's page is paid all the same", async ({ product, shop }) => {
  const order = await shop.order();
  await shop.faults({ api: { operations: ["native"], errorAfterWork: 1 } });
  expect((await shop.openOnce(order)).status).toBe(503);
  await product.kill("web");
  await shop.scan({ outTradeNo: order.outTradeNo });
  await until("the order is paid", async () => (await rowsOf(product, order)).status === "paid");
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
});

test("the worker asks after an abandoned opening attempt", async ({ product, shop }) => {
  const order = await shop.order();
  await shop.faults({ api: { operations: ["native"], hang: 1 }, notify: { lose: 1 } });
  const first = shop.openOnce(order).catch(() => null);
  await until("WeChat has opened the trade", () => shop.trade(order.outTradeNo));
  await product.kill("web");
  await first;
  await shop.scan({ outTradeNo: order.outTradeNo });
  await makeDue(product, order);
  await until("the order is paid", async () => (await rowsOf(product, order)).status === "paid");
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });
});

test("WeChat itself dies in the middle of opening: 503, then the same number again", async ({ product, shop }) => {
  const order = await shop.order();
  await shop.faults({ api: { operations: ["native"], hang: 1 } });
  const first = shop.openOnce(order);
  await until("WeChat has opened the trade", () => shop.trade(order.outTradeNo));
  await product.kill("sandbox");
  expect((await first).status).toBe(503);

  await payAndSee(product, shop, { order, codeUrl: await shop.open(order) });
});
