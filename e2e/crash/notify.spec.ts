import { expect } from "@playwright/test";
import { hold, makeDue, paidOnce, rowsOf } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import type { Made, Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// Crash table, fourth and fifth row: the web process dies around the transaction that books a notice. Either nothing was
// booked and WeChat's repeat books it, or all was and the repeat changes nothing.

const notice = async (shop: Shop, { outTradeNo }: Made) => (await shop.trade(outTradeNo))?.notices[0];
const failedOnce = (shop: Shop, order: Made) =>
  until("WeChat's first try has failed", async () => {
    const found = await notice(shop, order);
    return found !== undefined && found.tries.length > 0 && found;
  });
const paid = (product: RunningProduct, order: Made) =>
  until("the order is paid", async () => (await rowsOf(product, order)).status === "paid");

async function openOrder(shop: Shop): Promise<{ order: Made; codeUrl: string }> {
  const order = await shop.order();
  return { order, codeUrl: await shop.open(order) };
}

/** Holds the order's row until the notice's statement waits for it. @returns the waiting statement's server process */
async function holdOrder(
  product: RunningProduct,
  { shop, order, codeUrl }: { shop: Shop; order: Made; codeUrl: string },
) {
  const mine = await product.connect();
  await mine.query("begin");
  await mine.query("select from orders where id = $1 for update", [order.id]);
  await shop.scan({ codeUrl });
  const backend = await until("the notice waits for the order's row", async () => {
    const waiting = await mine.query<{ pid: number }>(
      "select pid from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))",
    );
    return waiting.rows[0]?.pid;
  });
  return {
    backend,
    async letGo() {
      await mine.query("rollback");
      await mine.end();
    },
  };
}

test("killed inside the transaction: nothing is booked, the repeat books it once", async ({ product, shop }) => {
  const { order, codeUrl } = await openOrder(shop);
  const before = await rowsOf(product, order);
  const held = await holdOrder(product, { shop, order, codeUrl });
  await product.kill("web");
  await product.query("select pg_terminate_backend($1)", [held.backend]);
  await held.letGo();
  expect(await failedOnce(shop, order)).toMatchObject({ state: "pending" });
  expect(await rowsOf(product, order)).toEqual(before);

  await product.ready();
  await shop.advance(15_000);
  await paid(product, order);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
});

test("killed while Postgres holds the whole statement: it is booked without us, and the repeat changes nothing", async ({
  product,
  shop,
}) => {
  const { order, codeUrl } = await openOrder(shop);
  const held = await hold(product, { table: "journal_entries", event: "insert", at: "row" });
  await shop.scan({ codeUrl });
  await held.reached();
  await product.kill("web");
  await held.release();
  await paid(product, order);
  expect(await failedOnce(shop, order)).toMatchObject({ state: "pending" });
  const booked = await rowsOf(product, order);

  await product.ready();
  await shop.notifyAgain(order.outTradeNo);
  expect(await notice(shop, order)).toMatchObject({ state: "acknowledged" });
  expect(await rowsOf(product, order)).toEqual(booked);
  expect(booked).toMatchObject({ ...paidOnce(order), receipts: 1 });
});

test("killed after everything was said and before it was committed: the same", async ({ product, shop }) => {
  const { order, codeUrl } = await openOrder(shop);
  const before = await rowsOf(product, order);
  const held = await hold(product, { table: "journal_entries", event: "insert", at: "commit" });
  await shop.scan({ codeUrl });
  const backend = await held.reached();
  await product.kill("web");
  await product.query("select pg_terminate_backend($1)", [backend]);
  await held.release();
  expect(await failedOnce(shop, order)).toMatchObject({ state: "pending" });
  expect(await rowsOf(product, order)).toEqual(before);

  await product.ready();
  await shop.notifyAgain(order.outTradeNo);
  expect(await notice(shop, order)).toMatchObject({ state: "acknowledged" });
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
});

test("killed after the commit and before the answer: the repeat answers SUCCESS and changes nothing", async ({
  product,
  shop,
}) => {
  const { order, codeUrl } = await openOrder(shop);
  const held = await hold(product, { table: "journal_entries", event: "insert", at: "commit" });
  await shop.scan({ codeUrl });
  await held.reached();
  product.freeze("web");
  await held.release();
  await paid(product, order);
  await product.kill("web");
  expect(await failedOnce(shop, order)).toMatchObject({ state: "pending" });
  const booked = await rowsOf(product, order);
  expect(booked).toMatchObject({ ...paidOnce(order), receipts: 1 });

  await product.ready();
  await shop.faults({ notify: { duplicate: 1 } });
  await shop.notifyAgain(order.outTradeNo);
  expect(await notice(shop, order)).toMatchObject({ state: "acknowledged" });
  expect(await rowsOf(product, order)).toEqual(booked);
});

test("WeChat dies with a notice still to be sent: it is sent after the restart", async ({ product, shop }) => {
  const { order, codeUrl } = await openOrder(shop);
  await shop.faults({ notify: { drop: 1 } });
  await shop.scan({ codeUrl });
  await failedOnce(shop, order);
  await product.kill("sandbox");
  await product.ready();
  await shop.advance(15_000);
  await paid(product, order);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 1 });
});

test("a notice that never comes is made up for by asking, soon while the page is in use", async ({ product, shop }) => {
  const { order, codeUrl } = await openOrder(shop);
  await shop.faults({ notify: { lose: 1 } });
  await shop.scan({ codeUrl });
  const [due] = await product.query<{ soon: boolean }>(
    "select check_at <= now() + interval '60 seconds' as soon from payment_attempts where order_id = $1",
    [order.id],
  );
  expect(due).toEqual({ soon: true });
  await makeDue(product, order);
  await paid(product, order);
  expect(await rowsOf(product, order)).toMatchObject({ ...paidOnce(order), receipts: 0 });
});
