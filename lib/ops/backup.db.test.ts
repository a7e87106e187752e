import { createHash, createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiKeys } from "#lib/auth/api-keys.ts";
import { createAuthenticate } from "#lib/auth/authenticate.ts";
import { Secret } from "#lib/base/secret.ts";
import { openSeals } from "#lib/config/master-key.ts";
import { createSealedBox, type SealedBox } from "#lib/config/sealed-box.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { migrationState } from "#lib/storage/migrate.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { absentDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { restoreBackup, verifyBackup, writeBackup } from "./backup.ts";
import { readFrames } from "./backup-file.ts";

// Goal: what is restored is what was backed up, constraints and keys included; a file that is not whole is refused before anything
// is touched.

const newKey = () => new Secret<Uint8Array>(randomBytes(32));
const newBox = () => createSealedBox(newKey());
const masterKey = newKey();
/** Seals files: by the master key itself. What lies in a database hangs on the root that the database keeps. */
const box = createSealedBox(masterKey);
const boxOf = async ({ pool }: Database): Promise<SealedBox> =>
  (await openSeals(pool, { masterKey, previousMasterKey: null, masterKeyFile: null })).box;
let fixture: PaymentFixture;
let folder: string;
let file: string;
let url: string;
let secret: { id: string; secret: string };

async function keysOf(database: Database) {
  const rooted = await boxOf(database);
  const lookupKey = rooted.deriveKey("api-key-lookup");
  return createApiKeys({ pool: database.pool, box: rooted, lookupKey, clock: fixture.clock });
}

beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-backup-"));
  file = path.join(folder, "shop.backup");
  const { rows } = await fixture.database.pool.query<{ name: string }>("select current_database() as name");
  url = sibling(rows[0]?.name ?? "");
  for (let round = 0; round < 3; round++) {
    const order = await fixture.order({ metadata: { note: "a\tb\\n\n`换行" } });
    await fixture.payAndNotify(await fixture.open(order.id));
    if (round === 0) await fixture.payments.refundOrder({ orderId: order.id, amount: 100 });
  }
  const { id } = await fixture.order();
  // Of a table in parts, and of a month for which the other database has none.
  await fixture.database.pool.query(
    `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene)
     select $1, moment, gen_random_uuid(), 'visit01', 'page_viewed', moment, 'browser', 'phone', 'ios', 'h5', 'other'
       from unnest(array[now(), '2020-02-02Z']) as moment`,
    [id],
  );
  const made = await (await keysOf(fixture.database)).create({
    name: "店",
    requireSigning: true,
    scopes: [],
    actor: "test",
  });
  secret = { id: made.id, secret: reveal(made.secret) };
  await fixture.database.pool.query(
    "insert into idempotency (api_key_id, key, digest, status, body) values ($1, 'k', $2, 201, '{\"id\":1}')",
    [secret.id, randomBytes(32)],
  );
  await writeBackup({ url, file, seal: box, mode: "sandbox" }, fixture.clock);
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

const reveal = (text: unknown): string => (text instanceof Secret ? text.reveal() : String(text));

/** The fixture does not tell its address. */
function sibling(database: string): string {
  const one = new URL(absentDatabase().url);
  one.pathname = `/${database}`;
  return one.href;
}

const contents = async ({ pool }: Database) => {
  const { rows } = await pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('heartbeats', '_prisma_migrations') order by 1",
  );
  const all: Record<string, unknown> = {};
  for (const { name } of rows) {
    const { rows: content } = await pool.query(
      `select md5(string_agg(t::text, '|' order by t::text)) as sum, count(*)::int from "${name}" t`,
    );
    all[name] = content[0];
  }
  return all;
};

