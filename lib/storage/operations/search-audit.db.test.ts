import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { recordAudit, recordRepeated } from "./audit-log.ts";
import { type AuditSearch, searchAudit } from "./search-audit.ts";

// Goal: entries are found by all that people look for, and no search reads more of the log than it may.

const DAYS = 400;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  // One entry a day at noon; ids have gaps, as those of transactions that were rolled back.
  await database.pool.query(
    `insert into audit_log (actor, action, subject, created_at)
     select 'boss', case when n % 2 = 0 then 'order.close' else 'key.revoke' end, 'day ' || n,
            '2030-01-01T12:00:00Z'::timestamptz + n * interval '1 day'
       from generate_series(0, $1::int) n, lateral nextval(pg_get_serial_sequence('audit_log', 'id')) gap
      order by n`,
    [DAYS - 1],
  );
});
afterAll(() => database.close());

const dayAt = (day: number) => new Date(Date.parse("2030-01-01T00:00:00Z") + day * 86_400_000);
const search = (of: Omit<AuditSearch, "limit"> & { readonly limit?: number }) =>
  searchAudit(database.pool, { limit: 10, ...of });
const subjects = async (of: Parameters<typeof search>[0]) => (await search(of)).entries.map(({ subject }) => subject);

test("entries are found by topic, by who, to what, whose address, and by days", async () => {
  const { pool } = database;
  const at = new Date("2032-01-01T00:00:00Z");
  const entry = { actor: "kim@shop.test", action: "keyring.turn", subject: "thing_1", at };
  await recordAudit(pool, entry);
  await recordAudit(pool, { ...entry, action: "key.create", subject: "key_9" });
  await recordAudit(pool, { ...entry, actor: "lee@shop.test", action: "key.revoke", subject: "key_9" });
  await recordAudit(pool, {
    ...entry,
    actor: "lee@shop.test",
    action: "user.role",
    detail: { email: "Ann@shop.test" },
  });
  const actions = async (of: Parameters<typeof search>[0]) =>
    (await search({ from: at, ...of })).entries.map(({ action }) => action);
  expect(await actions({})).toEqual(["user.role", "key.revoke", "key.create", "keyring.turn"]);
  expect(await actions({ about: "key" })).toEqual(["key.revoke", "key.create"]);
  expect(await actions({ text: "KIM" })).toEqual(["key.create", "keyring.turn"]);
  expect(await actions({ text: "key_9" })).toEqual(["key.revoke", "key.create"]);
  expect(await actions({ text: "ann@" })).toEqual(["user.role"]);
  // A text is a text: no sign in it stands for others.
  expect(await actions({ text: "key%9" })).toEqual([]);
});

test("days are found wherever in the log they are, to the moment", async () => {
  for (const day of [0, 1, 77, DAYS - 1]) {
    // Room for one day and what may be out of order around it: the search begins and ends there.
    const found = await search({ from: dayAt(day), to: dayAt(day + 1), rowsMax: 2 });
    expect(found.entries.map(({ subject }) => subject)).toEqual([`day ${day}`]);
    expect(found.stopped).toBeNull();
  }
  expect(await subjects({ from: dayAt(10), to: dayAt(13) })).toEqual(["day 12", "day 11", "day 10"]);
  expect(await subjects({ to: dayAt(0) })).toEqual([]);
  expect(await subjects({ from: dayAt(5_000) })).toEqual([]);
});

test("an entry that another clock wrote a little late or early is found by its own time", async () => {
  const { pool } = database;
  for (const minute of [50, 10, 40]) {
    const at = new Date(Date.parse("2033-05-01T00:00:00Z") + minute * 60_000);
    await recordAudit(pool, { actor: "clock", action: "order.close", subject: `minute ${minute}`, at });
  }
  const from = new Date("2033-05-01T00:30:00Z");
  expect(await subjects({ from, text: "clock" })).toEqual(["minute 40", "minute 50"]);
  expect(await subjects({ to: from, text: "clock" })).toEqual(["minute 10"]);
});

test("a search that finds little stops after so many entries, says where, and goes on from there", async () => {
  const of = { text: "day 3", to: dayAt(DAYS), limit: 3, rowsMax: 50 };
  const first = await search(of);
  expect(first.entries.map(({ subject }) => subject)).toEqual(["day 399", "day 398", "day 397"]);
  // Enough was found: the page goes on from its last entry.
  expect(first.stopped).toBeNull();
  const rare = { text: "day 100", to: dayAt(DAYS), rowsMax: 150 };
  const none = await search(rare);
  expect(none).toMatchObject({ entries: [], stopped: { at: new Date(dayAt(250).getTime() + 43_200_000) } });
  const next = await search({ ...rare, before: none.stopped?.id ?? "" });
  expect(next.entries.map(({ subject }) => subject)).toEqual(["day 100"]);
  expect(next.stopped).toMatchObject({ at: new Date(dayAt(100).getTime() + 43_200_000) });
  const last = await search({ ...rare, before: next.stopped?.id ?? "" });
  expect(last).toEqual({ entries: [], stopped: null });
});

test("an entry that was counted says how often", async () => {
  const at = new Date("2034-02-03T04:05:06Z");
  const entry = { actor: "sign-in", action: "admin.sign_in_failed", subject: "usr_1", at };
  for (let time = 0; time < 3; time++) {
    await recordRepeated(database.pool, { topic: "usr_1", key: "from one address" }, entry);
  }
  expect((await search({ from: at })).entries).toEqual([expect.objectContaining({ subject: "usr_1", times: 3 })]);
});

test("the last backup is found by an index, however long the log is", async () => {
  await database.pool.query("analyze audit_log");
  const sql = "select max(created_at) as at from audit_log where action = 'backup.made'";
  const { rows } = await database.pool.query<{ "QUERY PLAN": string }>(`explain ${sql}`);
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("audit_log_backups");
});
