import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ORDER_CHANNEL } from "#lib/storage/changed-orders.ts";
import { listen } from "#lib/storage/listen.ts";
import { findOrder, readOrderVersions } from "#lib/storage/orders/read-orders.ts";
import { startChild } from "#lib/testing/child-process.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createHub } from "./hub.ts";

// Goal: a payment whose process was killed between its commit and telling of it is seen by those who watch its order.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const log = { info() {}, warn() {} };
const WAIT = { timeout: 20_000, interval: 20 };

test("killed after the commit, before a word of it: the watcher looks again all the same", async () => {
  const told: string[] = [];
  const ear = await listen({ url: database.url, channel: ORDER_CHANNEL, onNotice: (payload) => told.push(payload) });
  const hub = createHub({
    databaseUrl: database.url,
    readVersions: (ids) => readOrderVersions(database.pool, ids),
    log,
  });
  await vi.waitUntil(() => hub.connected, WAIT);
  const dying = startChild(["lib/testing/dying-process.ts", database.url]);
  const [{ orderId }] = (await once(dying, "message")) as [{ orderId: string }];
  const version = (await readOrderVersions(database.pool, [orderId])).get(orderId) ?? 0;
  const changed = vi.fn();
  hub.watch(orderId, changed, version);
  const before = told.length;
  dying.send({ go: true });
  expect(await once(dying, "exit")).toEqual([null, "SIGKILL"]);
  expect((await findOrder(database.pool, orderId))?.order.status).toBe("paid");
  await vi.waitUntil(() => changed.mock.calls.length > 0, WAIT);
  expect(told.slice(before), "nobody told it").toEqual([]);
  await hub.close();
  await ear.close();
});
