import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { emptyDatabase, type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createKeyRing } from "./key-ring.ts";
import { openSeals, refuseUnknownKeys } from "./master-key.ts";
import { createSealedBox } from "./sealed-box.ts";

// Goal: a process with another key than the database's changes nothing; a database of before keeps every derived key.

let database: TestDatabase;
const newKey = () => new Secret<Uint8Array>(randomBytes(32));
const given = (masterKey: Secret<Uint8Array>, previousMasterKey: Secret<Uint8Array> | null = null) => ({
  masterKey,
  previousMasterKey,
  masterKeyFile: null,
});
const row = async () => (await database.pool.query("select * from master_key")).rows;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.pool.query("delete from master_key"));
afterAll(() => database.close());

test("the first key to come is the key; every other is refused and changes nothing", async () => {
  const keys = [1, 2, 3, 4, 5, 6].map(newKey);
  const outcomes = await Promise.allSettled(keys.map((key) => openSeals(database.pool, given(key))));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const before = await row();
  for (const [index, key] of keys.entries()) {
    const again = openSeals(database.pool, given(key));
    if (outcomes[index]?.status === "fulfilled") await expect(again).resolves.toBeDefined();
    else await expect(again).rejects.toThrow(/^MASTER_KEY is not the key/);
  }
  expect(await row()).toEqual(before);
});

test("many starts at once agree on one root, which is not told by the master key", async () => {
  const key = newKey();
  const opened = await Promise.all([1, 2, 3, 4, 5].map(() => openSeals(database.pool, given(key))));
  const derived = opened.map(({ box }) => Buffer.from(box.deriveKey("api-key-lookup")).toString("hex"));
  expect(new Set(derived).size).toBe(1);
  expect(derived[0]).not.toBe(Buffer.from(createSealedBox(key).deriveKey("api-key-lookup")).toString("hex"));
});

test("a database of before keeps every derived key", async () => {
  const key = newKey();
  const bare = createSealedBox(key);
  await database.pool.query("insert into master_key (key_id) values ($1)", [Buffer.from(bare.keyId)]);
  await expect(openSeals(database.pool, given(newKey()))).rejects.toThrow(/^MASTER_KEY is not the key/);
  expect((await row())[0].root_sealed).toBeNull();
  const opened = await Promise.all([1, 2, 3].map(() => openSeals(database.pool, given(key))));
  for (const { box } of opened) expect(box.deriveKey("payer-ref")).toEqual(bare.deriveKey("payer-ref"));
});

test("while a change is under way both keys are needed, and which one is set as which does not matter", async () => {
  const [old, fresh] = [newKey(), newKey()];
  const before = await openSeals(database.pool, given(old));
  const ids = [fresh, old].map((key) => Buffer.from(createSealedBox(key).keyId));
  await database.pool.query("update master_key set key_id = $1, previous_key_id = $2", ids);
  for (const settings of [given(old, fresh), given(fresh, old)]) {
    const { box, ring } = await openSeals(database.pool, settings);
    expect(Buffer.from(ring.sealing.id)).toEqual(ids[0]);
    expect(box.deriveKey("x")).toEqual(before.box.deriveKey("x"));
  }
  await expect(openSeals(database.pool, given(fresh))).rejects.toThrow(/^MASTER_KEY_PREVIOUS is required/);
  await expect(openSeals(database.pool, given(old))).rejects.toThrow(/^MASTER_KEY is not the key/);
});

test("the check before the migrations changes nothing and works without tables", async () => {
  const key = newKey();
  const ring = createKeyRing({ keys: [key] });
  await refuseUnknownKeys(database.pool, ring);
  expect(await row()).toEqual([]);
  await openSeals(database.pool, given(newKey()));
  await expect(refuseUnknownKeys(database.pool, ring)).rejects.toThrow(/^MASTER_KEY is not the key/);
  const empty = await emptyDatabase();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await refuseUnknownKeys(client as Pick<pg.Client, "query"> as Pick<pg.Pool, "query">, ring);
  await client.end();
  await empty.close();
});
