import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startJobs } from "#lib/jobs/index.ts";
import { createHub, type Hub } from "#lib/live/hub.ts";
import { requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { type TransactionPooler, transactionPooler } from "#lib/testing/transaction-pooler.ts";
import { type Database, openDatabase } from "./client.ts";
import { checkConnections } from "./connection-checks.ts";
import { readOrderVersions } from "./orders/read-orders.ts";
import { inTransaction, viaPrisma } from "./transaction.ts";

// Goal: through a connection pooler in transaction mode all works but listening, and what cannot work is named.
// Method: a pooler of the tests' own that is as strict as PgBouncer 1.18; `npm run cluster` does the same with the real one.

let direct: TestDatabase;
let pooler: TransactionPooler;
let byStatement: TransactionPooler;
let pooled: Database;
let fixture: PaymentFixture;
let hub: Hub;
const log = { info() {}, warn() {}, error() {} };
const WAIT = { timeout: 15_000, interval: 20 };

beforeAll(async () => {
  direct = await testDatabase();
  pooler = await transactionPooler(direct.url);
  byStatement = await transactionPooler(direct.url, { mode: "statement" });
  pooled = openDatabase({ url: pooler.url, pooled: true, prepared: false });
  fixture = await paymentFixture(pooled);
  hub = createHub({ databaseUrl: direct.url, readVersions: (ids) => readOrderVersions(pooled.pool, ids), log });
  await vi.waitUntil(() => hub.connected, WAIT);
});
afterAll(async () => {
  await hub.close();
  await pooled.close();
  await pooler.close();
  await byStatement.close();
  await direct.close();
});

/** Sees what becomes of one order while `work` is done. */
async function changesOf(orderId: string, work: () => Promise<unknown>): Promise<void> {
  const changed = vi.fn();
  const end = hub.watch(orderId, changed, (await fixture.payments.status(orderId))?.version ?? 0);
  await work();
  await vi.waitUntil(() => changed.mock.calls.length > 0, WAIT);
  end();
}

async function refund(orderId: string, amount: number): Promise<void> {
  const { outRefundNo } = await requestRefund(fixture, orderId, { amount });
  const settled = fixture.wechat.refunds.settle(outRefundNo, "succeeded");
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(settled));
}

test("ten shoppers at once: order, paid, refunded, each change told", async () => {
  const serve = async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    await changesOf(order.id, () => fixture.payAndNotify(number));
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid" });
    return order.id;
  };
  // `open` reads the number of the call that came last, so the trades are opened one after the other.
  const orders = [];
  for (let count = 0; count < 10; count++) orders.push(await serve());
  await Promise.all(orders.map((orderId) => changesOf(orderId, () => refund(orderId, 100))));
  for (const orderId of orders) {
    expect(await fixture.payments.order(orderId)).toMatchObject({ status: "partially_refunded", amountRefunded: 100 });
  }
});

test("the pooler restarts: what is under way fails or is done, and all goes on", async () => {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const notice = fixture.gateways.noticeOfPayment(fixture.wechat.pay(number));
  const first = fixture.payments.receiveNotification(notice).then(
    () => "done",
    (cause: { code?: string }) => cause.code,
  );
  await pooler.restart();
  expect(["done", "unavailable"]).toContain(await first);
  // WeChat sends a notice again that was not answered.
  await vi.waitUntil(
    () =>
      fixture.payments.receiveNotification(notice).then(
        () => true,
        () => false,
      ),
    WAIT,
  );
  await changesOf(order.id, () => refund(order.id, 100));
  expect(await fixture.payments.order(order.id)).toMatchObject({ status: "partially_refunded", amountPaid: 1800 });
  const booked = await fixture.rows("select from journal_entries where order_id = $1 and cause like 'payment:%'", [
    order.id,
  ]);
  expect(booked).toHaveLength(1);
});

test("Prisma and the job queue go through it, and no session keeps anything", async () => {
  const done = vi.fn();
  const jobs = startJobs({ pool: pooled.pool, tasks: { probe: async () => done() }, schedule: [], log });
  await pooled.pool.query("select graphile_worker.add_job('probe')");
  await vi.waitUntil(() => done.mock.calls.length > 0, WAIT);
  const asks = Array.from({ length: 12 }, () => viaPrisma(pooled.pool, (prisma) => prisma.merchant.count()));
  expect(new Set(await Promise.all(asks)).size).toBe(1);
  await jobs.stop();
  const kept = await pooler.inEachSession<Record<string, string>>(
    `select (select count(*) from pg_listening_channels()) as listens, (select count(*) from pg_prepared_statements) as prepared,
            (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
            (select count(*) from pg_class where relpersistence = 't' and pg_table_is_visible(oid)) as temporary,
            current_setting('statement_timeout') as limit`,
  );
  expect(kept.length).toBeGreaterThan(0);
  const nothing = { listens: "0", prepared: "0", locks: "0", temporary: "0", limit: "0" };
  expect(kept).toEqual(kept.map(() => nothing));
});

test("a transaction has its limit, though no session does", async () => {
  const limit = await inTransaction(pooled.pool, async (client) => {
    return (await client.query("select current_setting('statement_timeout') as limit")).rows[0]?.limit;
  });
  expect(limit).toBe("15s");
});

test.each([
  ["no pooler at all", { own: false, listen: "direct" }, { fault: null, pooled: false, limited: true }],
  ["as it has to be", { own: true, prepared: false, listen: "direct" }, { fault: null, pooled: true, limited: false }],
  ["listening through it", { own: true, prepared: false, listen: "pooler" }, { fault: "notifications" }],
  ["prepared statements through it", { own: true, prepared: true, listen: "direct" }, { fault: "prepared" }],
  ["not said to be a pooler", { own: true, pooled: false, listen: "direct" }, { fault: "parameters" }],
] as const)("%s", async (_, { own, listen, ...address }, report) => {
  const url = own ? pooler.url : direct.url;
  const said = await checkConnections({ pooled: own, ...address, url }, listen === "direct" ? direct.url : pooler.url);
  expect(said).toMatchObject(report);
});

test("a pooler that gives each statement a session of its own", async () => {
  const address = { url: byStatement.url, pooled: true, prepared: false };
  expect(await checkConnections(address, direct.url)).toMatchObject({ fault: "transactions", pooled: true });
});
