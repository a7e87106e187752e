import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { openDatabase } from "../client.ts";
import { listAudit, recordAudit, recordAuditOnce, recordRepeated } from "./audit-log.ts";

// Goal: the latest entries are found, however many came before.

const ENTRIES = 120;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ poolSize: 1 });
  for (let entry = 1; entry <= ENTRIES; entry++) {
    const action = entry % 2 === 0 ? "order.close" : "key.revoke";
    await recordAudit(database.pool, { actor: "boss", action, subject: `entry ${entry}`, at: new Date(entry * 1_000) });
  }
});
afterAll(() => database.close());

const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => `entry ${from - at}`);

test("the newest comes first, page after page, also beyond the hundredth", async () => {
  const first = await listAudit(database.pool, { limit: 30 });
  expect(first.map(({ subject }) => subject)).toEqual(down(ENTRIES, 91));
  const next = await listAudit(database.pool, { limit: 30, before: first.at(-1)?.id ?? "" });
  expect(next.map(({ subject }) => subject)).toEqual(down(90, 61));
});

test("what is done once has one entry, however often it is recorded; another action on the same thing has its own", async () => {
  const entry = { actor: "till", action: "counter.order", subject: "ord_once", at: new Date("2026-02-03T04:05:06Z") };
  await recordAudit(database.pool, { ...entry, action: "order.charge" });
  for (const detail of [{ amountDue: 5 }, { amountDue: 5 }]) await recordAuditOnce(database.pool, { ...entry, detail });
  const found = await listAudit(database.pool, { subjects: ["ord_once"], limit: 5 });
  expect(found.map(({ action }) => action)).toEqual(["counter.order", "order.charge"]);
});

test("what is repeated at once is one row with the right count, and no count is lost", async () => {
  const pool = openDatabase({ url: database.url, poolSize: 8 });
  const at = new Date("2026-02-03T04:05:06Z");
  const entry = { actor: "sign-in", action: "admin.sign_in_failed", subject: "usr_1", at };
  await Promise.all(
    Array.from({ length: 40 }, () => recordRepeated(pool.pool, { topic: "usr_1", key: "from one address" }, entry)),
  );
  await pool.close();
  const [found, ...more] = await listAudit(database.pool, { subjects: ["usr_1"], limit: 5 });
  expect(found).toMatchObject({ action: "admin.sign_in_failed", times: 40 });
  expect(more).toEqual([]);
});

test("what is kept for good is never emptied, changed or deleted by a statement", async () => {
  // As the schema is written down: a table whose trigger was dropped is not among those of the catalogue.
  const schema = readFileSync("prisma/schema.sql", "utf8");
  const kept = [...schema.matchAll(/ BEFORE TRUNCATE ON (\w+) /g)].map(([, table = ""]) => table);
  expect(kept).toEqual(expect.arrayContaining(["audit_log", "journal_lines", "orders", "payment_attempts", "refunds"]));
  for (const table of kept) {
    for (const sql of [`truncate ${table} cascade`, `truncate ${table} restart identity cascade`]) {
      await expect(database.pool.query(sql), sql).rejects.toMatchObject({ constraint: "append_only" });
    }
  }
  await expect(database.pool.query("delete from audit_log")).rejects.toMatchObject({ constraint: "append_only" });
});
