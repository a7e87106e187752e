import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: the worker process as it is started: it shows that it lives, works off its jobs, waits for a database that is
// away instead of dying, and stops cleanly on every signal.

let database: TestDatabase;
let folder: string;
const children: ChildProcess[] = [];
const masterKey = randomBytes(32).toString("base64");
const WAIT = { timeout: 25_000, interval: 50 };

beforeAll(async () => {
  database = await testDatabase();
  database.pool.on("error", () => {});
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-worker-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

function startProcess(more: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["lib/bin/worker.ts"], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATABASE_URL: database.url,
      MASTER_KEY: masterKey,
      DATA_DIR: folder,
      PAYMENT_CONFIG: path.join(folder, "payment_config.json"),
      ...more,
    },
  });
  children.push(child);
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said.text += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, said, ended };
}

const workers = async () =>
  (await database.pool.query("select process from heartbeats where process like 'worker:%'")).rowCount;
const jobsLeft = async () => (await database.pool.query("select from graphile_worker.jobs")).rowCount;

test("beats, works off jobs also after a cut, and ends on SIGTERM", async () => {
  const { child, said, ended } = startProcess();
  await vi.waitUntil(async () => (await workers()) === 1, WAIT);
  await database.pool.query("select graphile_worker.add_job('check-attempt', '{\"orderId\":\"ord_none\"}')");
  await vi.waitUntil(async () => (await jobsLeft()) === 0, WAIT);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await database.pool.query("select graphile_worker.add_job('check-attempt', '{\"orderId\":\"ord_none\"}')");
  await vi.waitUntil(async () => (await jobsLeft()) === 0, WAIT);
  child.kill("SIGTERM");
  expect(await ended, said.text).toBe(0);
  expect(await workers()).toBe(0);
});

test("ends when its parent process is gone", async () => {
  const { child, ended } = startProcess();
  await vi.waitUntil(async () => (await workers()) === 1, WAIT);
  child.disconnect();
  expect(await ended).toBe(0);
});

test("waits for a database that is away, and can be stopped meanwhile", async () => {
  const { child, said, ended } = startProcess({ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" });
  await vi.waitUntil(() => said.text.includes("waiting for it"), WAIT);
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("another MASTER_KEY is one clear line and no work", async () => {
  const { said, ended } = startProcess({ MASTER_KEY: randomBytes(32).toString("base64") });
  expect(await ended).toBe(1);
  expect(said.text.trim().split("\n")).toEqual([expect.stringMatching(/^MASTER_KEY is not the key/)]);
  expect(await workers()).toBe(0);
});

test("every wrong setting is a line of its own", async () => {
  const { said, ended } = startProcess({ PORT: "none", LOG_LEVEL: "loud" });
  expect(await ended).toBe(1);
  expect(said.text).toMatch(/^PORT .*\n/m);
  expect(said.text).toMatch(/^LOG_LEVEL .*\n/m);
});
