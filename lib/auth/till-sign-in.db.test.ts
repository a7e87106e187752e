import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { shiftStore } from "#lib/storage/tills/shifts.ts";
import type { BoundTill } from "#lib/storage/tills/till-devices.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createPasswords } from "./admin-password.ts";
import { createTillSignIn, type TillSignIn } from "./till-sign-in.ts";

// Goal: at a till only its own cashiers come in, by PIN, one at a time; and everything that should end a session does.

let database: TestDatabase;
let tills: TillSignIn;
const clock = new FakeClock();
const passwords = createPasswords(4);
beforeAll(async () => {
  database = await testDatabase();
  const cookieBox = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
  tills = createTillSignIn({ pool: database.pool, clock, passwords, cookieBox });
});
afterAll(() => database.close());

const PINS = { fang: "4827", li: "90311", east: "5550" };
let round = 0;
let place: { store: string; other: string; till: string; fang: string; li: string; east: string };
beforeEach(async () => {
  clock.advance(24 * 60 * MINUTE_MS);
  round += 1;
  const id = (kind: string, name: string) => `${kind}_${name}${round}`;
  place = {
    ...{ store: id("sto", "w"), other: id("sto", "e"), till: id("til", "w") },
    ...{ fang: id("csh", "f"), li: id("csh", "l"), east: id("csh", "e") },
  };
  const { pool } = database;
  await pool.query(
    `insert into stores (id, code, name, created_at) values ($1, $2, '西街店', now()), ($3, $4, '东街店', now())`,
    [...[place.store, `w${round}`, place.other, `e${round}`]],
  );
  await pool.query(
    `insert into tills (id, store_id, code, name, idle_minutes, created_at) values ($1, $2, '1', '一号', 10, now())`,
    [place.till, place.store],
  );
  for (const [name, pin] of Object.entries(PINS)) {
    const cashierId = place[name as keyof typeof PINS];
    await pool.query("insert into cashiers (id, name, pin_hash, created_at) values ($1, $2, $3, now())", [
      ...[cashierId, name, await passwords.hash(pin)],
    ]);
    await pool.query("insert into cashier_stores (cashier_id, store_id) values ($1, $2)", [
      ...[cashierId, name === "east" ? place.other : place.store],
    ]);
  }
});

async function bound(): Promise<{ cookie: string; at: BoundTill }> {
  const cookie = (await tills.bind({ tillId: place.till, label: "Pad", by: "kim@shop.test" })).reveal();
  const at = await tills.deviceOf(cookie);
  if (at === null) throw new Error("the device is no till");
  return { cookie, at };
}

const signIn = async (at: BoundTill, who: keyof typeof PINS, pin: string = PINS[who]) =>
  (await tills.signIn({ at, cashierId: place[who], pin }))?.reveal();

const audited = async (action: string) => {
  const { rows } = await database.pool.query<{ actor: string; detail: object }>(
    "select actor, detail from audit_log where action = $1 and (subject = any($2)) order by id",
    [action, Object.values(place)],
  );
  return rows;
};