describe("into an empty database", () => {
  const target = absentDatabase();
  let restored: Database;
  beforeAll(async () => {
    await restoreBackup({ url: target.url, file, seals: [box], ended: [] }, fixture.clock);
    restored = openDatabase({ url: target.url, poolSize: 2 });
  });
  afterAll(async () => {
    await restored.close();
    await target.close();
  });

  test("every row of every table is the same", async () => {
    const before = await contents(fixture.database);
    // The restore itself is recorded and raises an alert.
    const { audit_log: entries, alerts, ...rows } = await contents(restored);
    expect({ ...rows, audit_log: before.audit_log, alerts: before.alerts }).toEqual(before);
    const added = (now: unknown, then: unknown) =>
      (now as { count: number }).count - ((then as { count: number }).count ?? 0);
    expect([added(entries, before.audit_log), added(alerts, before.alerts)]).toEqual([1, 1]);
    expect(before.journal_lines).toMatchObject({ count: expect.any(Number) });
    expect((await migrationState(restored.pool)).current).toBe(true);
  });

  test("every index is there again", async () => {
    const indexes = async ({ pool }: Database) =>
      (await pool.query("select indexdef from pg_indexes where schemaname = 'public' order by 1")).rows.map(
        ({ indexdef }) => indexdef,
      );
    const there = await indexes(restored);
    expect(there).toEqual(await indexes(fixture.database));
    expect(there.filter((definition) => definition.includes("USING gin"))).toHaveLength(2);
  });

  test("a signed request is still believed, with the same master key", async () => {
    const keys = await keysOf(restored);
    const authenticate = createAuthenticate({
      ...{ pool: restored.pool, keys, clock: fixture.clock, settings: { sandbox: false }, noteUse() {} },
    });
    const timestamp = Math.floor(fixture.clock.now().getTime() / 1000);
    const message = `GET\n/api/v1/orders\n${timestamp}\nn1\n\n`;
    const signature = createHmac("sha256", secret.secret).update(message).digest("base64");
    const authorization = `PAY-HMAC-SHA256 key_id="${secret.id}",nonce="n1",timestamp="${timestamp}",signature="${signature}"`;
    const call = {
      authorization,
      method: "GET",
      target: "/api/v1/orders",
      address: "127.0.0.1",
      readBody: async () => new Uint8Array(),
    };
    await expect(authenticate(call)).resolves.toMatchObject({ id: secret.id });
    await expect(keys.findBySecret(secret.secret)).resolves.toMatchObject({ id: secret.id });
  });

  test("the constraints hold: nothing is changed that may not be, and new rows get new numbers", async () => {
    const { pool } = restored;
    await expect(pool.query("update journal_lines set debit = debit + 1 where debit > 0")).rejects.toThrow(
      "append_only",
    );
    await expect(pool.query("update orders set amount_total = amount_total + 1")).rejects.toThrow();
    const { rows } = await pool.query(
      "insert into alerts (kind, cause, created_at) values ('x', 'x', now()) returning id",
    );
    const { rows: all } = await pool.query("select max(id) as last from audit_log");
    expect(rows[0].id).toBeDefined();
    await pool.query("insert into audit_log (actor, action) values ('x', 'y')");
    expect((await pool.query("select max(id) as last from audit_log")).rows[0]).not.toEqual(all[0]);
    await pool.query("delete from alerts where kind = 'x'");
  });

  test("a database that is not empty is left alone", async () => {
    await expect(
      restoreBackup({ url: target.url, file, seals: [box], ended: [] }, fixture.clock),
    ).rejects.toMatchObject({ code: "conflict" });
    expect((await restored.pool.query("select from orders")).rowCount).toBe(4);
  });
});

