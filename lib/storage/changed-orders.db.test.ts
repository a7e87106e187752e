import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { changeTellerOf, createTeller, EVERYTHING, ORDER_CHANNEL } from "./changed-orders.ts";
import { openDatabase } from "./client.ts";
import { inPrismaTransaction, inTransaction, run, statement } from "./transaction.ts";

// Goal: what was committed is told, many changes at once, and nothing that was rolled back is.

let database: TestDatabase;
let listener: pg.Client;
const heard: string[] = [];
beforeAll(async () => {
  database = await testDatabase();
  listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  await listener.query(`listen ${ORDER_CHANNEL}`);
  listener.on("notification", ({ payload }) => heard.push(payload ?? ""));
});
afterAll(async () => {
  await listener.end();
  await database.close();
});

const WAIT = { timeout: 15_000, interval: 10 };
const CHANGE = statement("test_change")`select topic as changed_topic from unnest($1::text[]) as topic`;

/** What is told up to now; notifications keep their order. */
async function allHeard(): Promise<string[]> {
  const mark = `mark_${Math.random()}`;
  await changeTellerOf(database.pool).flush();
  await database.pool.query("select pg_notify($1, $2)", [ORDER_CHANNEL, mark]);
  await vi.waitUntil(() => heard.includes(mark), WAIT);
  return heard.splice(0).filter((payload) => !payload.startsWith("mark_"));
}

test("what a statement says it changed is told, after the commit of its transaction and not before", async () => {
  await run(database.pool, CHANGE, [["ord_alone"]]);
  expect(await allHeard()).toEqual(["ord_alone"]);
  await inTransaction(database.pool, async (client) => {
    await run(client, CHANGE, [["ord_1", null, "ord_2"]]);
    await run(client, CHANGE, [["ord_1"]]);
    expect(await allHeard()).toEqual([]);
  });
  expect(await allHeard()).toEqual(["ord_1,ord_2"]);
  await inPrismaTransaction(database.pool, async ({ client, prisma }) => {
    await prisma.order.count();
    await run(client, CHANGE, [["ord_3"]]);
    expect(await allHeard()).toEqual([]);
  });
  expect(await allHeard()).toEqual(["ord_3"]);
});

test("what was rolled back is never told, also not with a later transaction on the same connection", async () => {
  const one = openDatabase({ url: database.url, poolSize: 1 });
  for (const begin of [
    inTransaction<void>,
    (pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>) =>
      inPrismaTransaction(pool, ({ client }) => work(client)),
  ]) {
    const failed = begin(one.pool, async (client) => {
      await run(client, CHANGE, [["ord_lost"]]);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await begin(one.pool, async (client) => {
      await run(client, CHANGE, [["ord_kept"]]);
    });
    await changeTellerOf(one.pool).flush();
    expect(await allHeard()).toEqual(["ord_kept"]);
  }
  await one.close();
});

test("closing the database tells what is still to be told", async () => {
  const other = openDatabase({ url: database.url });
  await run(other.pool, CHANGE, [["ord_last"]]);
  await other.close();
  expect(await allHeard()).toEqual(["ord_last"]);
});

test("a thousand changes within a moment are a few notifications, each within what Postgres takes", async () => {
  const topics = Array.from({ length: 1_000 }, (_, index) => `ord_${String(index).padStart(26, "0")}`);
  await Promise.all(topics.map((topic) => run(database.pool, CHANGE, [[topic]])));
  const payloads = await allHeard();
  expect(payloads.flatMap((payload) => payload.split(",")).sort()).toEqual(topics);
  await inTransaction(database.pool, async (client) => {
    await run(client, CHANGE, [topics]);
  });
  expect((await allHeard()).map((payload) => payload.split(",").length)).toEqual([225, 225, 225, 225, 100]);
});

test("more changes than can be named are one word to everybody", async () => {
  const sent: string[][] = [];
  const teller = createTeller(async (payloads) => void sent.push(payloads));
  for (let index = 0; index <= 5_000; index++) teller.tell(`ord_${index}`);
  await teller.flush();
  expect(sent).toEqual([[EVERYTHING]]);
});

test("what could not be told is told again with what has come since, three times, and then given up", async () => {
  const sent: string[][] = [];
  let failures = 2;
  const teller = createTeller(async (payloads) => {
    sent.push(payloads);
    if (failures-- > 0) throw new Error("away");
  });
  teller.tell("ord_1");
  await vi.waitUntil(() => sent.length === 1, WAIT);
  teller.tell("ord_2");
  await teller.flush();
  expect(sent.map(([payload]) => payload?.split(",").sort().join())).toEqual(["ord_1", "ord_1,ord_2", "ord_1,ord_2"]);
  failures = 3;
  teller.tell("ord_3");
  await teller.flush();
  teller.tell("ord_4");
  await teller.flush();
  expect(sent.slice(3)).toEqual([["ord_3"], ["ord_3"], ["ord_3"], ["ord_4"]]);
});
