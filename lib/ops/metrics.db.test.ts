import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { createMemoryGateway, createMemoryGateways } from "#lib/gateways/memory.ts";
import { dropFigures, keepFigures } from "#lib/storage/operations/process-figures.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { measureGateways } from "./measure-gateways.ts";
import { createMetrics } from "./metrics.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const NOW = new Date("2026-07-01T00:00:10Z");
const clock = { now: () => NOW };

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

  const text = await metrics.render();
  expect(text).toContain('lingfu_gateway_call_seconds_count{operation="open_trade",outcome="done"} 1');
  expect(text).toContain('lingfu_gateway_call_seconds_count{operation="find_trade",outcome="unknown"} 1');
  expect(text).toContain('lingfu_notices_total{outcome="payment"} 1');
  expect(text).toContain('lingfu_notices_total{outcome="bad_signature"} 1');
  expect(text).toContain("lingfu_notice_delay_seconds_sum 10");
});

test("shows what waits in the database, and that it is away", async () => {
  const metrics = createMetrics({ pool: database.pool, hub: { watching: 3, connected: true } });
  await database.pool.query("insert into alerts (kind, cause, created_at) values ('x', 'x', now())");
  const text = await metrics.render();
  expect(text).toContain("lingfu_alerts_open 1");
  expect(text).toContain("lingfu_sweep_lag_seconds 0");
  expect(text).toContain("lingfu_streams_open 3");
  expect(text).toContain("lingfu_database_up 1");
  const away = new pg.Pool({ connectionString: "postgresql://nobody@127.0.0.1:1/none" });
  expect(await createMetrics({ pool: away }).render()).toContain("lingfu_database_up 0");
  await away.end();
});

test("shows what a worker has left of its figures, as long as the worker is heard of", async () => {
  const worker = createMetrics();
  worker.observeDelivery("given_up");
  await keepFigures(database.pool, { process: "worker:host:1", figures: await worker.ownFigures() });
  await keepFigures(database.pool, { process: "worker:host:2", figures: await worker.ownFigures() });
  await database.pool.query(
    "update process_figures set taken_at = now() - interval '61 s' where process = 'worker:host:2'",
  );
  const text = await createMetrics({ pool: database.pool }).render();
  expect(text).toContain('lingfu_webhook_tries_total{process="worker:host:1",outcome="given_up"} 1');
  expect(text).not.toContain("worker:host:2");
  await dropFigures(database.pool, "worker:host:1");
  expect(await createMetrics({ pool: database.pool }).render()).not.toContain("worker:host:1");
});
