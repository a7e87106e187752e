import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type Promotion, promotionSchema } from "#lib/contract/promotions.ts";
import { type Deps, PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: a preview counts the paid orders of the last 30 days and nothing else, and writes nothing.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const rule = (given: object = {}): Promotion =>
  promotionSchema.parse({ id: "draft", type: "amount_off", phase: "order", off: 1_000, ...given });
const from100 = rule({ threshold: { amount: 10_000 } });
const tea = { name: "茶", sku: null, category: null, unitFen: fen(6_000), quantity: 2 };
const preview = (tried: Promotion = from100, items = [tea]) =>
  fixture.payments.promotionPreviews.preview({ rule: tried, budget: null, limitTotal: null, items });

async function sell(yuan: number, isPaid = true): Promise<void> {
  const { id } = await fixture.order({ items: [{ name: "茶", price: yuan, quantity: 1 }] });
  const number = await fixture.open(id);
  if (isPaid) await fixture.payAndNotify(number);
}

test("满100减10: what the sample cart pays, and what the last 30 days would have given away", async () => {
  await sell(500);
  fixture.clock.advance(31 * DAY_MS);
  await sell(120);
  await sell(80);
  await sell(300, false);
  const { cart, past } = await preview();
  expect(cart).toMatchObject({ totalFen: 12_000, dueFen: 11_000, nudge: null });
  expect(past).toMatchObject({
    ...{ orders: 2, sampled: 2, isPartOfAll: false, changed: 1, givenFen: 1_000, extraFen: 1_000, takingsFen: 20_000 },
    ...{ reasons: { threshold: 1 }, conflicts: [] },
  });
  expect(await fixture.rows("select id from promotions where id = 'draft'")).toEqual([]);
});

test("a promotion that runs is weighed with it, and its own former version is not", async () => {
  const request = { id: "tenth", type: "percent_off", phase: "order", payBps: 9_000, exclusive: true };
  await fixture.payments.promotions.create(promotionRequestSchema.parse(request));
  // 12 yuan off beats 10 for the order of 120; the one of 80 gets 8 yuan off either way.
  expect(await preview()).toMatchObject({
    cart: { dueFen: 10_800, price: { rejected: [{ id: "draft", reason: "exclusive" }] } },
    past: { changed: 0, extraFen: 0, takingsFen: 18_000, conflicts: [{ id: "tenth", wins: 1, losses: 0 }] },
  });
  const own = await preview(rule({ id: "tenth", threshold: { amount: 10_000 } }));
  expect(own).toMatchObject({ cart: { dueFen: 11_000 }, past: { changed: 1, givenFen: 1_000, takingsFen: 20_000 } });
});

test("of two previews at once the second is told to try again", async () => {
  const { promotions } = fixture.deps.store;
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const pastOrders: Deps["store"]["promotions"]["pastOrders"] = async (wish) => {
    reached.resolve();
    await go.promise;
    return promotions.pastOrders(wish);
  };
  const store = { ...fixture.deps.store, promotions: { ...promotions, pastOrders } };
  const { promotionPreviews } = new PaymentProcessor({ ...fixture.deps, store });
  const wish = { rule: from100, budget: null, limitTotal: null, items: [tea] };
  const first = promotionPreviews.preview(wish);
  await reached.promise;
  const second = await promotionPreviews.preview(wish);
  expect(second.past).toBeNull();
  expect(second.cart).not.toBeNull();
  go.resolve();
  expect((await first).past).toMatchObject({ orders: 2 });
  expect((await promotionPreviews.preview(wish)).past).not.toBeNull();
});

test("promotions that begin later, are over, or have given all away are not weighed with it", async () => {
  await fixture.payments.promotions.archive("tenth");
  const now = fixture.clock.now().getTime();
  const others = [
    { id: "later", window: { start: new Date(now + DAY_MS).toISOString() } },
    { id: "over", window: { end: new Date(now - 1).toISOString() } },
    { id: "empty", budget: 0 },
  ];
  for (const other of others) {
    const request = { type: "amount_off", phase: "order", off: 5_000, group: "g", ...other };
    await fixture.payments.promotions.create(promotionRequestSchema.parse(request));
  }
  const grouped = rule({ threshold: { amount: 10_000 }, group: "g" });
  expect((await preview(grouped)).past).toMatchObject({
    changed: 1,
    givenFen: 1_000,
    conflicts: [],
    takingsFen: 20_000,
  });
  for (const { id } of others) await fixture.payments.promotions.archive(id);
});

test("a sample cart is priced for a shopper and an hour that it is meant for", async () => {
  const picky = rule({ window: { end: "2020-01-01T00:00:00Z" }, audience: { newCustomer: true }, limitPerUser: 1 });
  expect((await preview(picky)).cart).toMatchObject({ dueFen: 11_000 });
  // Of the orders no shopper is known, so none would have got it.
  expect((await preview(picky)).past).toMatchObject({ changed: 0, reasons: { user_limit: 2 } });
});
