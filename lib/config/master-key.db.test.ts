import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { checkMasterKey } from "./master-key.ts";
import { createSealedBox } from "./sealed-box.ts";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test("the first key to come is the key; every other is refused and changes nothing", async () => {
  const boxes = [1, 2, 3, 4].map(() => createSealedBox(new Secret(randomBytes(32))));
  const outcomes = await Promise.allSettled(boxes.map((box) => checkMasterKey(pool, box)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const [index, box] of boxes.entries()) {
    const again = checkMasterKey(pool, box);
    if (outcomes[index]?.status === "fulfilled") await expect(again).resolves.toBeUndefined();
    else await expect(again).rejects.toThrow(/^MASTER_KEY is not the key/);
  }
});
