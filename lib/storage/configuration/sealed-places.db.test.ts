import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { SEALED_PLACES } from "./sealed-places.ts";

// Goal: in every place that holds sealed values Postgres itself refuses one that is sealed under a master key that has been replaced.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** It holds the root of the keys, under the master key itself. */
const UNDER_NO_KEY_OF_THE_LIST = "master_key";

test("each place is guarded by its trigger", async () => {
  const { rows } = await database.pool.query<{ place: string }>(
    `select format('%s.%s', t.tgrelid::regclass, a.attname) as place
       from pg_trigger t
       join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = any(t.tgattr)
      where t.tgfoid = 'check_sealed_under'::regproc and t.tgenabled = 'O'`,
  );
  const places = SEALED_PLACES.filter(({ table }) => table !== UNDER_NO_KEY_OF_THE_LIST);
  expect(rows.map(({ place }) => place).sort()).toEqual(places.map(({ table, column }) => `${table}.${column}`).sort());
});
