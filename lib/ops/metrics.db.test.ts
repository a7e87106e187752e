import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { createMemoryGateway, createMemoryGateways } from "#lib/gateways/memory.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { keepFigures } from "#lib/storage/operations/process-figures.ts";
import { paidLate } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { type MetricFamily, promtool, readMetrics } from "#lib/testing/prometheus-text.ts";
import { measureGateways } from "./measure-gateways.ts";
import { measurePayments } from "./measure-payments.ts";
import { createMetrics, type Metrics } from "./metrics.ts";

let fixture: PaymentFixture;
let pool: PaymentFixture["database"]["pool"];
beforeAll(async () => {
  fixture = await paymentFixture();
  pool = fixture.database.pool;
});
afterAll(() => fixture.close());

const NOW = new Date("2026-07-01T00:00:10Z");
const clock = { now: () => NOW };

/** The value of the one series that has these labels among its own; undefined where there is none. */
function sampleOf(families: Map<string, MetricFamily>, name: string, labels: Readonly<Record<string, string>> = {}) {
  const family = [...families.values()].find(
    (each) => name.startsWith(each.name) && each.samples.some((s) => s.name === name),
  );
  const found = (family?.samples ?? []).filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  expect(found.length, `${name} ${JSON.stringify(labels)}`).toBeLessThanOrEqual(1);
  return found[0]?.value;
}
const read = async (metrics: Metrics) => readMetrics(await metrics.render());

test("calls to WeChat and its notices are counted by what came of them, and passed on unchanged", async () => {
  const metrics = createMetrics();
  const memory = createMemoryGateway({ clock: { now: () => new Date("2026-07-01T00:00:00Z") } });
  const plain = createMemoryGateways([memory]);
  const gateways = measureGateways(plain, { metrics, clock });
  const gateway = await gateways.of(memory.accountId);
  expect(await gateways.active()).toBe(gateway);
  const trade = {
    number: "LF0001",
    channel: "native" as const,
    amountFen: fen(100),
    description: "x",
    expiresAt: NOW,
    openid: null,
    payerIp: null,
  };
  expect(await gateway.openTrade(trade)).toMatchObject({ kind: "done" });
  memory.failNext("findTrade", { kind: "unknown", workDone: false });
  expect((await gateway.findTrade("LF0001")).kind).toBe("unknown");
  const notice = plain.noticeOfPayment(memory.pay("LF0001"));
  expect((await gateways.readNotification(notice)).kind).toBe("payment");
  await gateways.readNotification({ headers: new Headers(), body: new Uint8Array() });

  const told = await read(metrics);
  const calls = "lingfu_gateway_call_seconds_count";
  expect(sampleOf(told, calls, { operation: "open_trade", outcome: "done" })).toBe(1);
  expect(sampleOf(told, calls, { operation: "find_trade", outcome: "unknown" })).toBe(1);
  expect(sampleOf(told, "lingfu_notices_total", { kind: "payment" })).toBe(1);
  expect(sampleOf(told, "lingfu_notice_rejections_total", { reason: "bad_signature" })).toBe(1);
  expect(sampleOf(told, "lingfu_notice_delay_seconds_sum")).toBe(10);
});

