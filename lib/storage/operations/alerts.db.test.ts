import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { acknowledgeAlert, closesItself, type ListedAlert, listAlerts, raiseAlert, reopenAlert } from "./alerts.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ poolSize: 2 });
});
afterAll(() => database.close());

const now = new Date("2026-07-01T02:00:00Z");

async function raised(kind: ListedAlert["kind"]) {
  await raiseAlert(database.pool, { kind, cause: kind, orderId: null, detail: {}, at: now });
  const alert = (await listAlerts(database.pool, { limit: 10 })).find((one) => one.kind === kind);
  if (alert === undefined) throw new Error("not raised");
  return alert;
}
const isOpen = async (id: string) =>
  (await listAlerts(database.pool, { onlyOpen: true, limit: 10 })).some((alert) => alert.id === id);

test("an alert is acknowledged once, and that can be taken back once", async () => {
  const { id } = await raised("refund_abnormal");
  expect(await reopenAlert(database.pool, id)).toBe(false);
  expect(await acknowledgeAlert(database.pool, id, now)).toBe(true);
  expect(await acknowledgeAlert(database.pool, id, now)).toBe(false);
  expect(await isOpen(id)).toBe(false);
  expect(await reopenAlert(database.pool, id)).toBe(true);
  expect(await isOpen(id)).toBe(true);
});

test.each(["bill_differences", "bill_missing", "health_disk", "channel_failing"] as const)(
  "%s closes itself, and cannot be closed by hand",
  async (kind) => {
    const alert = await raised(kind);
    expect(closesItself(alert)).toBe(true);
    expect(await acknowledgeAlert(database.pool, alert.id, now)).toBe(false);
    expect(await isOpen(alert.id)).toBe(true);
    await database.pool.query("update alerts set acknowledged_at = now() where id = $1", [alert.id]);
    expect(await reopenAlert(database.pool, alert.id)).toBe(false);
  },
);
