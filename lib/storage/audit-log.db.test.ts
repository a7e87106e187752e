import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { listAudit, listAuditOf, recordAudit } from "./audit-log.ts";
import { type Database, openDatabase } from "./client.ts";

// Goal: whoever looks for what was done last finds it, however much was done before.

const DEEDS = 120;
let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 1 });
  for (let deed = 1; deed <= DEEDS; deed++) {
    const action = deed % 2 === 0 ? "order.close" : "key.revoke";
    await recordAudit(database.pool, { actor: "boss", action, subject: `deed ${deed}`, at: new Date(deed * 1_000) });
  }
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const down = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, at) => `deed ${from - at * step}`);

test("the newest comes first, page after page, also beyond the hundredth", async () => {
  const first = await listAudit(database.pool, { limit: 30 });
  expect(first.map(({ subject }) => subject)).toEqual(down(DEEDS, 91));
  const next = await listAudit(database.pool, { limit: 30, before: first.at(-1)?.id ?? "" });
  expect(next.map(({ subject }) => subject)).toEqual(down(90, 61));
});

test("the same for some kinds of deeds", async () => {
  const closed = await listAuditOf(database.pool, ["order.close"], 20);
  expect(closed.map(({ subject }) => subject)).toEqual(down(DEEDS, 82, 2));
});
