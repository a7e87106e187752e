import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
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