test("it tells what is in it, and only its owner may read it", async () => {
  const summary = await verifyBackup(file, [box]);
  expect(summary.tables).toMatchObject({ orders: 4, idempotency: 1, refunds: 1, master_key: 1 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(summary.mode).toBe("sandbox");
  await expect(verifyBackup(file, [])).rejects.toThrow("set MASTER_KEY");
});

test("nothing of it can be read without the key", async () => {
  const bytes = await readFile(file);
  const [line = ""] = bytes.toString("latin1").split("\n");
  expect(line).toBe(`lingfu-sealed 1 dump ${Buffer.from(box.keyId).toString("hex")}`);
  // What was sealed looks like chance: packing it again gains nothing.
  expect(gzipSync(bytes).length).toBeGreaterThan(bytes.length * 0.99);
});

test("one of before there were seals is still read, and refused where it was changed", async () => {
  const frames: Buffer[] = [];
  for await (const bytes of readFrames(Readable.from([await readFile(file)]), { kind: "dump", seals: [box] })) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    frames.push(length, bytes);
  }
  const packed = gzipSync(Buffer.concat(frames));
  const digest = createHash("sha256").update(packed).digest();
  const mac = createHmac("sha256", box.deriveKey("backup")).update(digest).digest();
  const old = path.join(folder, "old.backup");
  const whole = Buffer.concat([packed, digest, mac]);
  await writeFile(old, whole);
  expect(await verifyBackup(old, [box])).toEqual(await verifyBackup(file, [box]));
  await expect(verifyBackup(old, [newBox()])).rejects.toThrow("another MASTER_KEY");
  for (const at of [5, 2_000, packed.length - 3, packed.length + 3, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(old, changed);
    await expect(verifyBackup(old, [box])).rejects.toMatchObject({ code: "invalid_request" });
  }
  await writeFile(old, whole.subarray(0, whole.length - 40));
  await expect(verifyBackup(old, [box])).rejects.toMatchObject({ code: "invalid_request" });
});

test("another master key is refused, and so is a file that somebody else sealed", async () => {
  await expect(verifyBackup(file, [newBox()])).rejects.toThrow("another MASTER_KEY");
  const forged = path.join(folder, "forged.backup");
  await writeBackup({ url, file: forged, seal: { keyId: box.keyId, deriveKey: () => randomBytes(32) } }, fixture.clock);
  await expect(verifyBackup(forged, [newBox(), box])).rejects.toThrow("changed");
});

test("one of the middle of a change of master keys takes both", async () => {
  const [other, third] = [newBox(), newBox()];
  const middle = path.join(folder, "middle.backup");
  await writeBackup({ url, file: middle, seal: box, previousKeyId: other.keyId }, fixture.clock);
  await expect(verifyBackup(middle, [third, box])).rejects.toThrow("MASTER_KEY_PREVIOUS");
  expect(await verifyBackup(middle, [other, box])).toMatchObject({ mode: null });
});

test("cut short, longer, or changed in any one place: refused by both, and nothing is made", async () => {
  const whole = await readFile(file);
  const broken = path.join(folder, "broken.backup");
  const places = [
    0,
    3,
    9,
    20,
    500,
    Math.floor(whole.length / 2),
    whole.length - 65,
    whole.length - 40,
    whole.length - 1,
  ];
  const flipped = places.map((at) => Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte))));
  const cut = [0, 10, 64, 65, 1000, whole.length - 64, whole.length - 1].map((length) => whole.subarray(0, length));
  const target = await testDatabase();
  for (const bytes of [...flipped, ...cut, Buffer.concat([whole, Buffer.from("x")]), Buffer.from("hello")]) {
    await writeFile(broken, bytes);
    await expect(verifyBackup(broken, [box])).rejects.toMatchObject({ code: "invalid_request" });
    await expect(
      restoreBackup({ url: target.url, file: broken, seals: [box], ended: [] }, fixture.clock),
    ).rejects.toMatchObject({
      code: "invalid_request",
    });
  }
  await target.close();
});

test("rows that violate a constraint are not restored, and the database is empty again", async () => {
  const bad = path.join(folder, "bad.backup");
  const { pool } = fixture.database;
  await pool.query("alter table refunds disable trigger user");
  const { rows } = await pool.query<{ id: string }>(
    "select id from payment_attempts where refund_held > 0 or refunded > 0 limit 1",
  );
  await pool.query("alter table payment_attempts disable trigger user");
  await pool.query("update payment_attempts set refund_held = refund_held + 1 where id = $1", [rows[0]?.id]);
  await writeBackup({ url, file: bad, seal: box }, fixture.clock);
  await pool.query("update payment_attempts set refund_held = refund_held - 1 where id = $1", [rows[0]?.id]);
  const target = absentDatabase();
  await expect(restoreBackup({ url: target.url, file: bad, seals: [box], ended: [] }, fixture.clock)).rejects.toThrow(
    /holds/,
  );
  await restoreBackup({ url: target.url, file, seals: [box], ended: [] }, fixture.clock);
  await target.close();
});

test("an existing file is never replaced unasked, and not by one that began at the same time", async () => {
  const own = path.join(folder, "own.backup");
  await writeFile(own, "mine");
  const target = { url, file: own, seal: box };
  await expect(writeBackup(target, fixture.clock)).rejects.toMatchObject({
    code: "conflict",
    detail: expect.stringContaining("--overwrite"),
  });
  expect(await readFile(own, "utf8")).toBe("mine");
  await writeBackup({ ...target, overwrite: true }, fixture.clock);
  expect((await verifyBackup(own, [box])).rows).toBeGreaterThan(0);
  await rm(own);
  // Somebody makes a file of this name while the backup is being written.
  const late = {
    ...fixture.clock,
    now: () => {
      writeFileSync(own, "theirs");
      return fixture.clock.now();
    },
  };
  await expect(writeBackup(target, late)).rejects.toMatchObject({ code: "conflict" });
  expect(await readFile(own, "utf8")).toBe("theirs");
  expect((await readdir(folder)).filter((name) => name.startsWith("own"))).toEqual(["own.backup"]);
});
