import { afterAll, beforeAll, expect, test } from "vitest";
import { refused } from "#lib/base/outcome.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { reconciliationStore } from "#lib/storage/reconciliation/reconciliation-store.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createReconciliation, type Reconciliation } from "./run-reconciliation.ts";

// Goal: a missing bill raises one alert once its window is over; the alert closes when the bill comes.

let fixture: PaymentFixture;
let reconciliation: Reconciliation;
const DAY = "2026-07-01";
const ready = new Date("2026-07-02T10:00:00+08:00");
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.database.pool.query("update gateway_accounts set created_at = '2026-07-01T00:00:00+08:00'");
  const { gateways, clock } = fixture;
  const store = reconciliationStore(fixture.database.pool);
  reconciliation = createReconciliation({ store, gateways, clock, log: { info() {}, warn() {}, error() {} } });
});
afterAll(() => fixture.close());

const alerts = async (onlyOpen: boolean) =>
  (await listAlerts(fixture.database.pool, { onlyOpen, limit: 50 })).map(({ kind, detail }) => [kind, detail.day]);
const runAt = async (hours: number) => {
  fixture.clock.advance(ready.getTime() + hours * HOUR_MS - fixture.clock.now().getTime());
  await reconciliation.runDue();
};

test("late: one alert; there: the alert is closed", async () => {
  fixture.wechat.bills.set(`trades ${DAY}`, refused("not_ready"));
  await runAt(7.9);
  expect(await alerts(true)).toEqual([]);
  await runAt(8);
  await runAt(9);
  expect(await alerts(true)).toEqual([["bill_missing", DAY]]);
  expect((await listRuns(fixture.database.pool, { limit: 1 }))[0]).toMatchObject({ status: "failed", sums: null });
  fixture.wechat.bills.delete(`trades ${DAY}`);
  await runAt(10);
  expect(await alerts(true)).toEqual([]);
  expect(await alerts(false)).toEqual([["bill_missing", DAY]]);
  expect((await listRuns(fixture.database.pool, { limit: 1 }))[0]).toMatchObject({ status: "done", hasBill: false });
});

test("a day that is no longer awaited raises no alert", async () => {
  fixture.wechat.bills.set("trades 2026-03-01", refused("not_available"));
  await expect(reconciliation.run("2026-03-01")).rejects.toMatchObject({ code: "conflict" });
  expect(await alerts(true)).toEqual([]);
});
