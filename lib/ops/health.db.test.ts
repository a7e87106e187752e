import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#lib/storage/client.ts";
import { beat, endBeat } from "#lib/storage/operations/heartbeats.ts";
import { emptyDatabase, type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createReadiness } from "./health.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("wants a worker that was seen within a minute", async () => {
  expect(await createReadiness({ pool: database.pool })()).toEqual({ ready: false, missing: ["worker"] });
  await beat(database.pool, "web:host:1");
  expect((await createReadiness({ pool: database.pool })()).missing).toEqual(["worker"]);
  await beat(database.pool, "worker:host:1");
  expect(await createReadiness({ pool: database.pool })()).toEqual({ ready: true, missing: [] });
  await database.pool.query("update heartbeats set seen_at = now() - interval '61 s'");
  expect((await createReadiness({ pool: database.pool })()).missing).toEqual(["worker"]);
  await beat(database.pool, "worker:host:1");
  await endBeat(database.pool, "worker:host:1");
  expect((await createReadiness({ pool: database.pool })()).missing).toEqual(["worker"]);
});

test("stays ready while a newer program adds to the database, and not once it takes away", async () => {
  const old = await testDatabase();
  await beat(old.pool, "worker:host:1");
  const note = (name: string) =>
    old.pool.query(
      "insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ($1, $1, $1, now())",
      [name],
    );
  await note("9000_more");
  expect(await createReadiness(old)()).toEqual({ ready: true, missing: [] });
  await note("9001_contract_9000_old_column");
  expect(await createReadiness(old)()).toEqual({ ready: false, missing: ["migrations"] });
  await old.close();
});

test("names the database when it cannot be reached", async () => {
  const nowhere = openDatabase({ url: "postgresql://nobody@127.0.0.1:1/none" });
  expect(await createReadiness(nowhere)()).toEqual({ ready: false, missing: ["database"] });
  await nowhere.close();
});

test("a database that hangs is not waited for", async () => {
  const hanging = Object.assign(Object.create(database.pool), { query: () => new Promise(() => {}) });
  expect(await createReadiness({ pool: hanging })()).toEqual({ ready: false, missing: ["database"] });
});

test("an empty database is not ready", async () => {
  const empty = await emptyDatabase();
  expect((await createReadiness(empty)()).ready).toBe(false);
  await empty.close();
});
