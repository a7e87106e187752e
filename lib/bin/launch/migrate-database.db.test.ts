import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { migrate, programMigrations } from "#lib/storage/migrate.ts";
import { absentDatabase, type TestDatabase } from "#lib/testing/template-database.ts";

// Goal: a database of another master key is not changed at all, not even migrated; one that is newer than the program starts nothing.

let database: TestDatabase;
const [own, other] = [randomBytes(32), randomBytes(32)];
beforeAll(async () => {
  database = absentDatabase();
  await migrate(database.url, { through: "0040_reconciliation" });
  const keyId = Buffer.from(createSealedBox(new Secret<Uint8Array>(own)).keyId);
  await query("insert into master_key (key_id) values ($1)", [keyId]);
});
afterAll(() => database.close());

async function query(sql: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

interface EndedRun {
  readonly code: number;
  readonly err: string;
}

const run = (keys: Record<string, Buffer>): Promise<EndedRun> => runEntry("lib/bin/launch/migrate-database.ts", keys);

function runEntry(entry: string, keys: Record<string, Buffer>, more: Record<string, string> = {}): Promise<EndedRun> {
  return new Promise((resolve) => {
    const texts = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.toString("base64")]));
    const env = {
      ...{ NODE_ENV: "test" as const, PATH: process.env.PATH ?? "", DATABASE_URL: database.url },
      ...{ PAYMENT_CONFIG: "/nonexistent/none.json", ...texts, ...more },
    };
    execFile(process.execPath, [entry], { env }, (failure, _out, err) => {
      resolve({ code: typeof failure?.code === "number" ? failure.code : 0, err });
    });
  });
}

const applied = async () =>
  (await query("select migration_name as name from _prisma_migrations order by 1")).map(({ name }) => name);

test("with another key it exits with 3 and changes nothing; with its own it migrates", async () => {
  const before = await applied();
  const refused = await run({ MASTER_KEY: other });
  expect(refused).toEqual({ code: 3, err: expect.stringContaining("MASTER_KEY is not the key") });
  expect(await applied()).toEqual(before);
  expect((await run({ MASTER_KEY: other, MASTER_KEY_PREVIOUS: own })).code).toBe(0);
  expect(await applied()).toEqual((await programMigrations()).map(({ name }) => name));
  expect((await run({ MASTER_KEY: own })).code).toBe(0);
}, 120_000);

const SENTENCE = /^the database is newer than this program \(it has 9000_next\): start the newer program, or .*\n$/;

test("no part of an older program starts on a newer database: one sentence says so", async () => {
  await query(
    "insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('n', 'n', '9000_next', now())",
  );
  const keys = { MASTER_KEY: own };
  expect(await run(keys)).toEqual({ code: 3, err: expect.stringMatching(SENTENCE) });
  for (const entry of ["lib/bin/web.ts", "lib/bin/worker.ts"]) {
    expect(await runEntry(entry, keys), entry).toEqual({ code: 1, err: expect.stringMatching(SENTENCE) });
  }
  const meant = { ALLOW_NEWER_DATABASE: "1" };
  expect((await runEntry("lib/bin/launch/migrate-database.ts", keys, meant)).code).toBe(0);
  await query("update _prisma_migrations set migration_name = '9000_contract_8000_next' where id = 'n'");
  for (const entry of ["lib/bin/launch/migrate-database.ts", "lib/bin/worker.ts"]) {
    const { code, err } = await runEntry(entry, keys, meant);
    expect(code, entry).not.toBe(0);
    expect(err).toMatch(/cannot work with it any more \(9000_contract_8000_next took away/);
  }
}, 120_000);
