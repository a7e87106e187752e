import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderRequestInput } from "#lib/contract/order-request.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: an order's optional offer is decided once, shown as it is priced, and never where it may not be.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  // Its decisions are to count.
  await fixture.rows("update gateway_accounts set sandbox = false");
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.rows("update promotions set status = 'archived', archived_at = now() where status = 'active'");
  await setUp();
});

/** What is known is cached for some seconds, so each test has a processor of its own. */
async function setUp(margins: object = { default: 6_000 }): Promise<void> {
  await fixture.rows("update learner_settings set margins = $1, enabled = true, stopped_by = null", [
    JSON.stringify(margins),
  ]);
  const { PaymentProcessor } = await import("#lib/payment/index.ts");
  const { paymentStore } = await import("#lib/storage/paying/payment-store.ts");
  payments = new PaymentProcessor({ ...fixture.deps, store: paymentStore(fixture.database.pool) });
}
let payments: PaymentFixture["payments"];

let count = 0;
async function optional(promotion: object = {}): Promise<string> {
  count += 1;
  const rule = { id: `o${count}`, name: `优惠${count}`, type: "amount_off", phase: "order", off: 300, optional: true };
  return (await fixture.payments.promotions.create(promotionRequestSchema.parse({ ...rule, ...promotion }))).id;
}
const order = (request: Partial<OrderRequestInput> = {}): Promise<OrderView> =>
  fixture.order({
    items: [{ name: "拿铁咖啡", unitAmount: 4_000, quantity: 1 }],
    metadata: { scene: "dining" },
    ...request,
  });
const present = ({ id: orderId }: OrderView, more: object = {}) => {
  count += 1;
  return payments.presentOffers({ orderId, channel: "native", shopperId: `s${count}`, personalised: true, ...more });
};
const decisions = (orderId: string) =>
  fixture.rows<{
    arm: string;
    p_none: number;
    propensity: number;
    unlearned: string | null;
    sentence: string | null;
    arms: object[];
  }>("select * from learner_decisions where order_id = $1", [orderId]);
/** Shown to one shopper after the other until one gets the offer; a new learner tries it on some. */
async function untilOffered(make: () => Promise<OrderView> = order) {
  for (let tries = 0; tries < 80; tries++) {
    const made = await make();
    const shown = await present(made);
    if (shown.optional.some(({ chosen }) => chosen)) return { made, shown };
  }
  throw new Error("a learner that knows nothing offers nothing");
}

test("without optional promotions the page shows what the price contains", async () => {
  await optional({ optional: undefined, name: "满减", threshold: { amount: 3_000 } });
  const made = await order();
  expect(await present(made)).toEqual({
    applied: [{ id: expect.any(String), name: "满减", amount: 300 }],
    optional: [],
    personalised: false,
    takesCodes: false,
  });
  expect(await codeOf(present({ ...made, id: "ord_none" }))).toBe("not_found");
});

test("the offer is decided once, is in the price, and can be left and taken again", async () => {
  const id = await optional();
  const { made, shown } = await untilOffered();
  expect(shown.optional).toEqual([
    {
      id,
      name: expect.any(String),
      saves: 300,
      terms: expect.objectContaining({ off: 300 }),
      chosen: true,
      recommended: true,
    },
  ]);
  expect(shown.applied.map((each) => each.id)).toEqual([id]);
  expect(shown.personalised).toBe(true);
  expect((await fixture.payments.order(made.id)).amountDue).toBe(3_700);
  expect(await present(made), "asked again by somebody else").toEqual(shown);
  const [decision, ...more] = await decisions(made.id);
  expect(more).toEqual([]);
  expect(decision).toMatchObject({ arm: id, unlearned: null, sentence: null });
  expect(decision?.arms).toContainEqual(expect.objectContaining({ id, name: expect.any(String) }));
  expect(decision?.p_none).toBeGreaterThanOrEqual(0.05 - 1e-12);
  await fixture.payments.chooseOffers({ orderId: made.id, offers: [] });
  expect(await present(made)).toMatchObject({ applied: [], optional: [{ id, saves: 300, chosen: false }] });
  await fixture.payments.chooseOffers({ orderId: made.id, offers: [id] });
  expect(await present(made)).toEqual(shown);
});

