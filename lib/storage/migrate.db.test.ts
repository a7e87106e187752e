import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { absentDatabase, emptyDatabase, type TestDatabase } from "#lib/testing/template-database.ts";
import { migrate, migrationState, refuseNewerDatabase } from "./migrate.ts";

// Goal: the schema comes into being once, completely, and from the files that we hold; or a sentence says why not.
// Method: migrations of our own in a temporary folder, on databases that do not exist yet.

let folder: string;
let database: TestDatabase;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lingfu-migrations-"));
  database = absentDatabase();
  await write("0001_first", "create table one (id int primary key);");
  await write("0002_second", "create table two (id int primary key); insert into one values (1);");
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, "migration.sql"), sql);
}

async function column(sql: string): Promise<unknown[]> {
  const { rows } = await database.pool.query({ text: sql, rowMode: "array" });
  return rows.map(([first]) => first);
}

test("an absent database is made and filled, with the job queue's tables, and a second run finds nothing to do", async () => {
  const applied: string[] = [];
  expect(await migrate(database.url, { folder, onApplied: (name) => applied.push(name) })).toEqual([
    "0001_first",
    "0002_second",
  ]);
  expect(applied).toEqual(["0001_first", "0002_second"]);
  expect(await column("select id from one")).toEqual([1]);
  expect(await column("select to_regclass('graphile_worker.migrations') is not null")).toEqual([true]);
  expect(await migrate(database.url, { folder })).toEqual([]);
});

test("the history is written as Prisma writes it", async () => {
  await migrate(database.url, { folder });
  const { rows } = await database.pool.query("select * from _prisma_migrations order by migration_name");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    migration_name: "0001_first",
    // printf 'create table one (id int primary key);' | sha256sum
    checksum: "84be64316f85c5c0d7032b3bdd8d8c90290d0650a3274687a665922bd5f8e9a2",
    rolled_back_at: null,
    logs: null,
    applied_steps_count: 1,
  });
  expect(rows[0].finished_at.getTime()).toBeGreaterThanOrEqual(rows[0].started_at.getTime());
});

test("processes that start at once apply each migration once", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })));
  expect(answers.flat().sort()).toEqual(["0001_first", "0002_second"]);
  expect(await column("select id from one")).toEqual([1]);
});

test("a migration that fails half-way leaves nothing, is named with its line, and can be mended", async () => {
  await write("0003_third", "create table three (id int primary key);\ninsert into three values (1), (1);");
  await expect(migrate(database.url, { folder })).rejects.toThrow(/^migration 0003_third failed: .*duplicate key/);
  expect(await column("select to_regclass('three')")).toEqual([null]);
  await write("0003_third", "create table three (id int primary key);\nselect wrong from three;");
  await expect(migrate(database.url, { folder })).rejects.toThrow("migration 0003_third failed at line 2: column");
  await write("0003_third", "create table three (id int primary key);");
  expect(await migrate(database.url, { folder })).toEqual(["0003_third"]);
});

test("a migration that was changed, removed or slipped in before an applied one is refused by name", async () => {
  await migrate(database.url, { folder });
  await write("0000_earlier", "select 1;");
  await expect(migrate(database.url, { folder })).rejects.toThrow("migration 0000_earlier comes before 0002_second");
  await rm(path.join(folder, "0000_earlier"), { recursive: true });
  await write("0001_first", "create table one (id bigint primary key);");
  await expect(migrate(database.url, { folder })).rejects.toThrow("migration 0001_first was changed");
  await rm(path.join(folder, "0001_first"), { recursive: true });
  await expect(migrate(database.url, { folder })).rejects.toThrow("migration 0001_first is in the database, but not");
});

/** The program before the one whose migrations are in `folder`. */
async function withoutLast(name: string): Promise<void> {
  await rm(path.join(folder, name), { recursive: true });
}

test("a program that is older than the database changes nothing and says what to do; it may go on, and start when that is meant", async () => {
  await write("0003_third", "create table three (id int primary key);");
  await migrate(database.url, { folder });
  await withoutLast("0003_third");
  const sentence =
    /^the database is newer than this program \(it has 0003_third\): start the newer program, or go back to this one on purpose/;
  await expect(migrate(database.url, { folder })).rejects.toThrow(sentence);
  await expect(refuseNewerDatabase(database.pool, { folder, allowNewer: false })).rejects.toThrow(sentence);
  const state = await migrationState(database.pool, folder);
  expect(state).toEqual({ current: true, missing: [], newer: ["0003_third"] });
  expect(await migrate(database.url, { folder, allowNewer: true })).toEqual([]);
  await refuseNewerDatabase(database.pool, { folder, allowNewer: true });
});

