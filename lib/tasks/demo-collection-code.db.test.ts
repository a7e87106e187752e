import { afterAll, beforeAll, expect, test } from "vitest";
import { createCollection } from "#lib/collection/index.ts";
import { collectionStore } from "#lib/storage/collection/collection-codes.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { DEMO_CODE_ID, demoCollectionCode } from "./demo-collection-code.ts";

// Goal: the sandbox has one code to scan, once, and no real shop has it.

let fixture: PaymentFixture;
let collection: ReturnType<typeof createCollection>;
beforeAll(async () => {
  fixture = await paymentFixture();
  const { ids, clock, log } = fixture.deps;
  const store = collectionStore(fixture.database.pool);
  collection = createCollection({ store, payments: fixture.payments, ids, clock, log, publicUrl: "http://localhost" });
});
afterAll(() => fixture.close());

const seed = (sandbox = true) => demoCollectionCode({ collection, isSandbox: () => sandbox })();
const all = async () => (await collection.list({ limit: 20 })).data;

test("with real credentials there is none", async () => {
  await seed(false);
  expect(await all()).toEqual([]);
});

test("made once, by however many workers, and found by the next start", async () => {
  await Promise.all([seed(), seed(), seed()]);
  await seed();
  expect(await all()).toMatchObject([{ id: DEMO_CODE_ID, label: "一号收银台", amount: null, createdBy: "demo" }]);
});

test("retired it stays retired", async () => {
  await collection.retire(DEMO_CODE_ID, { by: "li" });
  await seed();
  expect(await all()).toMatchObject([{ id: DEMO_CODE_ID, status: "retired" }]);
});
