import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSchemaSql } from "#lib/testing/schema-sql.ts";
import { testDatabase } from "#lib/testing/template-database.ts";

const FILE = fileURLToPath(new URL("../../prisma/schema.sql", import.meta.url));

test("prisma/schema.sql is what the migrations come to; `npm run schema` writes it anew", async () => {
  const database = await testDatabase();
  try {
    await expect(await readSchemaSql(database.pool)).toMatchFileSnapshot(FILE);
  } finally {
    await database.close();
  }
});
