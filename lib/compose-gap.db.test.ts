import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { gapFiller } from "./compose-gap.ts";

// Goal: a payment that the backup does not have counts as brought back only where WeChat confirms it; no answer is not taken for lost.

let live: PaymentFixture;
let restored: TestDatabase;
const fill = () => gapFiller(live.database.pool, live.deps)(restored.url);

beforeAll(async () => {
  live = await paymentFixture();
  restored = await testDatabase({ poolSize: 1 });
  for (let round = 0; round < 3; round++) await live.payAndNotify(await live.open((await live.order()).id));
  await live.order();
});
afterAll(async () => {
  await restored.close();
  await live.close();
});

test("what WeChat confirms can be brought back", async () => {
  const asked = live.wechat.calls.length;
  expect(await fill()).toMatchObject({
    missing: 3,
    missingFen: "5400",
    found: 3,
    lost: 0,
    unknown: 0,
    unpaidOrders: 1,
  });
  expect(live.wechat.calls.slice(asked).map(({ operation }) => operation)).toEqual(Array(3).fill("findTrade"));
});

test("what WeChat does not know would be lost; what it does not answer is unknown", async () => {
  live.wechat.failNext("findTrade", { kind: "refused", reason: "absent" });
  live.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
  expect(await fill()).toMatchObject({ missing: 3, found: 1, foundFen: "1800", lost: 1, lostFen: "1800", unknown: 1 });
});

test("without an account nobody is asked", async () => {
  const gateways = { ...live.deps.gateways, active: async () => null };
  expect(await gapFiller(live.database.pool, { ...live.deps, gateways })(restored.url)).toBeNull();
});
