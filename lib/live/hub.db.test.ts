import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createHub, type Hub, ORDER_CHANNEL } from "./hub.ts";

// Goal: a change that was committed reaches its watchers and nobody else, also when the connection broke in between.

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const log = { info() {}, warn() {} };
const say = (orderId: string) => pool.query("select pg_notify($1, $2)", [ORDER_CHANNEL, orderId]);
const WAIT = { timeout: 15_000, interval: 10 };

async function openHub(): Promise<Hub> {
  const hub = createHub({ databaseUrl: database.url, log });
  await vi.waitUntil(() => hub.connected, WAIT);
  return hub;
}

/** Notices keep their order, so once this one has come, all that were said before have come too. */
async function saySomethingLast(hub: Hub): Promise<void> {
  let heard = false;
  const stop = hub.watch("ord_last", () => {
    heard = true;
  });
  await say("ord_last");
  await vi.waitUntil(() => heard, WAIT);
  stop();
}

test("tells the watchers of this order, each of them, until they stop", async () => {
  const hub = await openHub();
  const [one, two, other] = [vi.fn(), vi.fn(), vi.fn()];
  hub.watch("ord_1", one);
  const stop = hub.watch("ord_1", two);
  hub.watch("ord_2", other);
  await say("ord_1");
  await saySomethingLast(hub);
  expect([one, two, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
  stop();
  stop();
  await say("ord_1");
  await saySomethingLast(hub);
  expect([one, two, other].map(({ mock }) => mock.calls.length)).toEqual([2, 1, 0]);
  expect(hub.watching).toBe(2);
  await hub.close();
});

test("the same function may watch twice", async () => {
  const hub = await openHub();
  const both = vi.fn();
  const stop = hub.watch("ord_1", both);
  hub.watch("ord_1", both);
  stop();
  await say("ord_1");
  await saySomethingLast(hub);
  expect(both).toHaveBeenCalledTimes(1);
  await hub.close();
});

test("what is rolled back is never told", async () => {
  const hub = await openHub();
  const watcher = vi.fn();
  hub.watch("ord_1", watcher);
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select pg_notify($1, 'ord_1')", [ORDER_CHANNEL]);
  await client.query("rollback");
  client.release();
  await saySomethingLast(hub);
  expect(watcher).not.toHaveBeenCalled();
  await hub.close();
});

test("after a broken connection everybody is told to read again, and then hears as before", async () => {
  const hub = await openHub();
  const watchers = Array.from({ length: 250 }, () => vi.fn());
  for (const [index, watcher] of watchers.entries()) hub.watch(`ord_${index}`, watcher);
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lingfu listen' and datname = current_database()",
  );
  await vi.waitUntil(() => watchers.every(({ mock }) => mock.calls.length >= 1), WAIT);
  const before = watchers[7]?.mock.calls.length ?? 0;
  await say("ord_7");
  await vi.waitUntil(() => (watchers[7]?.mock.calls.length ?? 0) > before, WAIT);
  await hub.close();
});

test("closes at once while Postgres cannot be reached, and leaves no connection behind", async () => {
  const warn = vi.fn();
  const hub = createHub({ databaseUrl: "postgresql://nobody@127.0.0.1:1/none", log: { info() {}, warn } });
  await vi.waitUntil(() => warn.mock.calls.length > 0, WAIT);
  expect(hub.connected).toBe(false);
  await hub.close();
  const left = await pool.query(
    "select from pg_stat_activity where application_name = 'lingfu listen' and datname = current_database()",
  );
  expect(left.rowCount).toBe(0);
});
