import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attachPostgres, type PostgresServer, startPostgres } from "./start-postgres.mjs";

// Goal: after any state that the last process left behind, the next start gets a working server with the same data.
// Method: real servers in a temporary folder, damaged in each way that occurs on a machine.

let dataDir: string;
let servers: PostgresServer[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), "lingfu-launch-"));
  await chmod(dataDir, 0o755);
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  await rm(dataDir, { recursive: true });
});

async function start(durable = false): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, durable });
  servers.push(server);
  return server;
}

async function ask(server: PostgresServer, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.superuserUrl("postgres") });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query({ text: sql, rowMode: "array" });
  await client.end();
  return rows.flat();
}

const clusterFile = (...parts: string[]): string => path.join(dataDir, "cluster", ...parts);

async function gone(server: PostgresServer): Promise<void> {
  await expect.poll(() => server.isAlive(), { timeout: 10_000 }).toBe(false);
}

test("a server runs no process for logical replication, which nothing uses", async () => {
  const server = await start();
  const processes = await ask(server, "select backend_type from pg_stat_activity order by 1");
  expect(processes).toContain("autovacuum launcher");
  expect(processes.filter((each) => /logical/.test(String(each)))).toEqual([]);
});

test("a cluster is made once, with a password, on the loopback address alone and in plain UTF-8 order", async () => {
  const server = await start();
  expect(server.attached).toBe(false);
  const settings = ["listen_addresses", "unix_socket_directories", "server_encoding", "TimeZone"];
  expect(await ask(server, settings.map((name) => `select current_setting('${name}')`).join(" union all "))).toEqual([
    "127.0.0.1",
    "",
    "UTF8",
    "UTC",
  ]);
  expect(await ask(server, "select datlocale from pg_database where datname = 'postgres'")).toEqual(["C.UTF-8"]);
  const wrong = new URL(server.superuserUrl("postgres"));
  wrong.password = "guess";
  await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow("password authentication");
});

test("a server that still runs is attached to, and stopping it ends it", async () => {
  const first = await start();
  const second = await start();
  expect(second).toMatchObject({ pid: first.pid, attached: true, port: first.port });
  expect(second.url()).toBe(first.url());
  await second.stop();
  expect(first.isAlive()).toBe(false);
  expect(await attachPostgres({ dataDir })).toBeUndefined();
});

test("two starts at once on a new folder end up at one server", async () => {
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.pid).toBe(other.pid);
});

test("a server that was killed comes back with its data, on the same port", async () => {
  const before = await start(true);
  await ask(before, "create table kept as select 7 as n");
  process.kill(before.pid, "SIGKILL");
  await gone(before);
  const after = await start(true);
  expect(after.attached).toBe(false);
  expect(after.port).toBe(before.port);
  expect(await ask(after, "select n from kept")).toEqual([7]);
});

test("a lock file whose id now belongs to another process does not stop a start", async () => {
  const before = await start();
  const lock = await readFile(clusterFile("data/postmaster.pid"), "utf8");
  await before.stop();
  await writeFile(clusterFile("data/postmaster.pid"), lock.replace(String(before.pid), String(process.ppid)));
  expect((await start()).attached).toBe(false);
});

test("a half-made cluster of a killed process is discarded", async () => {
  await mkdir(path.join(dataDir, "cluster.new-999999999-ab", "data"), { recursive: true });
  await start();
  expect((await readdir(dataDir)).filter((name) => name.startsWith("cluster"))).toEqual(["cluster"]);
});

test("a port in use is replaced by another one, which is remembered", async () => {
  const before = await start();
  await before.stop();
  const squatter = await new Promise<Server>((resolve) => {
    const server = createServer().listen(before.port, "127.0.0.1", () => resolve(server));
  });
  const after = await start();
  await new Promise((resolve) => squatter.close(resolve));
  expect(after.port).not.toBe(before.port);
  expect(await readFile(clusterFile("port"), "utf8")).toBe(String(after.port));
});

test("a damaged cluster is reported in one line", async () => {
  await (await start()).stop();
  await rm(clusterFile("data/global/pg_control"));
  await expect(start()).rejects.toThrow(/^PostgreSQL does not start: .*(control file|cluster)[^\n]*$/);
});
