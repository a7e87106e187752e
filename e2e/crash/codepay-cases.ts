import { expect } from "@playwright/test";
import { hold, makeDue, paidOnce, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import type { Made, Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// A process or the database dies while a shopper pays by code at the counter. The code is stored nowhere, so it is not charged
// again: the sweep asks what became of the attempt, and takes back what stays unpaid.

const written = (product: RunningProduct, order: Made) =>
  until("the attempt is written down", async () => (await rowsOf(product, order)).attempts.length > 0);
/** A minute passes at the counter. */
const age = (product: RunningProduct, { id }: Made) =>
  product.query("update payment_attempts set created_at = created_at - interval '1 minute' where order_id = $1", [id]);

async function becomesPaid(product: RunningProduct, shop: Shop, order: Made): Promise<void> {
  await until("the order is paid", async () => {
    await makeDue(product, order);
    return (await rowsOf(product, order)).status === "paid";
  });
  expect(await rowsOf(product, order)).toMatchObject(paidOnce(order));
  expect((await shop.trade(order.outTradeNo))?.state).toBe("SUCCESS");
}

/** Nothing was paid, or all of it has gone back; then a fresh code pays by the next number. */
async function isTakenBack(product: RunningProduct, shop: Shop, order: Made): Promise<void> {
  await until("the charge is taken back", async () => {
    await makeDue(product, order);
    return (await rowsOf(product, order)).attempts[0]?.status === "closed";
  });
  expect((await shop.trade(order.outTradeNo))?.state).toBe("REVOKED");
  expect(await rowsOf(product, order)).toMatchObject({ status: "pending", payments: 0 });
  expect((await shop.payByCode(order, await shop.authCode())).status).toBe(200);
  expect((await rowsOf(product, order)).attempts).toEqual([
    { number: order.outTradeNo, status: "closed", verdict: null },
    { number: `${order.outTradeNo}-2`, status: "succeeded", verdict: "settles" },
  ]);
}

export function codepayCases(): void {
  decidedAfterDeath();
  takenBackAfterDeath();
}

function decidedAfterDeath(): void {
  test("a counter's whole day: paid at once, and once more for the same code", async ({ product, shop }) => {
    const order = await shop.order();
    const code = await shop.authCode();
    expect(await shop.payByCode(order, code)).toMatchObject({
      status: 200,
      body: { status: "paid", channel: "codepay" },
    });
    expect(await shop.payByCode(order, code)).toMatchObject({ status: 200, body: { id: order.id } });
    expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });
  });

  test("killed while WeChat has not yet done anything: the dead call's payment is found", async ({ product, shop }) => {
    const order = await shop.order();
    const code = await shop.authCode();
    await shop.faults({ api: { operations: ["codepay"], delayMs: 3_000 } });
    const first = shop.payByCodeOnce(order, code).catch(() => null);
    await written(product, order);
    await product.kill("web");
    expect(await first).toBeNull();
    await shop.faults({ api: { delayMs: 0 } });
    expect((await shop.payByCode(order, code)).status).toBe(200);
    await becomesPaid(product, shop, order);
  });

  test("killed while WeChat hangs after its work: the sweep finds the payment", async ({ product, shop }) => {
    const order = await shop.order();
    await shop.faults({ api: { operations: ["codepay"], hang: 1 } });
    const first = shop.payByCodeOnce(order, await shop.authCode()).catch(() => null);
    await until("WeChat has charged the code", () => shop.trade(order.outTradeNo));
    await product.kill("web");
    expect(await first).toBeNull();
    await becomesPaid(product, shop, order);
  });

  test("killed after WeChat answered, before that is written down", async ({ product, shop }) => {
    const order = await shop.order();
    const code = await shop.authCode();
    const held = await hold(product, { table: "payment_attempts", event: "update of status", at: "row" });
    const first = shop.payByCodeOnce(order, code).catch(() => null);
    await held.reached();
    await product.kill("web");
    await held.release();
    expect(await first).toBeNull();
    expect((await shop.payByCode(order, code)).status).toBe(200);
    await becomesPaid(product, shop, order);
  });

  test("killed while the shopper types the password; the worker books it", async ({ product, shop }) => {
    const order = await shop.order();
    await shop.faults({ codepay: { userPaying: 1 } });
    const first = shop.payByCodeOnce(order, await shop.authCode()).catch(() => null);
    await until("the attempt waits", async () => (await rowsOf(product, order)).attempts[0]?.status === "waiting");
    await product.kill("web");
    expect(await first).toBeNull();
    await shop.scan({ outTradeNo: order.outTradeNo });
    await becomesPaid(product, shop, order);
  });

  test("the database is killed as it commits the attempt: nothing was charged, the repeat charges", async ({
    product,
    shop,
  }) => {
    const order = await shop.order();
    const code = await shop.authCode();
    const held = await hold(product, { table: "payment_attempts", event: "insert", at: "commit" });
    const first = shop.payByCodeOnce(order, code).catch(() => null);
    await held.reached();
    await product.kill("postgres");
    await first;
    await held.release();
    expect(await shop.trade(order.outTradeNo)).toBeUndefined();
    expect((await shop.payByCode(order, code)).status).toBe(200);
    await becomesPaid(product, shop, order);
  });

  test("the database is killed as it commits the payment: it is found again", async ({ product, shop }) => {
    const order = await shop.order();
    const held = await hold(product, { table: "payment_attempts", event: "update of status", at: "commit" });
    const first = shop.payByCodeOnce(order, await shop.authCode()).catch(() => null);
    await held.reached();
    await product.kill("postgres");
    await first;
    await held.release();
    await becomesPaid(product, shop, order);
  });
}

function takenBackAfterDeath(): void {
  test("killed while the password is typed, and never typed: taken back, though the worker dies of it", async ({
    product,
    shop,
  }) => {
    const order = await shop.order();
    await shop.faults({ codepay: { userPaying: 1 }, api: { operations: ["reverse"], hang: 1 } });
    const first = shop.payByCodeOnce(order, await shop.authCode()).catch(() => null);
    await until("the attempt waits", async () => (await rowsOf(product, order)).attempts[0]?.status === "waiting");
    await product.kill("web");
    expect(await first).toBeNull();
    await age(product, order);
    await makeDue(product, order);
    await until("the worker reverses", async () => (await shop.trade(order.outTradeNo))?.state === "REVOKED");
    await product.kill("worker");
    await isTakenBack(product, shop, order);
  });

  test("paid, but unknown to us in time: taken back for good, also if `paid` comes later", async ({
    product,
    shop,
  }) => {
    const order = await shop.order();
    await shop.faults({ api: { operations: ["codepay"], hang: 1 } });
    const first = shop.payByCodeOnce(order, await shop.authCode()).catch(() => null);
    await until("WeChat has charged the code", async () => (await shop.trade(order.outTradeNo))?.state === "SUCCESS");
    await shop.faults({ api: { operations: ["query", "reverse"], html: 1_000 } });
    await product.kill("web");
    await first;
    await age(product, order);
    const meant = async () =>
      (
        await product.query("select from payment_attempts where order_id = $1 and reverse_since is not null", [
          order.id,
        ])
      ).length === 1;
    await until("the reversal is meant", async () => {
      await makeDue(product, order);
      return meant();
    });
    await product.kill("worker");
    await shop.faults({ api: { operations: [], html: 0 } });
    await isTakenBack(product, shop, order);
  });
}