test("payments are counted by what they are to their order and who told of them, once each, and not when rolled back", async () => {
  const metrics = createMetrics();
  const deps = { ...fixture.deps, store: measurePayments(fixture.deps.store, metrics) };
  const payments = new PaymentProcessor(deps);
  const told = await fixture.order();
  const notice = fixture.gateways.noticeOfPayment(fixture.wechat.pay(await fixture.open(told.id)));
  await payments.receiveNotification(notice);
  await payments.receiveNotification(notice);
  const found = await fixture.order();
  fixture.wechat.pay(await fixture.open(found.id));
  await payments.syncOrder(found.id);
  // Its order is closed first.
  const { orderId, transactionId } = await paidLate({ ...fixture, deps, payments });
  const refund = await payments.refundExtraPayment({ orderId, transactionId });
  const ended = fixture.wechat.refunds.settle(refund.outRefundNo, "succeeded");
  for (let time = 1; time <= 2; time++) await payments.receiveNotification(fixture.gateways.noticeOfRefund(ended));
  const closed = await fixture.order();
  await payments.closeOrder(closed.id);
  await expect(
    deps.store.transaction(async (tx) => {
      const open = await fixture.order();
      await tx.closeOrder(open.id, fixture.clock.now());
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");

  const families = await read(metrics);
  const booked = "lingfu_payments_total";
  expect(sampleOf(families, booked, { verdict: "settles", reported_by: "notice" })).toBe(1);
  expect(sampleOf(families, booked, { verdict: "settles", reported_by: "query" })).toBe(1);
  expect(sampleOf(families, booked, { verdict: "late", reported_by: "notice" })).toBe(1);
  expect(sampleOf(families, "lingfu_refunds_total", { status: "succeeded" })).toBe(1);
  expect(sampleOf(families, "lingfu_orders_closed_total")).toBe(2);
});

test("what waits in the database is shown, and that the database is away", async () => {
  const metrics = createMetrics({ process: "web:here:1", pool, hub: { watching: 3, connected: true } });
  await pool.query("insert into alerts (kind, cause, created_at) values ('no_payments', 'x', now())");
  await pool.query(
    `insert into upkeep_runs (kind, status, requested_by, requested_at, started_at, ended_at, file)
     values ('drill', 'done', 'x', now(), now(), '2026-07-01T00:00:00Z', 'a.dump')`,
  );
  const families = await read(metrics);
  expect(sampleOf(families, "lingfu_alerts_open", { kind: "no_payments" })).toBe(1);
  expect(sampleOf(families, "lingfu_last_restore_drill_timestamp_seconds")).toBe(1_782_864_000);
  // No log is kept, so that nothing can be behind.
  expect(families.get("lingfu_backup_log_lag_seconds")?.samples).toEqual([]);
  // Not 1970: no backup was made.
  expect(families.get("lingfu_last_backup_timestamp_seconds")?.samples).toEqual([]);
  for (const of of ["attempt", "refund", "hint", "webhook", "push", "print"])
    expect(sampleOf(families, "lingfu_oldest_unfinished_seconds", { of })).toBeGreaterThanOrEqual(0);
  for (const name of ["sweep_lag_seconds", "unknown_answers_open", "webhooks_pending", "pushes_pending", "workers"])
    expect(sampleOf(families, `lingfu_${name}`)).toBeGreaterThanOrEqual(0);
  expect(sampleOf(families, "lingfu_streams_open", { process: "web:here:1" })).toBe(3);
  expect(sampleOf(families, "lingfu_database_connections", { state: "used" })).toBeGreaterThanOrEqual(0);
  expect(sampleOf(families, "lingfu_database_up")).toBe(1);
  await pool.query("delete from alerts");
  expect((await read(metrics)).get("lingfu_alerts_open")?.samples).toEqual([]);

  const away = openDatabase({ url: "postgresql://nobody@127.0.0.1:1/none" });
  const apart = createMetrics({ process: "web:there:1", pool: away.pool });
  apart.observeDelivery("given_up");
  const alone = await read(apart);
  expect(sampleOf(alone, "lingfu_database_up")).toBe(0);
  expect(sampleOf(alone, "lingfu_webhook_tries_total", { process: "web:there:1" })).toBe(1);
  await away.close();
});

test("what would be lost now is what the kept log is behind, and is not shown where none is kept yet", async () => {
  const metrics = createMetrics({ process: "web:here:1", pool });
  const lag = async () => sampleOf(await read(metrics), "lingfu_backup_log_lag_seconds");
  const keep = (keptUpTo: string) =>
    pool.query(`insert into backup_log (id, kept_up_to, problem, checked_at) values (1, ${keptUpTo}, 'no_base', now())
                on conflict (id) do update set kept_up_to = excluded.kept_up_to`);
  await keep("null");
  expect(await lag()).toBeUndefined();
  await keep("now() - interval '90 seconds'");
  expect(await lag()).toBeGreaterThanOrEqual(90);
  expect(await lag()).toBeLessThan(3_600);
  // The clock of another machine is a little ahead.
  await keep("now() + interval '1 hour'");
  expect(await lag()).toBe(0);
  await pool.query("delete from backup_log");
  expect(await lag()).toBeUndefined();
});

test("whichever process answers, each process's count is shown once and never less than before", async () => {
  const [one, other, worker] = ["web:here:1", "web:here:2", "worker:here:3"].map((process) =>
    createMetrics({ process, pool }),
  ) as [Metrics, Metrics, Metrics];
  worker.observeDelivery("delivered");
  await worker.leaveFigures();
  await other.leaveFigures();
  const seen: Record<string, number> = {};
  for (const asked of [one, other, other, one, one, other]) {
    one.observeDelivery("delivered");
    other.observeDelivery("delivered");
    const { samples } = readMetrics(await asked.render()).get("lingfu_webhook_tries_total") ?? { samples: [] };
    for (const { labels, value } of samples) {
      const { process = "" } = labels;
      expect(value).toBeGreaterThanOrEqual(seen[process] ?? 0);
      seen[process] = value;
    }
  }
  expect(seen).toEqual({ "web:here:1": 5, "web:here:2": 6, "worker:here:3": 1 });
  await worker.withdrawFigures();
  expect(await one.render()).not.toContain("worker:here:3");
});

test("a worker is shown as long as it is heard of", async () => {
  const process = "worker:host:2";
  const figures = "# HELP lingfu_x_total x\n# TYPE lingfu_x_total counter\nlingfu_x_total 1\n";
  await keepFigures(pool, { process, figures });
  expect(await createMetrics({ pool }).render()).toContain('lingfu_x_total{process="worker:host:2"} 1');
  await pool.query("update process_figures set taken_at = now() - interval '61 s' where process = $1", [process]);
  expect(await createMetrics({ pool }).render()).not.toContain("worker:host:2");
});

test("promtool, where it is installed, finds nothing to blame in a text with a sample of everything", async () => {
  const metrics = createMetrics({ process: "web:here:1", pool, hub: { watching: 3, connected: true } });
  metrics.observeCall({ method: "GET", route: "/api/v1/orders", status: 200, seconds: 0.004 });
  metrics.observeGatewayCall({ operation: "find_trade", outcome: "done", seconds: 0.2 });
  metrics.observeNotice("payment", 2);
  metrics.observeRejection("bad_signature");
  metrics.observePayment({ verdict: "settles", reportedBy: "notice" });
  metrics.observeClosedOrder();
  metrics.observeRefund("succeeded");
  metrics.observeDelivery("delivered");
  metrics.observeSignature({ serial: "5157F09EFDC096DE15EBE81A47057A72", kind: "certificate", via: "notice" });
  const text = await metrics.render();
  expect(readMetrics(text).size).toBeGreaterThan(30);
  expect(promtool(["check", "metrics"], text) ?? { code: 0, said: "" }).toEqual({ code: 0, said: "" });
});
