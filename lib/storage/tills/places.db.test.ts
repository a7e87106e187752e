import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { insertCashier } from "./cashiers.ts";
import { insertStore, insertTill, listStores, setStoreInUse, setTillInUse } from "./places.ts";

// Goal: stores, tills and cashiers are kept with their codes, their bounds and a record of who changed what.

let database: TestDatabase;
const clock = new FakeClock();
const passwords = createPasswords(4);
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const at = new Date("2026-11-30T02:00:00Z");
const entry = (action: string, subject: string) => ({ actor: "kim@shop.test", action, subject, at });
let round = 0;
let names: { store: string; till: string; code: string };
beforeEach(() => {
  round += 1;
  names = { store: `sto_p${round}`, till: `til_p${round}`, code: `Shop-${round}` };
});

const store = (more: object = {}, max = 1_000) =>
  insertStore(database.pool, {
    place: { id: names.store, code: names.code, name: "西街店", address: null, phone: null, createdAt: at, ...more },
    max,
    entry: entry("store.create", names.store),
  });
const till = (more: object = {}, max = 100) =>
  insertTill(database.pool, {
    place: {
      ...{ id: names.till, storeId: names.store, code: "A", name: "一号", idleMinutes: 10, createdAt: at },
      ...more,
    },
    max,
    entry: entry("till.create", names.till),
  });

describe("places", () => {
  test("codes are unique in any case; those of tills within their store", async () => {
    expect(await store()).toBe("done");
    expect(await store({ id: `${names.store}x`, code: names.code.toLowerCase() })).toBe("code_taken");
    expect(await till()).toBe("done");
    expect(await till({ id: `${names.till}x`, code: "a" })).toBe("code_taken");
    expect(await store({ id: `${names.store}y`, code: `${names.code}y` })).toBe("done");
    expect(await till({ id: `${names.till}y`, storeId: `${names.store}y`, code: "a" })).toBe("done");
  });

  test("there are no more than there may be, and no till in a store that is not in use", async () => {
    expect(await store({}, 0)).toBe("too_many");
    expect(await till()).toBe("absent");
    await store();
    expect(await till({}, 0)).toBe("too_many");
    const out = { id: names.store, deactivatedAt: at, entry: entry("store.disable", names.store) };
    expect(await setStoreInUse(database.pool, out)).toBe("done");
    expect(await till()).toBe("absent");
  });

  test("two at once do not pass the limit together", async () => {
    const { rows } = await database.pool.query<{ stores: number }>("select count(*)::int as stores from stores");
    const max = (rows[0]?.stores ?? 0) + 1;
    const made = ["a", "b", "c"].map((mark) =>
      store({ id: `${names.store}${mark}`, code: `${names.code}${mark}` }, max),
    );
    expect((await Promise.all(made)).toSorted()).toEqual(["done", "too_many", "too_many"]);
    await store({}, max + 1);
    const tills = ["a", "b", "c"].map((mark) => till({ id: `${names.till}${mark}`, code: mark }, 1));
    expect((await Promise.all(tills)).toSorted()).toEqual(["done", "too_many", "too_many"]);
  });

  test("with an open shift neither till nor store goes out of use", async () => {
    await store();
    await till();
    await database.pool.query(
      "insert into shifts (id, till_id, store_id, number, opened_at, opened_by) values ($1, $2, $3, 1, $4, 'x')",
      [`shf_p${round}`, names.till, names.store, at],
    );
    const change = { deactivatedAt: at, entry: entry("till.disable", names.till) };
    expect(await setTillInUse(database.pool, { id: names.till, ...change })).toBe("shift_open");
    expect(await setStoreInUse(database.pool, { id: names.store, ...change })).toBe("shift_open");
    const listed = (await listStores(database.pool)).find(({ id }) => id === names.store);
    expect(listed).toMatchObject({ isActive: true, tills: [{ isActive: true, device: null }] });
    const { rows } = await database.pool.query("select from audit_log where action = 'till.disable' and subject = $1", [
      names.till,
    ]);
    expect(rows).toEqual([]);
  });
});

