import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationProblems } from "../bin/lint/migrations.mjs";

// Goal: a migration that would stop a shop, or take away what a running program needs, is refused by `npm run lint`.
// Method: a breach of each rule, and what is right, in a folder of migrations of our own.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-rules-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function problemsOf(migrations: Readonly<Record<string, string>>, after = "0000"): Promise<string[]> {
  const place = mkdtempSync(path.join(folder, "case-"));
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(path.join(place, name));
    writeFileSync(path.join(place, name, "migration.sql"), sql);
  }
  return migrationProblems(place, after);
}

test("what locks a big table is refused by its rule and line", async () => {
  const found = await problemsOf({
    "0001_index": "create index a on orders (id);",
    "0002_index_gone": "drop index a;",
    "0003_check": "\nalter table orders add constraint b check (id > 0);",
    "0004_required": "alter table orders alter column note set not null;",
    "0005_type": "alter table orders alter column id type text;",
    "0006_default": "alter table orders add column made_at timestamptz not null default clock_timestamp();",
    "0007_unique": "alter table orders add constraint c unique (id);",
    "0008_key": "alter table orders add constraint d foreign key (id) references other (id);",
    "0009_in_transaction": "create index concurrently if not exists a on orders (id);",
    "0010_wrong": "alter tabel orders;",
  });
  const rules = [
    "0001_index:1 require-concurrent-index-creation",
    "0002_index_gone:1 require-concurrent-index-deletion",
    "0003_check:2 constraint-missing-not-valid",
    "0004_required:1 adding-not-nullable-field",
    "0005_type:1 changing-column-type",
    "0006_default:1 adding-field-with-default",
    "0007_unique:1 disallowed-unique-constraint",
    "0008_key:1 adding-foreign-key-constraint",
    "0009_in_transaction makes or drops an index concurrently",
    "0010_wrong:1 syntax-error",
  ];
  for (const rule of rules) {
    expect(
      found.some((problem) => problem.startsWith(rule)),
      `${rule} in\n${found.join("\n")}`,
    ).toBe(true);
  }
});

test("what is right passes: new tables whole, indexes concurrently, constraints in two steps", async () => {
  const right = {
    "0001_table":
      "create table notes (id bigint primary key, order_id text references orders (id), check (id > 0));\ncreate index notes_of on notes (order_id);",
    "0002_column":
      "alter table orders add column note text;\nalter table orders add column kind text not null default 'x';",
    "0003_index":
      "-- outside a transaction\n-- for the list\ncreate index concurrently if not exists a on orders (note);\n",
    "0004_check": "alter table orders add constraint b check (note <> '') not valid;",
    "0005_check_valid": "alter table orders validate constraint b;",
    "0006_index_gone": "-- outside a transaction\ndrop index concurrently if exists a;\n",
  };
  expect(await problemsOf(right)).toEqual([]);
});

test("what is taken away stands in a migration that says since when nobody needs it", async () => {
  const sql = "alter table orders drop column note;";
  const drops = { "0001_note": "alter table orders add column note text;", "0002_drop_note": sql };
  expect(await problemsOf(drops)).toEqual([
    expect.stringMatching(/^0002_drop_note:1 ban-drop-column: .*NNNN_contract_SINCE/),
  ]);
  for (const name of [
    "alter table orders rename to sales;",
    "drop table orders;",
    "alter table orders rename note to n;",
  ]) {
    expect(await problemsOf({ "0001_away": name })).toHaveLength(1);
  }
  const first = { "0001_note": "select 1;" };
  expect(await problemsOf({ ...first, "0002_contract_0001_note": sql })).toEqual([]);
  for (const name of ["0002_contract_0002_note", "0003_contract_0002_note"]) {
    expect(await problemsOf({ ...first, [name]: sql })).toEqual([expect.stringContaining("is no migration before it")]);
  }
});

test("an exception has a reason, at its statement; what runs outside a transaction is one index", async () => {
  const index = "create index a on settings (id);";
  const ignore = "-- squawk-ignore require-concurrent-index-creation\n";
  expect(await problemsOf({ "0001_a": `-- because: it has one row\n${ignore}${index}` })).toEqual([]);
  const said = "0001_a:1 squawk-ignore: the line above must say why";
  expect(await problemsOf({ "0001_a": `${ignore}${index}` })).toEqual([expect.stringContaining(said)]);
  expect(await problemsOf({ "0001_a": `-- because: \n${ignore}${index}` })).toHaveLength(1);
  expect(await problemsOf({ "0001_a": `-- because: it is small\n-- squawk-ignore-file\n${index}` })).toEqual([
    expect.stringContaining("name the rule at its statement"),
  ]);
  for (const more of ["select 1;", "create index concurrently b on orders (id);"]) {
    const sql = `-- outside a transaction\ncreate index concurrently if not exists a on orders (id);\n${more}`;
    expect(await problemsOf({ "0001_a": sql })).toContainEqual(expect.stringContaining("it is one statement"));
  }
});

test("older migrations than the rules are left as they are, and ours keep them", async () => {
  expect(await problemsOf({ "0001_index": "create index a on orders (id);" }, "0001_index")).toEqual([]);
  expect(await migrationProblems()).toEqual([]);
});
