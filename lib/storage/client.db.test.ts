import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { openDatabase } from "./client.ts";
import { isAway } from "./errors.ts";
import { inTransaction, run } from "./transaction.ts";

// Goal: a database that stands still counts as away; no call waits for it for ever.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ poolSize: 1, answerTimeoutMs: 300 });
});
afterAll(() => database.close());

const SLEEP = { name: "sleep", text: "select pg_sleep(5)" };
const ONE = { name: "one", text: "select 1 as one" };

test("a statement without an answer is given up, and its connection with it", async () => {
  await expect(run(database.pool, SLEEP, [])).rejects.toMatchObject({ code: "unavailable" });
  expect((await run(database.pool, ONE, [])).rows).toEqual([{ one: 1 }]);
});

test("the same in a transaction, which gives its only connection back", async () => {
  await expect(inTransaction(database.pool, (client) => run(client, SLEEP, []))).rejects.toMatchObject({
    code: "unavailable",
  });
  expect((await run(database.pool, ONE, [])).rows).toEqual([{ one: 1 }]);
});

test("so many callers may wait for a connection; the next is told at once, as unavailable, and those who wait are served", async () => {
  const bounded = openDatabase({ url: database.url, poolSize: 1, waitingMax: 2 });
  try {
    const held = await bounded.pool.connect();
    const waiting = [bounded.pool.query("select 1 as one"), bounded.pool.connect()] as const;
    await expect(bounded.pool.query("select 2")).rejects.toSatisfy(isAway);
    await expect(bounded.pool.connect()).rejects.toSatisfy(isAway);
    await expect(inTransaction(bounded.pool, async () => {})).rejects.toMatchObject({ code: "unavailable" });
    held.release();
    expect((await waiting[0]).rows).toEqual([{ one: 1 }]);
    (await waiting[1]).release();
    expect((await bounded.pool.query("select 3 as three")).rows).toEqual([{ three: 3 }]);
  } finally {
    await bounded.close();
  }
});

test("a newer program's migration gives a table a column: whole rows go on being read, by every kind of statement", async () => {
  const running = openDatabase({ url: database.url, poolSize: 3 });
  const { pool } = running;
  try {
    await pool.query("create table upgraded (id int primary key); insert into upgraded values (1)");
    const rows = { name: "whole_rows", text: "select * from upgraded" };
    const write = { name: "write_rows", text: "insert into upgraded (id) values ($1) returning *" };
    const onEach = async () => {
      const clients = await Promise.all([1, 2, 3].map(() => pool.connect()));
      for (const client of clients) await client.query(rows);
      for (const client of clients) client.release();
    };
    await onEach();
    await run(pool, write, [2]);
    await database.pool.query("alter table upgraded add column more int");
    expect((await run(pool, rows, [])).rows).toEqual([1, 2].map((id) => ({ id, more: null })));
    await onEach();
    await database.pool.query("alter table upgraded add column evenmore int");
    const written = inTransaction(pool, async (client) => {
      await run(client, rows, []);
      return (await run(client, write, [3])).rows;
    });
    expect(await written).toEqual([{ id: 3, more: null, evenmore: null }]);
    await onEach();
    expect((await run(pool, rows, [])).rows).toHaveLength(3);
  } finally {
    await running.close();
  }
});
