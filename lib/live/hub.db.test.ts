import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EVERYTHING, ORDER_CHANNEL } from "#lib/storage/changed-orders.ts";
import { type TcpProxy, tcpProxy } from "#lib/testing/tcp-proxy.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createHub, EVERY_ORDER, type Hub } from "./hub.ts";

// Goal: a change that was committed reaches its watchers and no others, also after a broken connection.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const log = { info() {}, warn() {} };
const say = (orderId: string) => database.pool.query("select pg_notify($1, $2)", [ORDER_CHANNEL, orderId]);
const noVersions = async () => new Map<string, number>();
const WAIT = { timeout: 15_000, interval: 10 };

async function openHub(): Promise<Hub> {
  const hub = createHub({ databaseUrl: database.url, readVersions: noVersions, log });
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

test("one notification names many orders, or says that any may have changed", async () => {
  const hub = await openHub();
  const [one, two, other, any] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  hub.watch("ord_1", one);
  hub.watch("ord_2", two);
  hub.watch("ord_3", other);
  hub.watch(EVERY_ORDER, any);
  await say("ord_1,ord_2");
  await saySomethingLast(hub);
  expect([one, two, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
  expect(any).toHaveBeenCalled();
  await say(EVERYTHING);
  await vi.waitUntil(() => other.mock.calls.length === 1, WAIT);
  await hub.close();
});

test("a change that nobody told is found by the order's version, and once", async () => {
  const versions = new Map([
    ["ord_1", 3],
    ["ord_2", 1],
  ]);
  const asked: (readonly string[])[] = [];
  const hub = createHub({
    databaseUrl: database.url,
    async readVersions(orderIds) {
      asked.push(orderIds);
      return versions;
    },
    log,
  });
  await vi.waitUntil(() => hub.connected, WAIT);
  const [known, old, any] = [vi.fn(), vi.fn(), vi.fn()];
  hub.watch("ord_1", known, 3);
  const stop = hub.watch("ord_2", old, 0);
  hub.watch(EVERY_ORDER, any);
  hub.watch("screen:1", vi.fn());
  await vi.waitUntil(() => old.mock.calls.length === 1, WAIT);
  versions.set("ord_1", 4);
  await vi.waitUntil(() => known.mock.calls.length === 1, WAIT);
  stop();
  const before = asked.length;
  await vi.waitUntil(() => asked.length > before + 1, WAIT);
  expect([known, old, any].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 2]);
  expect(asked[0]).toEqual(["ord_1", "ord_2"]);
  expect(asked.at(-1)).toEqual(["ord_1"]);
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

test("a rolled-back change is never notified", async () => {
  const hub = await openHub();
  const watcher = vi.fn();
  hub.watch("ord_1", watcher);
  const client = await database.pool.connect();
  await client.query("begin");
  await client.query("select pg_notify($1, 'ord_1')", [ORDER_CHANNEL]);
  await client.query("rollback");
  client.release();
  await saySomethingLast(hub);
  expect(watcher).not.toHaveBeenCalled();
  await hub.close();
});

test("after a broken connection every watcher is notified once, and then of changes as before", async () => {
  const hub = await openHub();
  const watchers = Array.from({ length: 250 }, () => vi.fn());
  for (const [index, watcher] of watchers.entries()) hub.watch(`ord_${index}`, watcher);
  await database.pool.query(
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
  const hub = createHub({
    databaseUrl: "postgresql://nobody@127.0.0.1:1/none",
    readVersions: () => Promise.reject(new Error("away")),
    log: { info() {}, warn },
  });
  await vi.waitUntil(() => warn.mock.calls.length > 0, WAIT);
  expect(hub.connected).toBe(false);
  await hub.close();
  const left = await database.pool.query(
    "select from pg_stat_activity where application_name = 'lingfu listen' and datname = current_database()",
  );
  expect(left.rowCount).toBe(0);
});

/** Our connections at the server itself. */
const listeners = async () =>
  (
    await database.pool.query(
      "select from pg_stat_activity where application_name = 'lingfu listen' and datname = current_database()",
    )
  ).rowCount;

async function behindProxy(work: (proxy: TcpProxy, hub: Hub) => Promise<void>, mode: TcpProxy["mode"] = "pass") {
  const proxy = await tcpProxy(database.url);
  proxy.mode = mode;
  const hub = createHub({ databaseUrl: proxy.url, readVersions: noVersions, log });
  try {
    await work(proxy, hub);
  } finally {
    await hub.close();
    await proxy.close();
  }
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a server that takes every connection and hangs up is backed away from, one try after the other", async () => {
  await behindProxy(async (proxy, hub) => {
    await vi.waitUntil(() => proxy.taken > 0, WAIT);
    await rest(3_000);
    // 200 ms, doubled each time, halved at best by chance: at most six tries fit into three seconds.
    expect(proxy.taken).toBeLessThanOrEqual(7);
    expect(hub.connected).toBe(false);
    const watcher = vi.fn();
    hub.watch("ord_1", watcher);
    proxy.mode = "pass";
    await vi.waitUntil(() => watcher.mock.calls.length > 0, WAIT);
    await say("ord_1");
    await vi.waitUntil(() => watcher.mock.calls.length > 1, WAIT);
    expect([proxy.open, await listeners()]).toEqual([1, 1]);
  }, "hang_up");
});

test("a server that was away is found again by one connection, and every watcher is notified", async () => {
  await behindProxy(async (proxy, hub) => {
    await vi.waitUntil(() => hub.connected, WAIT);
    const watchers = [vi.fn(), vi.fn()];
    for (const [index, watcher] of watchers.entries()) hub.watch(`ord_${index}`, watcher);
    await proxy.goAway();
    await rest(2_500);
    expect(hub.connected).toBe(false);
    await proxy.comeBack();
    const before = watchers.map(({ mock }) => mock.calls.length);
    await vi.waitUntil(() => watchers.every(({ mock }, index) => mock.calls.length > (before[index] ?? 0)), WAIT);
    await rest(1_000);
    expect([proxy.open, await listeners(), proxy.taken]).toEqual([1, 1, 2]);
  });
});

test("a connection that is cut again and again is opened again once each time", async () => {
  await behindProxy(async (proxy, hub) => {
    for (let cuts = 0; cuts < 4; cuts++) {
      await vi.waitUntil(() => hub.connected, WAIT);
      const before = proxy.taken;
      proxy.cut();
      // The next one begins when the last is over, so from here on `connected` speaks of the next.
      await vi.waitUntil(() => proxy.taken > before, WAIT);
    }
    await vi.waitUntil(() => hub.connected, WAIT);
    await rest(500);
    expect([proxy.open, proxy.taken]).toEqual([1, 5]);
  });
});
