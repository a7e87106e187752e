import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Database, openDatabase, type Queryable } from "#lib/storage/client.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { startJobs, type Task } from "./worker.ts";

let database: TestDatabase;
let opened: Database;
let pool: Database["pool"];
beforeAll(async () => {
  database = await testDatabase();
  opened = openDatabase({ url: database.url });
  pool = opened.pool;
});
afterAll(async () => {
  await opened.close();
  await database.close();
});

const log = { warn() {}, error() {} };
const WAIT = { timeout: 20_000, interval: 20 };
const add = (on: Queryable, note: string) =>
  on.query("select graphile_worker.add_job('note', json_build_object('note', $1::text))", [note]);

test("a job runs once its transaction is committed, and not when that was rolled back", async () => {
  const notes: unknown[] = [];
  const note: Task = async (payload) => void notes.push(payload);
  const jobs = startJobs({ pool, tasks: { note }, schedule: [], log });
  const client = await pool.connect();
  await client.query("begin");
  await add(client, "rolled back");
  await client.query("rollback");
  await client.query("begin");
  await add(client, "committed");
  await client.query("commit");
  client.release();
  await vi.waitUntil(() => notes.length > 0, WAIT);
  await jobs.stop();
  expect(notes).toEqual([{ note: "committed" }]);
});

test("jobs go on after every connection was cut, and nothing is lost", async () => {
  const seen = new Set<unknown>();
  const note: Task = async (payload) => void seen.add((payload as { note: string }).note);
  const jobs = startJobs({ pool, tasks: { note }, schedule: [], log });
  await add(pool, "before");
  await vi.waitUntil(() => seen.has("before"), WAIT);
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await add(other, "after");
  await other.end();
  await vi.waitUntil(() => seen.has("after"), WAIT);
  await jobs.stop();
});

test("stopping waits for the job in hand and takes no other", async () => {
  const started: unknown[] = [];
  let finish = () => {};
  let finished = false;
  const note: Task = async (payload) => {
    started.push(payload);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    finished = true;
  };
  const jobs = startJobs({ pool, tasks: { note }, schedule: [], log, concurrency: 1 });
  await add(pool, "one");
  await add(pool, "two");
  await vi.waitUntil(() => started.length === 1, WAIT);
  const stopped = jobs.stop();
  finish();
  await stopped;
  expect({ finished, started: started.length }).toEqual({ finished: true, started: 1 });
});
