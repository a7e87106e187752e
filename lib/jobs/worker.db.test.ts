import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Database, openDatabase, type Queryable } from "#lib/storage/client.ts";
import { tcpProxy } from "#lib/testing/tcp-proxy.ts";
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

test("a job that ends while the database is away is written down once it is back, and the process lives on", async () => {
  const proxy = await tcpProxy(database.url);
  const through = openDatabase({ url: proxy.url });
  const unhandled: unknown[] = [];
  const hear = (cause: unknown) => void unhandled.push(cause);
  process.on("unhandledRejection", hear);
  try {
    const begun: unknown[] = [];
    let end = () => {};
    const ending = new Promise<void>((resolve) => {
      end = resolve;
    });
    const note: Task = async (payload) => {
      const name = (payload as { note: string }).note;
      begun.push(name);
      await ending;
      if (name === "fails") throw new Error("refused");
    };
    const jobs = startJobs({ pool: through.pool, tasks: { note }, schedule: [], log });
    await add(pool, "ends");
    await add(pool, "fails");
    await vi.waitUntil(() => begun.length === 2, WAIT);
    proxy.mode = "hang_up";
    proxy.cut();
    end();
    const tries = proxy.taken;
    await vi.waitUntil(() => proxy.taken > tries + 20, WAIT);
    proxy.mode = "pass";
    const left = () =>
      pool.query("select last_error, locked_by is null as free from graphile_worker._private_jobs where attempts > 0");
    await vi.waitUntil(async () => (await left()).rows.every(({ free }) => free), WAIT);
    await jobs.stop();
    expect({ left: (await left()).rows, unhandled }).toEqual({
      left: [{ last_error: "refused", free: true }],
      unhandled: [],
    });
  } finally {
    process.off("unhandledRejection", hear);
    await through.close();
    await proxy.close();
  }
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
