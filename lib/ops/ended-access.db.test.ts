import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { createApiKeys } from "#lib/auth/api-keys.ts";
import { createEpayAccounts } from "#lib/auth/epay-accounts.ts";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import type { Database } from "#lib/storage/client.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { absentDatabase, type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { restoreBackup, writeBackup } from "./backup.ts";
import { endedAccessFile, keepEndedList, readEndedList } from "./ended-access.ts";

// Goal: what was ended stays ended, also when a backup of before it is restored.

const clock = new FakeClock();
const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
const deviceKey = randomBytes(32);
const passwords = createPasswords(8);
const visitor = { address: "10.0.0.1", agent: "test" };
let database: TestDatabase;
let folder: string;
let list: string;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-ended-"));
  list = endedAccessFile(folder);
  return () => rm(folder, { recursive: true });
});
afterAll(() => database.close());

const keysOf = ({ pool }: Database) => createApiKeys({ pool, box, lookupKey: box.deriveKey("k"), clock });
const adminsOf = ({ pool }: Database) =>
  createAdmins({ pool, clock, box, passwords, deviceKey, publicUrl: "https://pay.shop.test" });

let people = 0;
async function person(role: "owner" | "clerk") {
  const email = `p${++people}@shop.test`;
  const { id, password } = await adminsOf(database).users.create({ email, role, actor: "test" });
  return { id, email, password: password.reveal() };
}

async function key(name: string) {
  const { id, secret } = await keysOf(database).create({ name, requireSigning: false, scopes: [], actor: "test" });
  return { id, secret: secret.reveal() };
}

async function backUp(): Promise<string> {
  const file = path.join(folder, `${randomBytes(4).toString("hex")}.backup`);
  await writeBackup({ url: database.url, file, seal: box }, clock);
  return file;
}

async function restored<Result>(
  file: string,
  look: (database: Database, access: Awaited<ReturnType<typeof restoreBackup>>["access"]) => Promise<Result>,
): Promise<Result> {
  const target = absentDatabase();
  const ended = (await readEndedList(list)) ?? [];
  const { access } = await restoreBackup({ url: target.url, file, seals: [box], ended }, clock);
  try {
    return await look(target, access);
  } finally {
    await target.close();
  }
}

test("a key that was revoked after the backup, and a person who was disabled, stay out; sessions end", async () => {
  const [owner, leaver] = [await person("owner"), await person("clerk")];
  const [stolen, good] = [await key("stolen"), await key("good")];
  const signedIn = await adminsOf(database).signIn(owner, visitor);
  const token = signedIn?.token.reveal() ?? "";
  const file = await backUp();
  await keysOf(database).revoke(stolen.id, owner.email);
  await adminsOf(database).users.setDisabled({ userId: leaver.id, disabled: true, actor: owner.email });
  await keepEndedList(database.pool, list);

  await restored(file, async (there, access) => {
    expect(access).toMatchObject({ sessions: 1, keys: 1, users: 1, accounts: 0 });
    expect(access.keysInForce.map(({ id }) => id)).toEqual([good.id]);
    expect(await keysOf(there).findBySecret(stolen.secret)).toBeNull();
    expect(await keysOf(there).findBySecret(good.secret)).toMatchObject({ id: good.id });
    const admins = adminsOf(there);
    expect(await admins.sessions.find(token)).toBeNull();
    expect(await admins.signIn(leaver, visitor)).toBeNull();
    expect(await admins.signIn(owner, visitor)).not.toBeNull();
    const { rows } = await there.pool.query("select detail from audit_log where action = 'backup.restored'");
    const none = { accounts: 0, epay: 0, devices: 0, cashiers: 0, passkeys: 0, recoveryCodes: 0 };
    expect(rows).toEqual([
      { detail: { backupAt: clock.now().toISOString(), sessions: 1, keys: 1, users: 1, ...none } },
    ]);
    expect((await there.pool.query("select from alerts where kind = 'backup_restored'")).rowCount).toBe(1);
  });
});

