import { afterAll, beforeAll, expect, test } from "vitest";
import { DISCREPANCIES_MAX } from "#lib/base/limits.ts";
import { listAllOfDay, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { reconciliationStore } from "#lib/storage/reconciliation/reconciliation-store.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createReconciliation } from "./run-reconciliation.ts";

// Goal: what is kept of a day's differences has a limit, its sums and its count have none.

const DAY = "2026-07-01";
const NOON = `${DAY}T12:00:00+08:00`;
const OVER = 7;
let product: PaymentFixture;
beforeAll(async () => {
  product = await paymentFixture();
});
afterAll(() => product.close());

test("more refunds than are kept one by one are counted and added up in full", async () => {
  const { pool } = product.database;
  const { payments, gateways, clock } = product;
  const order = await payments.createOrder({ items: [{ name: "茶", price: 200, quantity: 1 }] });
  await payments.startPayment({ orderId: order.id, channel: "native", openid: null, payerIp: null });
  // Each refund is looked at together with all others of its payment, which takes long with so many.
  await pool.query("alter table refunds disable trigger user");
  await pool.query(
    `insert into refunds (id, order_id, attempt_id, number, origin, amount, status, failure, created_at, send_at, accepted_at, closed_at)
     select 'ref_' || n, a.order_id, a.id, 'R' || n, 'request', 1, 'closed', 'closed_at_wechat', $1, $1, $1, $1
       from payment_attempts a, generate_series(1, $2::int) n where a.order_id = $3`,
    [NOON, DISCREPANCIES_MAX + OVER, order.id],
  );
  await pool.query("alter table refunds enable trigger user");
  const log = { info() {}, warn() {}, error() {} };
  const reconciliation = createReconciliation({ store: reconciliationStore(pool), gateways, clock, log });
  const report = await reconciliation.run(DAY);
  expect([report.discrepancies.length, report.more]).toEqual([DISCREPANCIES_MAX, OVER]);
  const [run] = await listRuns(pool, { day: DAY });
  expect([run?.open, run?.more, run?.sums?.ours.refunded]).toEqual([DISCREPANCIES_MAX, OVER, DISCREPANCIES_MAX + OVER]);
  expect(await listAllOfDay(pool, DAY)).toHaveLength(DISCREPANCIES_MAX);
});
