import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

describe("pausing", () => {
  const order = () => fixture.order({ items: [{ name: "茶", unitAmount: 1_000, quantity: 2 }] });
  const running = async () =>
    (await fixture.payments.promotions.stored({ statuses: ["active"], limit: 200 })).map(({ rule }) => rule.id);
  const entries = (id: string) =>
    fixture.rows<{ action: string; actor: string }>(
      "select action, actor from audit_log where subject = $1 order by id",
      [id],
    );

  test("new orders do not get a paused promotion, open ones keep it, resumed it counts again", async () => {
    for (const id of await running()) await fixture.payments.promotions.archive(id);
    const { promotions } = fixture.payments;
    await promotions.create(
      promotionRequestSchema.parse({ id: "pausable", phase: "order", type: "amount_off", off: 300 }),
      { by: "owner@shop.test" },
    );
    const before = await order();
    expect(before.amountDue).toBe(1_700);
    expect(await promotions.pause("pausable", { by: "owner@shop.test" })).toMatchObject({
      status: "paused",
      version: 1,
    });
    expect((await order()).amountDue).toBe(2_000);
    const number = await fixture.open(before.id);
    await fixture.payAndNotify(number);
    expect(await fixture.payments.order(before.id)).toMatchObject({ status: "paid", amountPaid: 1_700 });
    // Paused twice is one pause: nothing more is recorded.
    await promotions.pause("pausable", { by: "owner@shop.test" });
    // Changed while it waits, and told so by its version.
    await promotions.change("pausable", { off: 500, version: 1 }, { by: "clerk@shop.test" });
    expect((await order()).amountDue).toBe(2_000);
    await promotions.resume("pausable", { by: "owner@shop.test" });
    expect((await order()).amountDue).toBe(1_500);
    expect(await entries("pausable")).toEqual([
      { action: "promotion.create", actor: "owner@shop.test" },
      { action: "promotion.pause", actor: "owner@shop.test" },
      { action: "promotion.change", actor: "clerk@shop.test" },
      { action: "promotion.resume", actor: "owner@shop.test" },
    ]);
  });

  test("an order that was priced a moment before the pause does not get it either", async () => {
    const { promotions } = fixture.deps.store;
    const claim: Deps["store"]["promotions"]["claim"] = async (wish) => {
      await fixture.payments.promotions.pause("pausable");
      return promotions.claim(wish);
    };
    const slow = new PaymentProcessor({
      ...fixture.deps,
      store: { ...fixture.deps.store, promotions: { ...promotions, claim } },
    });
    const late = await slow.createOrder({ items: [{ name: "茶", unitAmount: 1_000, quantity: 2 }] });
    expect(late).toMatchObject({ amountDue: 2_000, discounts: [] });
  });

  test("an archived one is neither paused nor resumed, and one can begin paused", async () => {
    const { promotions } = fixture.payments;
    await promotions.archive("pausable");
    await expect(promotions.pause("pausable")).rejects.toMatchObject({ code: "conflict" });
    await expect(promotions.resume("pausable")).rejects.toMatchObject({ code: "conflict" });
    expect((await promotions.get("pausable")).status).toBe("archived");
    const rule = promotionRequestSchema.parse({ id: "waits", phase: "order", type: "amount_off", off: 100 });
    await promotions.create(rule, { isPaused: true });
    expect((await order()).amountDue).toBe(2_000);
    expect(await fixture.refusedBy("update promotions set paused_at = null where id = 'waits'")).toBe(
      "promotion_paused",
    );
  });
});
