import { afterAll, beforeAll, expect, test } from "vitest";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type Deps, PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: promotions stay few enough to be weighed, and no change is overwritten unseen.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const create = (id: string) =>
  fixture.payments.promotions.create(
    promotionRequestSchema.parse({ id, phase: "order", type: "amount_off", off: 300 }),
  );

test("a change that another one overtakes is refused, and the other one stays", async () => {
  await create("overtaken");
  const { promotions } = fixture.deps.store;
  const change: Deps["store"]["promotions"]["change"] = async (wish) => {
    await fixture.payments.promotions.change("overtaken", { off: 400 });
    return promotions.change(wish);
  };
  const slow = new PaymentProcessor({
    ...fixture.deps,
    store: { ...fixture.deps.store, promotions: { ...promotions, change } },
  });
  const failed = await slow.promotions.change("overtaken", { off: 500 }).catch((cause) => cause);
  expect([failed.code, failed.message]).toEqual(["conflict", expect.stringContaining("in the meantime")]);
  expect(await fixture.payments.promotions.get("overtaken")).toMatchObject({ off: 400, version: 2 });
});

test("one more than can be weighed is refused until another is archived", async () => {
  const { rows } = await fixture.database.pool.query(
    "select count(*)::int as n from promotions where status = 'active'",
  );
  for (let n = rows[0].n; n < PROMOTIONS_ACTIVE_MAX; n++) await create(`many-${n}`);
  const failed = await create("one-more").catch((cause) => cause);
  expect([failed.code, failed.message]).toEqual(["conflict", expect.stringContaining("archive one")]);
  await fixture.payments.promotions.archive("overtaken");
  expect((await create("one-more")).id).toBe("one-more");
});
