import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { hold, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import type { Made, Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// A process or the database dies between any two steps of a refund. The row is committed before WeChat hears of it and every
// repeat carries its number, so the money goes back once, and the refund ends succeeded.

const AMOUNT = 700;

async function paidOrder(product: RunningProduct, shop: Shop): Promise<Made> {
  const order = await shop.order();
  await shop.scan({ codeUrl: await shop.open(order) });
  await until("the order is paid", async () => (await rowsOf(product, order)).status === "paid");
  return order;
}

const refundsOf = (product: RunningProduct, { id }: Made) =>
  product.query<{ number: string; status: string; amount: number }>(
    "select number, status, amount from refunds where order_id = $1",
    [id],
  );
/** WeChat's waits and ours pass; what was accepted by WeChat is looked at again. */
const hurry = (product: RunningProduct, { id }: Made) =>
  product.query("update refunds set check_at = now() where order_id = $1 and check_at > now()", [id]);
const atWeChat = async (shop: Shop, { outTradeNo }: Made) => (await shop.trade(outTradeNo))?.refunds ?? [];

async function requestedCommitted(product: RunningProduct, order: Made): Promise<void> {
  await until("the refund is written down", async () => (await refundsOf(product, order)).length > 0);
}

async function endsOnce(product: RunningProduct, shop: Shop, order: Made): Promise<void> {
  await until("the refund has succeeded", async () => {
    await hurry(product, order);
    return (await refundsOf(product, order))[0]?.status === "succeeded";
  });
  const [refund, ...more] = await refundsOf(product, order);
  expect([refund?.amount, more]).toEqual([AMOUNT, []]);
  expect(await atWeChat(shop, order)).toMatchObject([
    { outRefundNo: refund?.number, amount: AMOUNT, status: "SUCCESS" },
  ]);
  // One entry for the payment, one for the refund.
  expect((await rowsOf(product, order)).payments).toBe(2);
}

export function refundCases(): void {
  test("killed before the refund is committed: the shop's repeat makes it", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    const held = await hold(product, { table: "refunds", event: "insert", at: "commit" });
    const key = randomUUID();
    const first = shop.refundOnce(order, key, AMOUNT).catch(() => null);
    await held.reached();
    await product.kill("web");
    await held.release();
    expect(await first).toBeNull();
    await until("the shop has its answer", async () => (await shop.refundOnce(order, key, AMOUNT)).status === 201);
    await endsOnce(product, shop, order);
  });

  test("killed after the commit, while WeChat has not yet done anything", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    await shop.faults({ api: { operations: ["refund"], delayMs: 3_000 } });
    const key = randomUUID();
    const first = shop.refundOnce(order, key, AMOUNT).catch(() => null);
    await requestedCommitted(product, order);
    await product.kill("web");
    expect(await first).toBeNull();
    expect(await refundsOf(product, order)).toMatchObject([{ status: "requested" }]);
    await shop.faults({ api: { delayMs: 0 } });
    await endsOnce(product, shop, order);
    // The worker may be done before there is a web process again.
    const repeated = await until("the shop has its answer", () => shop.refundOnce(order, key, AMOUNT));
    expect(repeated.body.outRefundNo).toBe((await refundsOf(product, order))[0]?.number);
  });

  test("killed while WeChat hangs after its work; the next to send is killed as well", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    await shop.faults({ api: { operations: ["refund"], hang: 2 } });
    const first = shop.refundOnce(order, randomUUID(), AMOUNT).catch(() => null);
    await until("WeChat has made the refund", async () => (await atWeChat(shop, order)).length === 1);
    await product.kill("web");
    await first;
    // A notice may be quicker than the sweep; then there is nothing left to send.
    await until("the worker sends it again, or it has ended", async () => {
      await hurry(product, order);
      const isOver = (await refundsOf(product, order))[0]?.status !== "requested";
      return isOver || (await shop.faultsInForce()).api.hang === 0;
    });
    await product.kill("worker");
    await endsOnce(product, shop, order);
  });

  test("killed after WeChat answered, before that is written down", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    const held = await hold(product, { table: "refunds", event: "update of status", at: "row" });
    const first = shop.refundOnce(order, randomUUID(), AMOUNT).catch(() => null);
    await held.reached();
    await product.kill("web");
    await held.release();
    expect(await first).toBeNull();
    await endsOnce(product, shop, order);
  });

  test("the worker is killed while it books what became of the refund", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    await shop.faults({ notify: { lose: 1 } });
    expect((await shop.refundOnce(order, randomUUID(), AMOUNT)).status).toBe(201);
    await until("WeChat has given the money back", async () => (await atWeChat(shop, order))[0]?.status === "SUCCESS");
    const held = await hold(product, { table: "refunds", event: "update of status", at: "row" });
    await hurry(product, order);
    await held.reached();
    await product.kill("worker");
    await held.release();
    expect((await refundsOf(product, order))[0]?.status).toBe("processing");
    await endsOnce(product, shop, order);
  });

  test("the web process is killed while it books the notice", async ({ product, shop }) => {
    const order = await paidOrder(product, shop);
    expect((await shop.refundOnce(order, randomUUID(), AMOUNT)).status).toBe(201);
    const held = await hold(product, { table: "refunds", event: "update of status", at: "commit" });
    await held.reached();
    await product.kill("web");
    await held.release();
    await endsOnce(product, shop, order);
  });

  for (const [what, place] of [
    ["the request", { table: "refunds", event: "insert", at: "commit" }],
    ["WeChat's answer", { table: "refunds", event: "update of status", at: "commit" }],
  ] as const) {
    test(`the database is killed as it commits ${what}`, async ({ product, shop }) => {
      const order = await paidOrder(product, shop);
      const held = await hold(product, place);
      const key = randomUUID();
      const first = shop.refundOnce(order, key, AMOUNT).catch(() => null);
      await held.reached();
      await product.kill("postgres");
      await first;
      await held.release();
      await until("the shop has its answer", async () => (await shop.refundOnce(order, key, AMOUNT)).status === 201);
      await endsOnce(product, shop, order);
    });
  }
}
