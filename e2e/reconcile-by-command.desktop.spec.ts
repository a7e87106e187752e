import { execFile } from "node:child_process";
import { expect, test } from "@playwright/test";
import { beijingDay } from "../lib/base/beijing-time.ts";
import { createOrder, readOrder, refundOrder } from "./support/pages/merchant.ts";
import { payInSandbox, setFaults } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

interface Reconciled {
  readonly trades: number;
  readonly refunds: number;
  readonly discrepancies: readonly { readonly outTradeNo?: string }[];
}

/** Ends with 1 where anything differs; other tests sell at the same time. */
const reconcile = (day: string): Promise<Reconciled> =>
  new Promise((resolve, reject) => {
    const command = ["lib/bin/run.mjs", "lib/bin/cli.ts", "reconcile", "--date", day, "--json"];
    execFile(process.execPath, command, { env: product.environment }, (failure, out) => {
      if (failure !== null && failure.code !== 1) reject(failure);
      else resolve(JSON.parse(out));
    });
  });

test("by the merchant API and the command line: paid, refunded twice, reconciled", async ({ request }) => {
  // WeChat wants a minute between two refunds of one order.
  test.setTimeout(240_000);
  const order = await createOrder();
  const opened = await request.post(`/api/orders/${order.id}/pay`, { data: { channel: "native" } });
  expect(opened.status()).toBe(200);
  await payInSandbox({ outTradeNo: order.outTradeNo });
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  await refundOrder(order.id, { amount: 800 });
  await refundOrder(order.id, { amount: 450, reason: "少了一份" });
  await expect
    .poll(async () => (await readOrder(order.id)).amountRefunded, { timeout: 120_000, intervals: [2_000] })
    .toBe(1250);
  await setFaults({ bill: { alwaysReady: true } });
  const report = await reconcile(beijingDay(new Date()));
  expect(report.trades).toBeGreaterThan(0);
  expect(report.refunds).toBeGreaterThan(1);
  expect(report.discrepancies.filter(({ outTradeNo }) => outTradeNo === order.outTradeNo)).toEqual([]);
});
