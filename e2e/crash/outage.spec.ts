import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { hold, paidOnce, rowsOf } from "../support/crash/database.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// The database dies, or is gone for a while: 503 meanwhile, then all as before.

const GONE_MS = 10_000;

test("killed in the middle of payments: what was under way is finished by its repeat", async ({ product, shop }) => {
  const [settling, opening] = [await shop.order(), await shop.order()];
  const codeUrl = await shop.open(settling);
  const held = await hold(product, { table: "journal_entries", event: "insert", at: "commit" });
  await shop.scan({ codeUrl });
  await held.reached();
  await shop.faults({ api: { operations: ["native"], delayMs: 1_000 } });
  const open = shop.open(opening);
  const creating = Promise.all(["a", "b", "c"].map((name) => shop.order(`database-killed-${name}`)));
  await product.kill("postgres");
  await held.release();

  await creating;
  await shop.scan({ codeUrl: await open });
  await product.ready();
  for (const order of [settling, opening]) {
    await until("the order is paid", async () => {
      await shop.advance(15_000);
      return (await rowsOf(product, order)).status === "paid";
    });
    expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
  }
});

test("gone for ten seconds: 503 and a notice refused, then all as before", async ({ product, shop }) => {
  const order = await shop.order();
  const codeUrl = await shop.open(order);
  const late = await shop.order();
  product.freezeLauncher(); // It would start the database again at once.
  const goneUntil = Date.now() + GONE_MS;
  await product.kill("postgres");

  const meanwhile = async () => [
    (await shop.orderOnce("while-gone")).status,
    (await shop.openOnce(late)).status,
    (await shop.call("GET", `/api/orders/${order.id}/status`)).status,
    (await fetch(`${product.url}/healthz`)).status,
  ];
  expect(await meanwhile()).toEqual([503, 503, 503, 200]);
  await until("it says that it is not ready", async () => (await fetch(`${product.url}/readyz`)).status === 503);
  const page = await fetch(`${product.url}/pay/${order.id}`);
  expect([page.status, page.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await page.text()).toContain("暂时打不开");
  await shop.scan({ codeUrl });
  const refused = await until(
    "WeChat's first try has failed",
    async () => (await shop.trade(order.outTradeNo))?.notices[0]?.tries[0],
  );
  expect(refused.result).toBe(500);
  await sleep(Math.max(0, goneUntil - Date.now()));
  expect(await meanwhile()).toEqual([503, 503, 503, 200]);

  product.thawLauncher();
  await product.ready();
  await shop.notifyAgain(order.outTradeNo);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
  await shop.scan({ codeUrl: await shop.open(late) });
  await until("the other order is paid", async () => (await rowsOf(product, late)).status === "paid");
  await shop.order("while-gone");
});

test("stalled for longer than WeChat waits: nothing is lost, nothing is done twice", async ({ product, shop }) => {
  const [order, other] = [await shop.order(), await shop.order()];
  const codeUrl = await shop.open(order);
  const frozen = product.freeze("postgres");
  try {
    await shop.scan({ codeUrl });
    const calls = Promise.all([shop.order("while-stalled"), shop.order("while-stalled"), shop.open(other)]);
    const refused = await until(
      "WeChat gave up waiting",
      async () => (await shop.trade(order.outTradeNo))?.notices[0]?.tries[0],
    );
    expect(refused.result).not.toBe(200);
    frozen.thaw();
    const [one, again, otherCode] = await calls;
    expect(one.id).toBe(again.id);
    await shop.scan({ codeUrl: otherCode });
  } finally {
    frozen.thaw();
  }
  await shop.notifyAgain(order.outTradeNo);
  for (const paid of [order, other]) {
    await until("the order is paid", async () => (await rowsOf(product, paid)).status === "paid");
    expect(await rowsOf(product, paid)).toMatchObject({ ...paidOnce(paid), receipts: 1 });
  }
});
