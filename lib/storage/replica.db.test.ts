import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { REPLICA_AGE_MAX_MS, REPLICA_REST_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { type PostgresServer, startPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { startStandby } from "#lib/testing/standby-server.ts";
import { type Database, openDatabase } from "./client.ts";
import { type Look, openReplica, type Replica, type ReplicaState } from "./replica.ts";
import { inTransaction, viaPrisma } from "./transaction.ts";

// Goal: what is only looked at comes from a replica, says of when it is, and comes from the primary where the replica is behind
// or gone. The replica is a real streaming standby.

let folder: string;
let server: PostgresServer;
let standby: PostgresServer;
let primary: Database;
let replica: Replica;
let now = new Date("2026-03-01T08:00:00Z");
const changes: ReplicaState["kind"][] = [];
const clock = { now: () => now };

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-replica-"));
  chmodSync(folder, 0o755);
  server = await startPostgres({ dataDir: path.join(folder, "primary"), durable: false });
  primary = openDatabase({ url: server.superuserUrl("postgres") });
  await primary.pool.query("create table paid (fen int)");
  standby = await startStandby(server, { folder: path.join(folder, "standby"), durable: false });
  replica = openReplica({
    address: { url: standby.superuserUrl("postgres") },
    primary: primary.pool,
    clock,
    onChange: ({ kind }) => changes.push(kind),
  });
}, 60_000);

afterAll(async () => {
  await replica?.close();
  await primary?.close();
  await standby?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks the replica anew. */
function look(of = replica) {
  now = addMs(now, REPLICA_REST_MS);
  return of.look();
}

const readValue = async (on: Pick<Database["pool"], "query">, sql: string) =>
  (await on.query<{ value: unknown }>(sql)).rows[0]?.value;
const SUM = "select coalesce(sum(fen), 0)::int as value from paid";
const IS_STANDBY = "select pg_is_in_recovery() as value";
const openHere = (url: string, ageMaxMs = REPLICA_AGE_MAX_MS) =>
  openReplica({ address: { url }, primary: primary.pool, clock, ageMaxMs });

/** A standby that has just begun may be late at first. */
const sinceUsable = () => changes.slice(changes.indexOf("usable"));

/** Until the replica has everything. */
async function untilUsable(): Promise<Look> {
  await vi.waitUntil(async () => (await look()).asOf?.getTime() === now.getTime(), { timeout: 20_000 });
  return look();
}

test("reads the replica, which is of now once it has everything, however long nothing was written", async () => {
  await primary.pool.query("insert into paid values (100)");
  const { pool, asOf } = await untilUsable();
  expect(asOf).toEqual(now);
  expect(await readValue(pool, IS_STANDBY)).toBe(true);
  expect(await readValue(pool, SUM)).toBe(100);
  await expect(pool.query("insert into paid values (1)")).rejects.toThrow("read-only");
  expect(sinceUsable()).toEqual(["usable"]);
});

test("a paused replica tells its age, and is not read once it is too old", async () => {
  const admin = openDatabase({ url: standby.superuserUrl("postgres") });
  await admin.pool.query("select pg_wal_replay_pause()");
  await primary.pool.query("insert into paid values (50)");
  const old = await look();
  expect(old.asOf?.getTime()).toBeLessThan(now.getTime());
  expect(await readValue(old.pool, SUM)).toBe(100);

  const strict = openHere(standby.superuserUrl("postgres"), 100);
  await vi.waitUntil(async () => (await look(strict)).asOf === null, { timeout: 20_000 });
  expect(await strict.state()).toMatchObject({ kind: "late" });
  expect(await readValue((await look(strict)).pool, SUM)).toBe(150);
  await strict.close();

  await admin.pool.query("select pg_wal_replay_resume()");
  await admin.close();
  expect(await readValue((await untilUsable()).pool, SUM)).toBe(150);
});

test("what is no standby, or one of another database, is never read", async () => {
  const itself = openHere(server.superuserUrl("postgres"));
  expect(await itself.state()).toEqual({ kind: "no_standby" });
  const another = openHere(standby.superuserUrl("template1"));
  expect(await another.state()).toEqual({ kind: "other_database" });
  for (const each of [itself, another]) {
    expect((await look(each)).asOf).toBeNull();
    await each.close();
  }
});

test("what a dead replica was asked is answered by the primary, which is read from then on", async () => {
  const { pool } = await untilUsable();
  expect(await readValue(pool, IS_STANDBY)).toBe(true);
  await standby.stop();
  expect(await readValue(pool, IS_STANDBY)).toBe(false);
  expect(await viaPrisma(pool, (prisma) => prisma.$queryRawUnsafe(SUM))).toEqual([{ value: 150 }]);
  expect(await inTransaction(pool, (client) => readValue(client, SUM))).toBe(150);
  const after = await look();
  expect(after.asOf).toBeNull();
  expect(await readValue(after.pool, IS_STANDBY)).toBe(false);
  expect(sinceUsable()).toEqual(["usable", "gone"]);
});
