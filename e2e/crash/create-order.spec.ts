import { expect } from "@playwright/test";
import { hold } from "../support/crash/database.ts";
import type { RunningProduct } from "../support/crash/product.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// Crash table, first row: the web process dies while an order is created. The shop's server repeats its request under the
// same Idempotency-Key until it is answered; there must be one order, and the answer must be that one.

const ordersOf = (product: RunningProduct, key: string) =>
  product.query<{ id: string }>("select body::json ->> 'id' as id from idempotency where key = $1", [key]);
const countOrders = async (product: RunningProduct) =>
  Number((await product.query<{ n: string }>("select count(*) as n from orders"))[0]?.n);

test("killed before the order is committed: nothing stays, and the repeat makes it", async ({ product, shop }) => {
  const before = await countOrders(product);
  const held = await hold(product, { table: "orders", event: "insert", at: "commit" });
  const first = shop.orderOnce("before-commit").catch(() => null);
  const backend = await held.reached();
  await product.kill("web");
  // The database would finish its statement; here it dies with the connection.
  await product.query("select pg_terminate_backend($1)", [backend]);
  await held.release();
  expect(await first).toBeNull();
  expect(await countOrders(product)).toBe(before);

  const order = await shop.order("before-commit");
  expect(await ordersOf(product, "before-commit")).toEqual([{ id: order.id }]);
  expect(await countOrders(product)).toBe(before + 1);
});

test("killed while the database commits: the repeats wait for it and get that order", async ({ product, shop }) => {
  const before = await countOrders(product);
  const held = await hold(product, { table: "orders", event: "insert", at: "commit" });
  const first = shop.orderOnce("while-committing").catch(() => null);
  await held.reached();
  await product.kill("web");
  const repeats = [shop.order("while-committing"), shop.order("while-committing")];
  await held.release();
  expect(await first).toBeNull();

  const [one, other] = await Promise.all(repeats);
  expect(one?.id).toBe(other?.id);
  expect(await ordersOf(product, "while-committing")).toEqual([{ id: one?.id }]);
  expect(await countOrders(product)).toBe(before + 1);
});

test("killed after the commit and before the answer: the repeat gets the answer that was lost", async ({
  product,
  shop,
}) => {
  const before = await countOrders(product);
  const held = await hold(product, { table: "orders", event: "insert", at: "commit" });
  const first = shop.orderOnce("before-answer").catch(() => null);
  await held.reached();
  product.freeze("web");
  await held.release();
  const [kept] = await until("the order is committed", async () => {
    const rows = await ordersOf(product, "before-answer");
    return rows.length > 0 && rows;
  });
  await product.kill("web");
  expect(await first).toBeNull();

  const order = await shop.order("before-answer");
  expect(order.id).toBe(kept?.id);
  expect(await countOrders(product)).toBe(before + 1);
});
