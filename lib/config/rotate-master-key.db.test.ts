import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApiKeys } from "#lib/auth/api-keys.ts";
import { Secret } from "#lib/base/secret.ts";
import { countSealed, SEALED_PLACES } from "#lib/storage/configuration/sealed-places.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { followMasterKey } from "./follow-master-key.ts";
import { openSeals, type Seals } from "./master-key.ts";
import { rotateMasterKey } from "./rotate-master-key.ts";
import { createSealedBox } from "./sealed-box.ts";

// Goal: a new master key takes over while processes run and write; nothing is lost by a kill -9, nothing is left under the old
// key, and what hangs on derived keys goes on working.

let database: TestDatabase;
let old: Secret<Uint8Array>;
let fresh: Secret<Uint8Array>;
const clock = new FakeClock();
const newKey = () => new Secret<Uint8Array>(randomBytes(32));
const log = { error() {} };
const idOf = (key: Secret<Uint8Array>) => createSealedBox(key).keyId;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const seals = (masterKey = fresh, previousMasterKey: Secret<Uint8Array> | null = old) =>
  openSeals(database.pool, { masterKey, previousMasterKey, masterKeyFile: null });
const running: { stop(): Promise<void> }[] = [];
const run = (opened: Seals, process: string) =>
  running.push(followMasterKey({ pool: database.pool, ring: opened.ring, process, log }));
const keysOf = ({ box }: Seals) =>
  createApiKeys({ pool: database.pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock });
const counted = async () => {
  const under = new Map<string, number>();
  for (const { keyId, count } of await countSealed(database.pool)) under.set(keyId, (under.get(keyId) ?? 0) + count);
  return Object.fromEntries(under);
};

beforeEach(async () => {
  database = await testDatabase();
  [old, fresh] = [newKey(), newKey()];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await database.close();
});