test("what was taken away ends the programs that need it, and no others", async () => {
  await write("0003_third", "create table three (id int primary key);");
  await write("0004_contract_0003_second_table", "drop table two;");
  await migrate(database.url, { folder });
  await withoutLast("0004_contract_0003_second_table");
  expect((await migrationState(database.pool, folder)).current).toBe(true);
  await refuseNewerDatabase(database.pool, { folder, allowNewer: true });
  await withoutLast("0003_third");
  const sentence = "cannot work with it any more (0004_contract_0003_second_table took away what it needs)";
  const state = await migrationState(database.pool, folder);
  expect(state.current).toBe(false);
  expect(state.problem).toContain(sentence);
  await expect(migrate(database.url, { folder, allowNewer: true })).rejects.toThrow(sentence);
  await expect(refuseNewerDatabase(database.pool, { folder, allowNewer: true })).rejects.toThrow(sentence);
});

test("a migration that waits for a table lets others pass and tries again", async () => {
  await migrate(database.url, { folder });
  await write("0003_third", "alter table one add column more int;");
  const [reader, other] = await Promise.all([database.pool.connect(), database.pool.connect()]);
  await reader.query("begin; lock table one in access share mode");
  const migrated = migrate(database.url, { folder });
  const isWaiting = "select from pg_locks where relation = 'one'::regclass and not granted";
  await vi.waitUntil(async () => (await other.query(isWaiting)).rowCount === 1, { timeout: 30_000 });
  // It stands behind the migration, which stands behind the reader, who does not end.
  await other.query("set lock_timeout = '30s'");
  await other.query("insert into one values (2)");
  await reader.query("commit");
  expect(await migrated).toEqual(["0003_third"]);
  for (const client of [reader, other]) client.release();
});

test("an index that is made outside a transaction waits for no process that waits for it, and is made again when it was left unfinished", async () => {
  await migrate(database.url, { folder });
  await database.pool.query("insert into two values (1), (2)");
  await database.pool.query("create unique index concurrently two_again on two ((id / 10))").catch(() => {});
  expect(await column("select indisvalid from pg_index where indexrelid = 'two_again'::regclass")).toEqual([false]);
  await write(
    "0003_third",
    "-- outside a transaction\ncreate index concurrently if not exists two_again on two ((id / 10));",
  );
  const answers = await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })));
  expect(answers.flat()).toEqual(["0003_third"]);
  expect(await column("select indisvalid from pg_index where indexrelid = 'two_again'::regclass")).toEqual([true]);
});

test("a migration that another tool left unfinished is refused, one that it rolled back is not in the way", async () => {
  await migrate(database.url, { folder });
  await database.pool.query("update _prisma_migrations set finished_at = null where migration_name = '0002_second'");
  await expect(migrate(database.url, { folder })).rejects.toThrow("0002_second was begun by another tool");
  await database.pool.query("update _prisma_migrations set rolled_back_at = now() where finished_at is null");
  await database.pool.query("drop table two; delete from one");
  expect(await migrate(database.url, { folder })).toEqual(["0002_second"]);
});

test("the state tells what is missing, and why a database cannot be used", async () => {
  const empty = await emptyDatabase();
  expect(await migrationState(empty.pool, folder)).toEqual({
    current: false,
    missing: ["0001_first", "0002_second"],
    newer: [],
  });
  await empty.close();
  await migrate(database.url, { folder });
  expect(await migrationState(database.pool, folder)).toEqual({ current: true, missing: [], newer: [] });
  await write("0003_third", "select 1;");
  expect(await migrationState(database.pool, folder)).toEqual({ current: false, missing: ["0003_third"], newer: [] });
  await write("0001_first", "select 1;");
  expect((await migrationState(database.pool, folder)).problem).toContain("0001_first was changed");
});

test("a folder that is not named like a migration is an error, not a surprise", async () => {
  await write("add_things", "select 1;");
  await expect(migrate(database.url, { folder })).rejects.toThrow("add_things is not named");
});