describe("a device", () => {
  test("is a till by its cookie alone, until another device is it or it is unbound", async () => {
    const { cookie, at } = await bound();
    expect(at).toMatchObject({ store: { name: "西街店" }, till: { id: place.till, code: "1" }, idleMinutes: 10 });
    expect(await tills.deviceOf(`${cookie}x`)).toBeNull();
    expect(await tills.deviceOf(undefined)).toBeNull();
    const token = await signIn(at, "fang");
    const second = await bound();
    expect(await tills.deviceOf(cookie)).toBeNull();
    expect(await tills.find(token, at)).toBeNull();
    expect(await tills.unbind({ tillId: place.till, by: "kim@shop.test" })).toBe(true);
    expect(await tills.deviceOf(second.cookie)).toBeNull();
    expect(await tills.unbind({ tillId: place.till, by: "kim@shop.test" })).toBe(false);
    expect((await audited("till.bind")).map(({ actor }) => actor)).toEqual(["kim@shop.test", "kim@shop.test"]);
  });

  test("two that become the till at once: one is it", async () => {
    const cookies = await Promise.all([bound, bound].map((one) => one().catch(() => null)));
    const { rows } = await database.pool.query("select from till_devices where till_id = $1 and ended_at is null", [
      place.till,
    ]);
    expect(rows).toHaveLength(1);
    expect(cookies.filter((each) => each !== null).length).toBeGreaterThan(0);
  });

  test("a till or store out of use takes no device and lets nobody in", async () => {
    const { cookie, at } = await bound();
    const token = await signIn(at, "fang");
    await database.pool.query("update tills set deactivated_at = now() where id = $1", [place.till]);
    expect(await tills.deviceOf(cookie)).toBeNull();
    expect(await tills.find(token, at)).toBeNull();
    await expect(tills.bind({ tillId: place.till, label: "", by: "x" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a cashier", () => {
  test("comes in by PIN, opens the shift, and takes the place of who was there", async () => {
    const { at } = await bound();
    expect((await tills.cashiersAt(at)).map(({ name }) => name)).toEqual(["fang", "li"]);
    const first = await signIn(at, "fang");
    const session = await tills.find(first, at);
    expect(session).toMatchObject({ cashier: { name: "fang", refundUpToFen: null }, shift: { number: 1 } });
    const second = await signIn(at, "li");
    expect(await tills.find(first, at)).toBeNull();
    // The shift goes on.
    expect(await tills.find(second, at)).toMatchObject({ cashier: { name: "li" }, shift: { id: session?.shift?.id } });
    expect(await audited("shift.open")).toHaveLength(1);
    expect((await audited("cashier.signed_in")).map(({ actor }) => actor)).toEqual([
      `cashier:fang (${place.fang})`,
      `cashier:li (${place.li})`,
    ]);
  });

  test.each([
    ["a wrong PIN", "fang", "4828"],
    ["the PIN of another", "fang", PINS.li],
    ["a cashier of another store", "east", PINS.east],
    ["no PIN", "fang", ""],
  ] as const)("%s lets nobody in", async (_, who, pin) => {
    const { at } = await bound();
    expect(await signIn(at, who, pin)).toBeUndefined();
    expect(await audited("cashier.signed_in")).toEqual([]);
    const { rows } = await database.pool.query("select from shifts where till_id = $1", [place.till]);
    expect(rows).toEqual([]);
  });

  test("two who sign in at once: one stands there, and one shift is open", async () => {
    const { at } = await bound();
    const tokens = await Promise.all([signIn(at, "fang"), signIn(at, "li")]);
    const found = await Promise.all(tokens.map((token) => tills.find(token, at)));
    expect(found.filter((each) => each !== null)).toHaveLength(1);
    const { rows } = await database.pool.query("select number from shifts where till_id = $1", [place.till]);
    expect(rows).toEqual([{ number: 1 }]);
  });

  test("who signs in while the shift is handed over waits for that, stays signed in and opens the next shift", async () => {
    const { at } = await bound();
    const first = await tills.find(await signIn(at, "fang"), at);
    const shiftId = first?.shift?.id ?? "";
    const holder = await database.pool.connect();
    const waiting = async () => {
      const { rows } = await database.pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length;
    };
    // Holds the hand-over back in the middle of its transaction.
    await holder.query("begin");
    await holder.query("select from shifts where id = $1 for update", [shiftId]);
    const handOver = { shiftId, actor: "kim@shop.test", cashierId: null, note: null, at: clock.now() };
    const handingOver = shiftStore(database.pool).handOver(handOver);
    await expect.poll(waiting).toBe(1);
    const entering = signIn(at, "li");
    await expect.poll(waiting).toBe(2);
    await holder.query("commit");
    holder.release();
    expect(await handingOver).toBe("handed_over");
    expect(await tills.find(await entering, at)).toMatchObject({ cashier: { id: place.li }, shift: { number: 2 } });
  });

  test("goes by signing out, and what is left opens nothing", async () => {
    const { at } = await bound();
    const token = await signIn(at, "fang");
    const session = await tills.find(token, at);
    if (session === null) throw new Error("nobody is signed in");
    await tills.signOut(session);
    await tills.signOut(session);
    expect(await tills.find(token, at)).toBeNull();
    expect(await audited("cashier.signed_out")).toHaveLength(1);
  });

  test("is locked out when nobody touched the till for a while; being busy keeps it open", async () => {
    const { at } = await bound();
    const token = await signIn(at, "fang");
    for (const _ of [1, 2, 3]) {
      clock.advance(9 * MINUTE_MS);
      const session = await tills.find(token, at);
      expect(session).not.toBeNull();
      if (session !== null) await tills.touch(session);
    }
    clock.advance(10 * MINUTE_MS - 1);
    expect(await tills.find(token, at)).not.toBeNull();
    clock.advance(1);
    expect(await tills.find(token, at)).toBeNull();
  });

  test.each([
    ["out of use", "update cashiers set deactivated_at = now() where id = $1"],
    ["moved to another store", "delete from cashier_stores where cashier_id = $1"],
  ])("who is %s is signed out at once", async (_, sql) => {
    const { at } = await bound();
    const token = await signIn(at, "fang");
    await database.pool.query(sql, [place.fang]);
    expect(await tills.find(token, at)).toBeNull();
    expect(await signIn(at, "fang")).toBeUndefined();
  });

  test("a session is worth nothing at another till", async () => {
    const { at } = await bound();
    const token = await signIn(at, "fang");
    expect(await tills.find(token, { ...at, deviceId: "dev_other" })).toBeNull();
  });
});

describe("wrong PINs", () => {
  test("pause the cashier, also for the right one; the pause ends, and the right PIN clears the count", async () => {
    const { at } = await bound();
    for (const _ of [1, 2, 3, 4, 5]) expect(await signIn(at, "fang", "0001")).toBeUndefined();
    await expect(signIn(at, "fang")).rejects.toMatchObject({ code: "rate_limited", retryAfterS: 30 });
    // Others at the same till go on.
    expect(await signIn(at, "li")).toEqual(expect.any(String));
    clock.advance(30 * SECOND_MS);
    expect(await signIn(at, "fang")).toEqual(expect.any(String));
    expect(await signIn(at, "fang", "0001")).toBeUndefined();
    expect(await signIn(at, "fang")).toEqual(expect.any(String));
    expect(await audited("cashier.paused")).toHaveLength(1);
    expect(await audited("cashier.pin_wrong")).not.toEqual([]);
  });

  test("pause the till when they go through the names", async () => {
    const { at } = await bound();
    for (let wrong = 0; wrong < 20; wrong++) {
      expect(await tills.signIn({ at, cashierId: `csh_nobody${wrong}`, pin: "0001" })).toBeNull();
    }
    await expect(signIn(at, "fang")).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("thirty at once are counted before they are looked at", async () => {
    const { at } = await bound();
    const pins = Array.from({ length: 30 }, (_, index) => String(1_000 + index));
    const answers = await Promise.allSettled(pins.map((pin) => signIn(at, "fang", pin)));
    expect(answers.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(5);
  });
});