test("a link to join that was open then opens nothing, since it may have been used after the backup", async () => {
  const { id, email } = await person("owner");
  const { token } = await adminsOf(database).invitations.invite({
    email: "n@shop.test",
    role: "owner",
    by: { id, email },
  });
  await restored(await backUp(), async (there) => {
    expect(await adminsOf(there).invitations.find(token.reveal())).toMatchObject({ state: "revoked" });
  });
});

test("without the list sessions end all the same, and every valid key is named", async () => {
  const [kept, revoked] = [await key("kept"), await key("revoked later")];
  const file = await backUp();
  await keysOf(database).revoke(revoked.id, "test");
  await restored(file, async (there, access) => {
    expect(access).toMatchObject({ keys: 0, users: 0 });
    expect(access.keysInForce.map(({ id }) => id)).toEqual(expect.arrayContaining([kept.id, revoked.id]));
    expect((await there.pool.query("select from admin_sessions")).rowCount).toBe(0);
  });
});

test("replaced WeChat credentials that were revoked after the backup stay revoked; those in use are named", async () => {
  const account = (id: string, status: string) =>
    database.pool.query(
      `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint, status, retired_at)
       values ($1, 'v3', 'wx', 'm', true, '', sha256(convert_to($1, 'UTF8')), $2, case when $2 = 'retired' then now() end)`,
      [id, status],
    );
  await account("acc_replaced", "retired");
  await account("acc_used", "active");
  const file = await backUp();
  await database.pool.query("update gateway_accounts set status = 'retired', retired_at = now() where id = 'acc_used'");
  await database.pool.query("update gateway_accounts set revoked_at = now()");
  await keepEndedList(database.pool, list);
  await restored(file, async (there, access) => {
    expect(access).toMatchObject({ accounts: 1, accountsInUse: ["acc_used"] });
    const { rows } = await there.pool.query(
      "select id, status, revoked_at is not null as revoked from gateway_accounts order by id",
    );
    expect(rows).toEqual([
      { id: "acc_replaced", status: "retired", revoked: true },
      { id: "acc_used", status: "active", revoked: false },
    ]);
  });
});

test("what a counter and the epay door were entered with stays out: ended devices, cashiers and pids, replaced keys", async () => {
  const { pool } = database;
  const epay = createEpayAccounts({ pool, box, clock, keepEnded: () => keepEndedList(pool, list) });
  const make = async (name: string) => (await epay.create({ name, mayRefund: true }, "test")).pid;
  const kept = await make("kept");
  const ended = await make("ended");
  const rotated = await make("rotated");
  const again = await make("again");
  const rotatedBefore = await make("rotated before");
  await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 's1', 'one', now())");
  for (const name of ["lost", "kept"]) {
    await pool.query("insert into tills (id, store_id, code, name, created_at) values ($1, 'sto_1', $2, 'x', now())", [
      ...[`til_${name}`, name],
    ]);
    await pool.query(
      "insert into till_devices (id, till_id, label, bound_by, bound_at) values ($1, $2, '', 'x', now())",
      [`dev_${name}`, `til_${name}`],
    );
  }
  for (const id of ["csh_left", "csh_back"]) {
    await pool.query("insert into cashiers (id, name, pin_hash, created_at) values ($1, $1, '$scrypt$1', now())", [id]);
  }
  await pool.query(
    `insert into cashier_sessions (id, token_hash, device_id, cashier_id, created_at, seen_at, idle_until)
     values ('cse_1', sha256('x'), 'dev_kept', 'csh_back', now(), now(), now() + interval '1 hour')`,
  );
  clock.advance(1_000);
  await epay.replaceKey(rotatedBefore, "test");
  clock.advance(1_000);
  const file = await backUp();

  await epay.disable(ended, "test");
  await epay.replaceKey(rotated, "test");
  await epay.disable(again, "test");
  clock.advance(1_000);
  await epay.replaceKey(again, "test");
  await epay.replaceKey(rotated, "test");
  await pool.query("update till_devices set ended_at = now(), ended_by = 'x' where id = 'dev_lost'");
  for (const state of ["now()", "null"]) {
    await pool.query(`update cashiers set deactivated_at = ${state} where id = 'csh_back'`);
    await keepEndedList(pool, list);
  }
  await pool.query("update cashiers set deactivated_at = now() where id = 'csh_left'");
  await keepEndedList(pool, list);

  await restored(file, async (there, access) => {
    const inUse = [
      { pid: kept, name: "kept" },
      { pid: rotatedBefore, name: "rotated before" },
    ];
    expect(access).toMatchObject({ epay: 3, epayInUse: inUse, devices: 1, cashiers: 1 });
    const ids = async (sql: string) => (await there.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id);
    expect(await ids("select pid as id from epay_accounts where disabled_at is null order by pid")).toEqual([
      ...[kept, rotatedBefore],
    ]);
    expect(await ids("select id from till_devices where ended_at is null")).toEqual(["dev_kept"]);
    expect(await ids("select id from cashiers where deactivated_at is null")).toEqual(["csh_back"]);
    expect(await ids("select id from cashier_sessions")).toEqual([]);
  });
});

