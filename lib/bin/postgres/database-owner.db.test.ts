import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { restoreBackup, writeBackup } from "#lib/ops/backup.ts";
import { migrate, migrationState } from "#lib/storage/migrate.ts";
import { startPostgres } from "./start-postgres.mjs";

// Goal: the product's processes connect as a role that owns its database and is nothing else, in new folders and in those that
// an older version made as superuser.

let dataDir: string;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), "lingfu-owner-"));
  await chmod(dataDir, 0o755);
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await rm(dataDir, { recursive: true });
});

async function start({ owned = true, folder = dataDir } = {}) {
  const server = await startPostgres({ dataDir: folder, durable: false, owned });
  stops.unshift(server.stop);
  return server;
}

async function ask<Row = Record<string, unknown>>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const ROLE = `select rolname as name, rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as "canMore"
  from pg_roles where rolname = current_user`;
/** Tables, sequences, views, functions and types of ours that somebody else owns. */
const STRANGE = `
  select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname !~ '^(pg_|information_schema)' and c.relowner <> current_user::regrole
  union all
  select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname !~ '^(pg_|information_schema)' and p.proowner <> current_user::regrole
  union all
  select t.typname::text from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where n.nspname !~ '^(pg_|information_schema)' and t.typowner <> current_user::regrole
  union all
  select n.nspname::text from pg_namespace n
   where n.nspname !~ '^(pg_|information_schema|public$)' and n.nspowner <> current_user::regrole`;

async function expectPlainOwner(url: string) {
  expect(await ask(url, ROLE)).toEqual([{ name: "lingfu_owner", canMore: false }]);
  expect(await ask(url, STRANGE)).toEqual([]);
  for (const sql of [
    "select pg_read_file('PG_VERSION')",
    "copy (select 1) to program 'true'",
    "create role intruder superuser",
    "alter system set log_statement = 'all'",
    "set session_replication_role = replica",
    "alter role lingfu password 'x'",
  ]) {
    await expect(ask(url, sql), sql).rejects.toMatchObject({ code: "42501" });
  }
  await ask(url, "select graphile_worker.add_job('nothing', '{}'::json)");
  await expect(ask(url, "truncate audit_log cascade")).rejects.toMatchObject({ constraint: "append_only" });
}

const clock = { now: () => new Date() };
const seal = () => createSealedBox(new Secret<Uint8Array>(randomBytes(32)));

test("a new folder: migrations, a backup and its restore into another new folder work as the plain owner", async () => {
  const server = await start();
  await migrate(server.url());
  await ask(server.url(), "insert into audit_log (actor, action, created_at) values ('a', 'b', now())");
  await expectPlainOwner(server.url());

  const file = path.join(dataDir, "shop.backup");
  const box = seal();
  await writeBackup({ url: server.url(), file, seal: box }, clock);
  const folder = path.join(dataDir, "second");
  const second = await start({ folder });
  await restoreBackup({ url: second.url(), file, seals: [box], ended: [] }, clock);
  expect(await ask(second.url(), "select actor from audit_log order by id limit 1")).toEqual([{ actor: "a" }]);
  await expectPlainOwner(second.url());
  await expect(restoreBackup({ url: second.url(), file, seals: [box], ended: [] }, clock)).rejects.toMatchObject({
    code: "conflict",
  });
});

test("a restore that fails leaves the database empty, and can be tried again", async () => {
  const server = await start();
  await migrate(server.url());
  const file = path.join(dataDir, "shop.backup");
  const box = seal();
  await writeBackup({ url: server.url(), file, seal: box }, clock);
  const second = await start({ folder: path.join(dataDir, "second") });
  await expect(restoreBackup({ url: second.url(), file, seals: [seal()], ended: [] }, clock)).rejects.toThrow();
  await restoreBackup({ url: second.url(), file, seals: [box], ended: [] }, clock);
  await expectPlainOwner(second.url());
});

test("a folder that an older version made as superuser is given to the owner, data and history included", async () => {
  const old = await start({ owned: false });
  expect(old.url()).toBe(old.superuserUrl());
  await migrate(old.url(), { through: "0056_behaviour" });
  await ask(old.url(), "insert into audit_log (actor, action, created_at) values ('before', 'b', now())");
  const [one, other] = await Promise.all([start(), start()]);
  expect(other.url()).toBe(one.url());
  // What is pending is applied by the owner.
  expect((await migrate(one.url())).length).toBeGreaterThan(0);
  const pool = new pg.Pool({ connectionString: one.url(), max: 1 });
  expect(await migrationState(pool)).toEqual({ current: true, missing: [], newer: [] });
  await pool.end();
  expect(await ask(one.url(), "select actor from audit_log")).toEqual([{ actor: "before" }]);
  await expectPlainOwner(one.url());
});

test("a start that died half-way is finished by the next", async () => {
  const server = await start();
  await migrate(server.url());
  await rm(path.join(dataDir, "cluster/owner"));
  await ask(server.superuserUrl("postgres"), "alter role lingfu_owner password 'another' superuser");
  await expectPlainOwner((await start()).url());
});