describe("cashiers", () => {
  const cashiers = () => createCashiers({ pool: database.pool, clock, passwords });
  const by = "kim@shop.test";
  const fields = (more: object = {}) => ({
    ...{ name: `王芳${round}`, refundUpTo: 2_000, userId: null, storeIds: [names.store] },
    ...more,
  });
  const hashOf = async (name: string) => {
    const { rows } = await database.pool.query<{ id: string; pin_hash: string }>(
      "select id, pin_hash from cashiers where name = $1",
      [name],
    );
    return rows[0];
  };
  beforeEach(() => store());

  test("two at once do not pass the limit together", async () => {
    const { rows } = await database.pool.query<{ cashiers: number }>("select count(*)::int as cashiers from cashiers");
    const add = (mark: string) =>
      insertCashier(database.pool, {
        id: `csh_l${round}${mark}`,
        fields: { name: "小红", refundUpTo: null, userId: null, storeIds: [] },
        pinHash: "$scrypt$x",
        createdAt: at,
        max: (rows[0]?.cashiers ?? 0) + 1,
        entry: entry("cashier.create", mark),
      });
    const made = await Promise.all(["a", "b", "c"].map(add));
    expect(made.toSorted()).toEqual(["done", "too_many", "too_many"]);
  });

  test("a PIN is kept as a hash, made where none is typed, and in no record", async () => {
    const typed = await cashiers().create({ fields: fields(), by, pin: "4827" });
    expect(typed.result).toBe("done");
    const kept = await hashOf(`王芳${round}`);
    expect(kept?.pin_hash).toMatch(/^\$scrypt\$/);
    expect(await passwords.isRight("4827", kept?.pin_hash ?? null)).toBe(true);
    const made = await cashiers().create({ fields: fields({ name: `李雷${round}` }), by, pin: "" });
    expect(made.pin.reveal()).toMatch(/^\d{6}$/);
    const { rows } = await database.pool.query<{ text: string }>(
      "select row_to_json(a)::text as text from audit_log a where action like 'cashier.%'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ text }) => text.includes("4827") || text.includes("scrypt"))).toEqual([]);
  });

  test.each(["1234", "12", "12a4"])("the PIN %s is refused, and nobody is added", async (pin) => {
    await expect(cashiers().create({ fields: fields(), by, pin })).rejects.toMatchObject({
      code: "invalid_request",
      errors: [{ path: "pin" }],
    });
    expect(await hashOf(`王芳${round}`)).toBeUndefined();
  });

  test("a new PIN ends the session and the pause of the old one", async () => {
    await cashiers().create({ fields: fields(), by, pin: "4827" });
    const id = (await hashOf(`王芳${round}`))?.id ?? "";
    await till();
    const { pool } = database;
    await pool.query("insert into till_devices (id, till_id, label, bound_by, bound_at) values ($1, $2, '', 'x', $3)", [
      ...[`dev_p${round}`, names.till, at],
    ]);
    await pool.query(
      `insert into cashier_sessions (id, token_hash, device_id, cashier_id, created_at, seen_at, idle_until)
       values ($1::text, sha256(convert_to($1::text, 'UTF8')), $2, $3, $4, $4, $4)`,
      [`cse_p${round}`, `dev_p${round}`, id, at],
    );
    await pool.query("insert into admin_lockouts (key, failures, last_at) values ($1, 5, $2)", [`cashier:${id}`, at]);
    await cashiers().resetPin({ id, by, pin: "90311" });
    const left = await pool.query(
      `select 1 from cashier_sessions where cashier_id = $1 union all select 1 from admin_lockouts where key = $2`,
      [id, `cashier:${id}`],
    );
    expect(left.rows).toEqual([]);
  });

  test("one dashboard user is one cashier", async () => {
    await database.pool.query(
      "insert into admin_users (id, email, role, password_hash, created_at) values ($1, $2, 'clerk', '$scrypt$x', $3)",
      [`usr_p${round}`, `p${round}@shop.test`, at],
    );
    const userId = `usr_p${round}`;
    expect((await cashiers().create({ fields: fields({ userId }), by, pin: "" })).result).toBe("done");
    expect((await cashiers().create({ fields: fields({ name: "x", userId }), by, pin: "" })).result).toBe("user_taken");
  });
});