test("who did not agree to be remembered is offered something by the order alone", async () => {
  await optional();
  const before = await order({ shopperId: "regular" });
  await fixture.payAndNotify(await fixture.open(before.id));
  const contextFor = async (shopperId: string | null) => {
    const made = await order({ shopperId: "regular" });
    await present(made, { shopperId });
    const [row] = await fixture.rows<{ context: object }>("select context from learner_decisions where order_id = $1", [
      made.id,
    ]);
    await fixture.rows("update learner_decisions set shopper_id = null where order_id = $1", [made.id]);
    return row?.context;
  };
  expect(await contextFor(null)).toMatchObject({ isNew: false, freq90: 0, recencyDays: null });
  expect(await contextFor("shp_agreed")).toMatchObject({ isNew: false, freq90: 1, recencyDays: 0 });
});

test("what the page's channel takes off is shown before its trade is opened, and is what is then paid", async () => {
  const rule = { optional: undefined, phase: "channel", off: 100, audience: { channels: ["native"] } };
  const id = await optional(rule);
  const made = await order();
  expect(await present(made, { personalised: false })).toMatchObject({ applied: [{ id, amount: 100 }], optional: [] });
  const wish = { orderId: made.id, channel: "native", openid: null, payerIp: null } as const;
  expect((await fixture.payments.startPayment(wish)).amountDue).toBe(3_900);
});

test("many at once decide once", async () => {
  await optional();
  const made = await order();
  await Promise.all(Array.from({ length: 8 }, () => present(made)));
  expect((await decisions(made.id)).length).toBeLessThanOrEqual(1);
});

describe("nothing is decided", () => {
  /** Whether the shopper is known or not. */
  const expectNothing = async (made: OrderView) => {
    for (const who of [{}, { shopperId: null }, { personalised: false }])
      expect((await present(made, who)).optional).toEqual([]);
    expect(await decisions(made.id)).toEqual([]);
  };

  test("for who does not want it, and for who is not known: they see what anyone sees, and take it themselves", async () => {
    await optional({ off: 200 });
    const best = await optional({ off: 300 });
    for (const who of [{ personalised: false }, { shopperId: null }]) {
      const made = await order();
      expect(await present(made, who)).toMatchObject({
        applied: [],
        optional: [{ id: best, saves: 300, chosen: false, recommended: false }],
        personalised: false,
      });
      expect(await decisions(made.id)).toEqual([]);
      expect((await fixture.payments.order(made.id)).amountDue).toBe(4_000);
      await fixture.payments.chooseOffers({ orderId: made.id, offers: [best] });
      expect(await present(made, who)).toMatchObject({
        applied: [{ id: best, amount: 300 }],
        optional: [{ chosen: true }],
      });
    }
  });

  test.each(["healthcare", "education", "donation"])("in the sensitive scene %s", async (scene) => {
    await optional();
    await expectNothing(
      await order({ metadata: { scene }, items: [{ name: "挂号费", unitAmount: 4_000, quantity: 1 }] }),
    );
  });

  test("where the margin is unknown, or too small", async () => {
    await optional();
    await setUp({});
    await expectNothing(await order());
    await setUp({ default: 700 });
    await expectNothing(await order());
    // What the one item costs is known.
    await fixture.rows(`update learner_settings set costs = '{"latte": 3800}', margins = '{"default": 6000}'`);
    await expectNothing(await order({ items: [{ name: "拿铁咖啡", sku: "latte", unitAmount: 4_000, quantity: 1 }] }));
    await fixture.rows("update learner_settings set costs = '{}'");
  });

  test("when the learner is switched off", async () => {
    await optional();
    await fixture.rows("update learner_settings set enabled = false, stopped_by = 'person'");
    const { PaymentProcessor } = await import("#lib/payment/index.ts");
    const { paymentStore } = await import("#lib/storage/paying/payment-store.ts");
    payments = new PaymentProcessor({ ...fixture.deps, store: paymentStore(fixture.database.pool) });
    await expectNothing(await order());
  });

  test("about an order with an open trade", async () => {
    await optional();
    const made = await order();
    await fixture.open(made.id);
    expect((await present(made)).optional).toEqual([]);
    expect(await decisions(made.id)).toEqual([]);
    // Who opened the code and looks again can still take what anyone may.
    expect((await present(made, { shopperId: null })).optional).toMatchObject([{ saves: 300, chosen: false }]);
  });

  test("when the offer has no money left", async () => {
    await optional({ budget: 299 });
    await expectNothing(await order());
  });
});

