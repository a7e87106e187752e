import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { Prisma } from "../../prisma/generated/client.ts";

// Goal: schema.prisma and the hand-written SQL describe the same tables.
// Method: the columns that Prisma's client knows are compared with the catalogue's, and each model is read once.
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("every table of ours is a model", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'",
  );
  expect(rows.map((row) => row.name).toSorted()).toEqual((await modelTables()).toSorted());
});

test.each(Object.values(Prisma.ModelName))("%s: every column of every row can be read", async (model) => {
  const delegate = Reflect.get(await database.prisma(), model.charAt(0).toLowerCase() + model.slice(1)) as {
    findMany(query: { take: number }): Promise<unknown[]>;
    fields: Record<string, { name: string }>;
  };
  await expect(delegate.findMany({ take: 1 })).resolves.toBeInstanceOf(Array);
});

test.each(Object.values(Prisma.ModelName))("%s: knows as many columns as its table has", async (model) => {
  const table = await tableOf(model);
  const { rows } = await database.pool.query<{ count: number }>(
    "select count(*)::int as count from information_schema.columns where table_schema = 'public' and table_name = $1",
    [table],
  );
  const fields = Object.keys(Reflect.get(Prisma, `${model}ScalarFieldEnum`));
  expect(fields).toHaveLength(rows[0]?.count ?? -1);
});

async function modelTables(): Promise<string[]> {
  return Promise.all(Object.values(Prisma.ModelName).map(tableOf));
}

/** The client tells a model's table only in the statements it sends, so the schema file is asked. */
async function tableOf(model: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const schema = await readFile(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");
  const block = schema.match(new RegExp(`model ${model} \\{[\\s\\S]*?@@map\\("(\\w+)"\\)`));
  return block?.[1] ?? `no table for ${model}`;
}
