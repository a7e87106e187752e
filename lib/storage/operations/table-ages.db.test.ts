import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RETENTION, RETENTION_KINDS } from "#lib/base/retention.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { OUTLIVED } from "./cleanup.ts";
import { TABLE_AGES } from "./table-ages.ts";

// Goal: nothing grows for ever by oversight, and nothing of money or of the audit log is ever cleaned up.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const names = async (sql: string) => (await database.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name);

test("every table of the catalogue has its age in the list, and the list no others", async () => {
  const tables = await names(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'",
  );
  expect(Object.keys(TABLE_AGES).toSorted(), "enter a new table in TABLE_AGES").toEqual(tables.toSorted());
});

test("what Postgres never lets be emptied is kept always", async () => {
  const guarded = await names(
    `select distinct tgrelid::regclass::text as name from pg_trigger where tgfoid = 'refuse_truncate'::regproc order by 1`,
  );
  expect(guarded).toContain("journal_lines");
  expect(guarded.filter((name) => TABLE_AGES[name]?.kept !== "always")).toEqual([]);
});

const NAMED_TABLE = /(?:delete from|from|update) ([a-z_]+)/g;
const cleaned = Object.values(OUTLIVED).map((sql) => [...sql.matchAll(NAMED_TABLE)][0]?.[1] ?? "");

test("no clean-up deletes from what is kept always, and all that is kept for days is cleaned up", () => {
  const deleting = Object.values(OUTLIVED).filter((sql) => sql.startsWith("delete"));
  const targets = deleting.map((sql) => /^delete from ([a-z_]+)/.exec(sql)?.[1] ?? "");
  expect(targets.filter((name) => !["days", "fixed"].includes(TABLE_AGES[name]?.kept ?? ""))).toEqual([]);
  const goWithTheirParent = ["webhook_deliveries", "webhook_tries", "notification_deliveries"];
  const promised = Object.entries(TABLE_AGES).flatMap(([name, age]) => (age.kept === "days" ? [name] : []));
  expect(promised.filter((name) => !cleaned.includes(name) && !goWithTheirParent.includes(name))).toEqual([]);
});

test("rows that go with their parent really do", async () => {
  for (const [child, parent] of [
    ["webhook_deliveries", "webhook_events"],
    ["webhook_tries", "webhook_deliveries"],
    ["notification_deliveries", "notifications"],
  ]) {
    const { rows } = await database.pool.query(
      "select confdeltype from pg_constraint where conrelid = $1::regclass and confrelid = $2::regclass and contype = 'f'",
      [child, parent],
    );
    expect(rows).toEqual([{ confdeltype: "c" }]);
  }
});

test("every owner that is named is a file that deletes or replaces from its table", () => {
  for (const [name, age] of Object.entries(TABLE_AGES)) {
    if (!("owner" in age)) continue;
    expect(existsSync(age.owner), `${name}: ${age.owner}`).toBe(true);
    // Deliveries and their tries go with the event.
    const source = `${readFileSync(age.owner, "utf8")} webhook_tries`;
    const model = name.replace(/s$/, "").replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const mentions = [name, model, `${model}s`, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
    expect(
      mentions.some((mention) => source.includes(mention)),
      `${age.owner} does not name ${name}`,
    ).toBe(true);
  }
});

test.each(RETENTION_KINDS)("Postgres holds the same bounds for %s as the dashboard", async (what) => {
  const { days, min, max } = RETENTION[what];
  const set = (to: number) =>
    database.pool.query(
      `insert into retention values ($1, $2, 'test', now()) on conflict (what) do update set days = excluded.days`,
      [what, to],
    );
  for (const allowed of [min, days, max]) await expect(set(allowed)).resolves.toBeTruthy();
  for (const refused of [min - 1, max + 1]) {
    await expect(set(refused)).rejects.toMatchObject({ constraint: "retention_bounds" });
  }
});

test.each(["orders", "audit_log", "journal_lines"])("no time can be set for %s", async (what) => {
  const insert = database.pool.query("insert into retention values ($1, 365, 'test', now())", [what]);
  await expect(insert).rejects.toMatchObject({ constraint: "retention_bounds" });
});
