import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { problem } from "#lib/http/answer.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { forgetUnwritable, unwritable } from "#lib/storage/errors.ts";
import { beat } from "#lib/storage/operations/heartbeats.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createReadiness } from "./health.ts";
import { silentLog } from "./log.ts";
import { createWriteWatch } from "./write-watch.ts";

// Goal: while nothing can be stored, callers hear 503 and when to come again, /readyz says why, and its end leaves an alert.
// Method: a database that is made read-only, and one with tables that answer as PostgreSQL does on a full disk (53100).

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
});
afterEach(() => forgetUnwritable());
afterAll(async () => {
  await database.close();
  await own.close();
});

const clock = { now: () => new Date() };
const query = (sql: string) => database.pool.query(sql);
const write = () =>
  inTransaction(database.pool, (client) => client.query("insert into nonces values ('k', random()::text, now())"));

function answerTo(thrown: unknown) {
  const site = { container: { log: silentLog } as never, requestId: "req_1", method: "POST", path: "/api/v1/orders" };
  return problem(thrown, site);
}

async function expectOutage(why: string): Promise<void> {
  const answer = answerTo(await write().catch((cause: unknown) => cause));
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toBe("5");
  expect(JSON.parse(String(answer.body)).code).toBe("unavailable");
  const readiness = await createReadiness({ pool: database.pool })();
  expect(readiness).toMatchObject({ ready: false, why });
  expect(readiness.missing).toContain("database_writes");
}

async function expectEnd(why: string): Promise<void> {
  const watch = createWriteWatch({ pool: database.pool, clock, log: silentLog, everyMs: 3_600_000 });
  await watch.look();
  watch.stop();
  expect(unwritable()).toBeNull();
  await beat(database.pool, "worker:host:1");
  expect(await createReadiness({ pool: database.pool })()).toEqual({ ready: true, missing: [] });
  const { rows } = await query("select kind, detail ->> 'why' as why from alerts");
  expect(rows).toEqual([{ kind: "database_recovered", why }]);
  await query("delete from alerts");
}

async function watchOnce(): Promise<void> {
  const watch = createWriteWatch({ pool: database.pool, clock, log: silentLog, everyMs: 3_600_000 });
  await watch.look();
  watch.stop();
}

test("a read-only database is unavailable, not ready, and its end is reported", async () => {
  await query("insert into api_keys (id, name, secret_hash, secret_sealed) values ('k', 'k', sha256('k'), '')");
  const name = new URL(own.url).pathname.slice(1);
  await query(`alter database "${name}" set default_transaction_read_only = on`);
  await database.close();
  database = openDatabase({ url: own.url });
  // Noticed without anybody's failed write.
  expect((await createReadiness({ pool: database.pool })()).missing).toContain("database_writes");
  forgetUnwritable();
  await expectOutage("the database is read-only");
  await watchOnce();
  expect(unwritable()).not.toBeNull();
  await query("set default_transaction_read_only = off");
  const admin = await database.pool.connect();
  await admin.query("set default_transaction_read_only = off");
  await admin.query(`alter database "${name}" reset default_transaction_read_only`);
  admin.release();
  await database.close();
  database = openDatabase({ url: own.url });
  await expectEnd("the database is read-only");
});

test("a full disk is unavailable, not ready, and its end is reported", async () => {
  await query(`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file "base/1/2": No space left on device' using errcode = 'disk_full'; end $$`);
  const tables = ["nonces", "alerts"];
  for (const table of tables) {
    await query(`create trigger no_room before insert on ${table} for each row execute function no_room()`);
  }
  await expectOutage("the database's disk is full");
  await watchOnce();
  expect(unwritable()).not.toBeNull();
  for (const table of tables) await query(`drop trigger no_room on ${table}`);
  await expectEnd("the database's disk is full");
});

test("costs nothing and leaves nothing while all is well", async () => {
  await watchOnce();
  await write();
  expect((await query("select from alerts")).rowCount).toBe(0);
});