test("what a shopper has a code for is theirs to take, and no business of the learner's", async () => {
  const id = await optional({ code: "MINE" });
  const made = await order({ promotionCodes: ["MINE"] });
  expect(await present(made, { personalised: false })).toMatchObject({
    applied: [],
    optional: [{ id, saves: 300, chosen: false }],
    personalised: false,
  });
  expect(await decisions(made.id)).toEqual([]);
  await fixture.payments.startPayment({
    orderId: made.id,
    channel: "native",
    openid: null,
    payerIp: null,
    offers: [id],
  });
  expect(await present(made)).toMatchObject({ applied: [{ id }], optional: [{ id, chosen: true }] });
});

test("one offer a day and three a month for one shopper, however many orders are shown at once", async () => {
  await optional();
  const given = async () =>
    (await fixture.rows("select from learner_decisions where shopper_id = 'kim' and arm <> 'none'")).length;
  const crowd = async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => order()));
    for (let at = 0; at < made.length; at += 4) {
      await Promise.all(made.slice(at, at + 4).map((each) => present(each, { shopperId: "kim" })));
    }
  };
  for (let day = 0; day < 6; day++) {
    const before = await given();
    await crowd();
    expect((await given()) - before).toBeLessThanOrEqual(1);
    fixture.clock.advance(DAY_MS + 1);
  }
  expect(await given()).toBeLessThanOrEqual(3);
  expect(await given()).toBeGreaterThan(0);
});

test("orders of tests and of the shop's own people are marked, and nothing is learned of them", async () => {
  await optional();
  const made = await order({ metadata: { scene: "dining", test: true } });
  await present(made);
  const staff = await order({ metadata: { scene: "dining", staff: "1" } });
  await present(staff);
  expect((await decisions(made.id))[0]?.unlearned).toBe("test");
  expect((await decisions(staff.id))[0]?.unlearned).toBe("staff");
});

test("what is late is not waited for, and is not done behind the page's back", async () => {
  await optional();
  const made = await order();
  const { PaymentProcessor } = await import("#lib/payment/index.ts");
  const hurried = new PaymentProcessor({ ...fixture.deps, offerTimeoutMs: 0 });
  const ask = { orderId: made.id, channel: "native", shopperId: "hurried", personalised: true };
  expect(await hurried.presentOffers(ask)).toEqual({
    applied: [],
    optional: [],
    personalised: false,
    takesCodes: false,
  });
  // The next caller waits for the order's lock, and so for the work under it.
  await fixture.payments.chooseOffers({ orderId: made.id, offers: [] });
  expect(await decisions(made.id)).toEqual([]);
});

test("what fails is not missed: the page has its price", async () => {
  await optional();
  const made = await order();
  const { PaymentProcessor } = await import("#lib/payment/index.ts");
  const hashDraw = () => {
    throw new Error("no key");
  };
  const broken = new PaymentProcessor({ ...fixture.deps, hashDraw });
  const ask = { orderId: made.id, channel: "native", shopperId: "x", personalised: true };
  expect(await broken.presentOffers(ask)).toEqual({
    applied: [],
    optional: [],
    personalised: false,
    takesCodes: false,
  });
  expect(await decisions(made.id)).toEqual([]);
});