/** One value in every place, and many in one. */
async function fill({ box }: Seals, many = 0): Promise<void> {
  const seal = (table: string, column: string, rowName: string) =>
    Buffer.from(box.seal(`${table}.${column}`, { table, column, row: rowName }));
  await database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ('acc_1', 'v3', 'wx', '19', true, $1, $2)`,
    [seal("gateway_accounts", "sealed", "acc_1"), randomBytes(32)],
  );
  await database.pool.query(
    "insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_1', 'u', '{order.paid}', $1)",
    [seal("webhook_endpoints", "secret_sealed", "whe_1")],
  );
  await database.pool.query(
    `insert into admin_users (id, email, role, password_hash, must_change_password, first_password, totp_secret, created_at)
     values ('usr_1', 'a@b.c', 'owner', '$scrypt$', true, $1, $2, now())`,
    [seal("admin_users", "first_password", "usr_1"), seal("admin_users", "totp_secret", "usr_1")],
  );
  const body = `sealed:${seal("idempotency", "body", "key_dashboard/k 1").toString("base64")}`;
  await database.pool.query(
    "insert into idempotency (api_key_id, key, digest, status, body) values ('key_dashboard', 'k 1', $1, 201, $2), ('key_dashboard', 'k 2', $1, 201, '{}')",
    [randomBytes(32), body],
  );
  for (let n = 0; n < many; n++) {
    const id = `key_many${n}`;
    await database.pool.query("insert into api_keys (id, name, secret_hash, secret_sealed) values ($1, 'n', $2, $3)", [
      id,
      randomBytes(32),
      seal("api_keys", "secret_sealed", id),
    ]);
  }
}

/** Everything opens, under whatever key it lies. */
async function everythingOpens({ box }: Seals): Promise<number> {
  let opened = 0;
  for (const { table, column, row, text } of SEALED_PLACES) {
    const { rows } = await database.pool.query<{ row: string; value: Buffer | string | null }>(
      `select ${row} as row, ${column} as value from ${table}`,
    );
    for (const { row: name, value } of rows) {
      if (value === null || value.length === 0 || (text && !String(value).startsWith(text.prefix))) continue;
      const bytes = text ? Buffer.from(String(value).slice(text.prefix.length), "base64") : (value as Buffer);
      const plain = box.open(bytes, { table, column, row: name });
      if (table !== "master_key" && !name.startsWith("key_0"))
        expect(Buffer.from(plain).toString()).toBe(`${table}.${column}`);
      opened++;
    }
  }
  return opened;
}

test("a new key takes over under running processes; keys, hashes and answers kept for repeats go on", async () => {
  const [web, worker] = [await seals(old, fresh), await seals(fresh, old)];
  await fill(web, 30);
  const { id, secret } = await keysOf(web).create({ name: "shop", requireSigning: true, scopes: [], actor: "test" });
  run(web, "web:1");
  run(worker, "worker:2");
  expect(await counted()).toEqual({ [hex(idOf(old))]: 37 });
  let writing = true;
  const written: string[] = [];
  const writer = (async () => {
    for (; writing; await new Promise((resolve) => setTimeout(resolve, 5))) {
      written.push(
        (await keysOf(web).create({ name: "meanwhile", requireSigning: false, scopes: [], actor: "test" })).id,
      );
      await everythingOpens(worker);
    }
  })();
  const steps: string[] = [];
  const cli = await seals();
  const rotation = await rotateMasterKey({
    pool: database.pool,
    seals: cli,
    to: idOf(fresh),
    clock,
    onStep: (step) => void steps.push(step),
  });
  writing = false;
  await writer;
  expect(rotation).toMatchObject({ kind: "rotated", left: 0 });
  expect(written.length).toBeGreaterThan(0);
  expect(Object.keys(await counted())).toEqual([hex(idOf(fresh))]);
  const alone = await seals(fresh, null);
  expect(await everythingOpens(alone)).toBe(37 + written.length);
  expect(await keysOf(alone).findBySecret(secret.reveal())).toMatchObject({ id });
  expect((await keysOf(alone).findForSigning(id))?.secrets[0]?.reveal()).toBe(secret.reveal());
  await expect(seals(old, null)).rejects.toThrow(/^MASTER_KEY is not the key/);
  const { rows } = await database.pool.query("select detail from audit_log where action = 'master_key.rotated'");
  expect(rows).toHaveLength(1);
});

test("nobody is left behind: a running process without the new key stops the change before it begins", async () => {
  const behind = await seals(old, null);
  await fill(behind);
  run(behind, "web:behind");
  await expect.poll(async () => (await database.pool.query("select from master_key_holders")).rowCount).toBe(1);
  const refused = rotateMasterKey({
    pool: database.pool,
    seals: await seals(),
    to: idOf(fresh),
    clock,
    timeoutMs: 200,
  });
  await expect(refused).rejects.toThrow(/^web:behind was not given the new MASTER_KEY/);
  expect(await counted()).toEqual({ [hex(idOf(old))]: 6 });
  expect((await database.pool.query("select previous_key_id from master_key")).rows).toEqual([
    { previous_key_id: null },
  ]);
});

test("once the old key is refused, Postgres takes nothing under it, and takes the rest", async () => {
  const both = await seals(old, fresh);
  await fill(both);
  await database.pool.query("update master_key set key_id = $1, previous_key_id = $2, previous_refused = true", [
    Buffer.from(idOf(fresh)),
    Buffer.from(idOf(old)),
  ]);
  await expect(keysOf(both).create({ name: "late", requireSigning: false, scopes: [], actor: "test" })).rejects.toThrow(
    /has been replaced/,
  );
  const sealedOld = Buffer.from(createSealedBox(old).seal("x", { table: "idempotency", column: "body", row: "k" }));
  const insert = (body: string) =>
    database.pool.query(
      "insert into idempotency (api_key_id, key, digest, status, body) values ('key_dashboard', $1, $2, 201, $3)",
      [randomBytes(4).toString("hex"), randomBytes(32), body],
    );
  await expect(insert(`sealed:${sealedOld.toString("base64")}`)).rejects.toThrow(/has been replaced/);
  await insert("{}");
  both.ring.sealWith(idOf(fresh));
  await keysOf(both).create({ name: "in time", requireSigning: false, scopes: [], actor: "test" });
});

test("kill -9 in the middle loses nothing, and the next run ends it", async () => {
  const both = await seals(old, fresh);
  await fill(both, 450);
  const child = spawn(process.execPath, ["--input-type=module", "-e", KILLED], {
    env: {
      ...process.env,
      URL: database.url,
      OLD: Buffer.from(old.reveal()).toString("base64"),
      FRESH: Buffer.from(fresh.reveal()).toString("base64"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<string | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  child.stdout.once("data", () => child.kill("SIGKILL"));
  expect(await ended).toBe("SIGKILL");
  const middle = await counted();
  expect(Object.keys(middle)).toHaveLength(2);
  expect(await everythingOpens(await seals())).toBe(456);
  await expect(seals(fresh, null)).rejects.toThrow(/^MASTER_KEY_PREVIOUS is required/);
  const third = newKey();
  const other = rotateMasterKey({ pool: database.pool, seals: await seals(), to: idOf(third), clock, timeoutMs: 0 });
  await expect(other).rejects.toThrow(/another change/);
  const rotation = await rotateMasterKey({ pool: database.pool, seals: await seals(), to: idOf(fresh), clock });
  expect(rotation).toMatchObject({ kind: "rotated", left: 0, rewrapped: middle[hex(idOf(old))] });
  expect(await everythingOpens(await seals(fresh, null))).toBe(456);
  expect(
    await rotateMasterKey({ pool: database.pool, seals: await seals(fresh, null), to: idOf(fresh), clock }),
  ).toMatchObject({
    kind: "unchanged",
    left: 0,
  });
});

const KILLED = `
  import { writeSync } from "node:fs";
  import pg from "pg";
  import { Secret } from "#lib/base/secret.ts";
  import { openSeals } from "#lib/config/master-key.ts";
  import { rotateMasterKey } from "#lib/config/rotate-master-key.ts";
  import { createSealedBox } from "#lib/config/sealed-box.ts";
  const pool = new pg.Pool({ connectionString: process.env.URL });
  const [masterKey, previousMasterKey] = ["FRESH", "OLD"].map((name) => new Secret(Buffer.from(process.env[name], "base64")));
  const seals = await openSeals(pool, { masterKey, previousMasterKey, masterKeyFile: null });
  let batches = 0;
  await rotateMasterKey({
    pool, seals, to: createSealedBox(masterKey).keyId, clock: { now: () => new Date() },
    onBatch(count) {
      if (count < 200) return;
      writeSync(1, "in the middle");
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    },
  });
`;

test("two changes at once are one", async () => {
  const both = await seals(old, fresh);
  await fill(both, 40);
  const outcomes = await Promise.allSettled(
    [1, 2].map(async () => rotateMasterKey({ pool: database.pool, seals: await seals(), to: idOf(fresh), clock })),
  );
  expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
  expect(await rotateMasterKey({ pool: database.pool, seals: await seals(), to: idOf(fresh), clock })).toMatchObject({
    left: 0,
  });
  expect(await counted()).toEqual({ [hex(idOf(fresh))]: 46 });
});

test("every place that the program seals for is known to the change of keys", async () => {
  const root = path.resolve(import.meta.dirname, "..");
  const files = (await readdir(root, { recursive: true })).filter(
    (file) => file.endsWith(".ts") && !file.includes(".test."),
  );
  const found = new Set<string>();
  for (const file of files) {
    const text = await readFile(path.join(root, file), "utf8");
    for (const [, table, column] of text.matchAll(/table: "(\w+)",\s*column: "(\w+)",\s*row[:,\s]/g))
      found.add(`${table}.${column}`);
  }
  // Cookies lie in browsers, under derived keys, and the confirmation of a refund with the agent for ten minutes.
  const stored = [...found].filter((place) => !/^(cookie|mcp)\./.test(place));
  expect(stored.toSorted()).toEqual(SEALED_PLACES.map(({ table, column }) => `${table}.${column}`).toSorted());
});
