import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_CODE, DEMO_PROMOTIONS } from "#lib/contract/demo-shop.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { demoPromotions } from "./demo-promotions.ts";

// Goal: the demo shop has its promotions, once, and they apply to no other orders.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const seed = (sandbox = true) =>
  demoPromotions({ promotions: fixture.payments.promotions, isSandbox: () => sandbox })();
const ids = async () =>
  (await fixture.payments.promotions.list({ status: "active", limit: 20 })).data.map(({ id }) => id).toSorted();

const COFFEE = { name: "燕麦拿铁", unitAmount: 2_600, quantity: 2, sku: "demo-latte", category: "coffee" };
const codes = { promotionCodes: [DEMO_CODE] };

test("with real credentials there are none", async () => {
  await seed(false);
  expect(await ids()).toEqual([]);
});

test("made once, by however many workers", async () => {
  await Promise.all([seed(), seed(), seed()]);
  await seed();
  expect(await ids()).toEqual(DEMO_PROMOTIONS.map(({ id }) => id).toSorted());
});

test("the shop's order gets what it can, and no other order gets anything", async () => {
  const shop = await fixture.order({ items: [COFFEE], ...codes });
  expect(shop).toMatchObject({ amountDiscount: 1_300, discounts: [{ name: "咖啡第二件半价" }] });
  for (const request of [{ items: [COFFEE] }, { items: [{ ...COFFEE, sku: "latte" }], ...codes }]) {
    expect(await fixture.order(request)).toMatchObject({ amountDiscount: 0, amountDue: 5_200 });
  }
  const quoteOf = (more: object) => fixture.payments.quote({ items: [{ ...COFFEE }], expiresIn: 900, ...more });
  expect(await quoteOf({})).toMatchObject({ amountDiscount: 0, rejected: [] });
  expect(await quoteOf(codes)).toMatchObject({ amountDiscount: 1_300 });
  const { rows } = await fixture.database.pool.query("select count(*)::int as n from offer_decisions");
  expect(rows[0].n).toBe(2);
});

test("what the merchant ended or changed stays as the merchant left it", async () => {
  await fixture.payments.promotions.archive("demo-100-20");
  await fixture.payments.promotions.change("demo-bakery-30-5", { off: 1 });
  await seed();
  expect(await ids()).not.toContain("demo-100-20");
  expect(await fixture.payments.promotions.get("demo-bakery-30-5")).toMatchObject({ off: 1, version: 2 });
});