test("a backup of before keys of pids were replaced is restored as well", async () => {
  const keepEnded = () => keepEndedList(database.pool, list);
  const epay = createEpayAccounts({ pool: database.pool, box, clock, keepEnded });
  const { pid } = await epay.create({ name: "old", mayRefund: false }, "test");
  const old = await testDatabase();
  await old.pool.query("alter table epay_accounts drop column key_changed_at, drop column last_used_at");
  await old.pool.query(
    "insert into epay_accounts (pid, name, key_sealed, created_at) select pid, name, key_sealed, created_at from jsonb_populate_record(null::epay_accounts, $1)",
    [(await database.pool.query("select to_jsonb(a) as row from epay_accounts a where pid = $1", [pid])).rows[0].row],
  );
  const file = path.join(folder, "old.backup");
  await writeBackup({ url: old.url, file, seal: box }, clock);
  await old.close();
  clock.advance(1_000);
  await epay.replaceKey(pid, "test");
  const target = absentDatabase();
  const ended = (await readEndedList(list)) ?? [];
  const { access } = await restoreBackup({ url: target.url, file, seals: [box], ended }, clock);
  expect(access).toMatchObject({ epay: 1, epayInUse: [] });
  await target.close();
});

test("somebody who may come in again is not kept out by what the list said before", async () => {
  const back = await person("clerk");
  const { users } = adminsOf(database);
  const file = await backUp();
  for (const disabled of [true, false]) {
    await users.setDisabled({ userId: back.id, disabled, actor: "test" });
    await keepEndedList(database.pool, list);
  }
  await restored(file, async (there) => {
    expect(await adminsOf(there).signIn(back, visitor)).not.toBeNull();
  });
});

test("the only owner at the time of the backup stays, so that someone can repair the rest", async () => {
  const file = await backUp();
  const { users } = adminsOf(database);
  const before = (await users.list()).filter(({ role }) => role === "owner");
  const successor = await person("owner");
  for (const { id } of before) await users.setDisabled({ userId: id, disabled: true, actor: successor.email });
  await keepEndedList(database.pool, list);
  await restored(file, async (there) => {
    const owners = (await adminsOf(there).users.list()).filter(({ role }) => role === "owner");
    expect(owners.every(({ disabledAt }) => disabledAt === null)).toBe(true);
    expect(owners).toHaveLength(before.length);
  });
});

test("the list is written once for each, says no secret, and survives a line that was cut off", async () => {
  const [first, second] = [await key("first"), await key("second")];
  await keysOf(database).revoke(first.id, "test");
  await Promise.all([keepEndedList(database.pool, list), keepEndedList(database.pool, list)]);
  await keepEndedList(database.pool, list);
  await appendFile(list, '{"kind":"key","id":"key_cu');
  await keysOf(database).revoke(second.id, "test");
  await keepEndedList(database.pool, list);
  const ids = (await readEndedList(list))?.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([first.id, second.id]));
  const size = (await readFile(list)).length;
  await keepEndedList(database.pool, list);
  expect((await readFile(list)).length).toBe(size);
  expect(await readFile(list, "utf8")).not.toContain(first.secret);
});
