import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";
import type { StartPayment } from "../paying/index.ts";

// Goal: a page reads its order in one statement and, once its trade is open, locks and writes nothing; it never shows anything
// that the order's lock would not have given it at that moment.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

async function snapshotOf({ id }: Pick<OrderView, "id">) {
  const opened = await fixture.payments.openPage(id);
  if (opened === null) throw new Error(`there is no order ${id}`);
  return opened;
}

describe("what it reads", () => {
  const isWhole = async (order: Pick<OrderView, "id">) => {
    const opened = await snapshotOf(order);
    expect(opened.order).toEqual(await fixture.payments.order(order.id));
    expect(opened.status).toEqual(await fixture.payments.status(order.id));
    return opened;
  };

  test("is the order and its status, whatever became of it", async () => {
    const order = await fixture.order({
      items: [
        { name: "拿铁", price: 18, quantity: 2, sku: "latte", category: "coffee" },
        { name: '可颂 "热" <1>', price: 14, quantity: 1 },
      ],
      metadata: { table: "A1", guests: 2 },
      returnUrl: "https://shop.example/back",
    });
    expect((await isWhole(order)).status.handover).toBeNull();
    const number = await fixture.open(order.id);
    expect((await isWhole(order)).status.handover).toMatch(/^native\.1\./);
    await fixture.payments.startPayment({ orderId: order.id, channel: "h5", openid: null, payerIp: "1.2.3.4" });
    expect((await isWhole(order)).status.handover).toMatch(/^h5\.2\./);
    await fixture.payAndNotify(`${number}-2`);
    expect((await isWhole(order)).order).toMatchObject({ status: "paid", amountPaid: 5_000 });
    await fixture.payments.refundOrder({ orderId: order.id, amount: 100 });
    await isWhole(order);
    const closed = await fixture.order();
    await fixture.open(closed.id);
    await fixture.payments.closeOrder(closed.id);
    expect((await isWhole(closed)).status.status).toBe("closed");
  });

  test("is nothing where there is no such order", async () => {
    expect(await fixture.payments.openPage("ord_00000000000000000000000000")).toBeNull();
    expect(await fixture.payments.openPage("not an id'--")).toBeNull();
  });
});

const NATIVE = { channel: "native", openid: null, payerIp: null } as const;
const start = (order: Pick<OrderView, "id">, wish: Partial<StartPayment> = {}) =>
  fixture.payments.startPayment({ orderId: order.id, ...NATIVE, ...wish });

/** While somebody holds the order's lock. */
async function whileLocked<Result>({ id }: Pick<OrderView, "id">, work: () => Promise<Result>): Promise<Result> {
  const client = await fixture.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("select from orders where id = $1 for update", [id]);
    return await work();
  } finally {
    await client.query("rollback");
    client.release();
  }
}

describe("a trade that is open", () => {
  test("is handed out by what was read, without the order's lock", async () => {
    const order = await fixture.order();
    const first = await start(order);
    const { snapshot } = await snapshotOf(order);
    const opened = fixture.wechat.calls.length;
    expect(await whileLocked(order, () => start(order, { snapshot }))).toEqual(first);
    expect(fixture.wechat.calls.length).toBe(opened);
    const bridge = { channel: "jsapi", openid: "o-1" } as const;
    const inWechat = await start(order, bridge);
    const after = await snapshotOf(order);
    expect(await whileLocked(order, () => start(order, { ...bridge, snapshot: after.snapshot }))).toMatchObject({
      ...inWechat,
      jsapi: { package: inWechat.jsapi?.package },
    });
  });

  test("is not, where it serves another wish: then the lock decides", async () => {
    const order = await fixture.order();
    await start(order, { channel: "jsapi", openid: "o-1" });
    const { snapshot } = await snapshotOf(order);
    // To another payer, and for another channel.
    const other = await start(order, { channel: "jsapi", openid: "o-2", snapshot });
    expect((await snapshotOf(order)).status.handover).toBe(other.handover);
    const code = await start(order, { snapshot: (await snapshotOf(order)).snapshot });
    expect(code.codeUrl).toBeDefined();
    expect((await snapshotOf(order)).status.handover).toBe(code.handover);
  });

  test("is opened again once what it gave has grown old, and not at all once the order is over", async () => {
    const order = await fixture.order({ expiresIn: 10 * 3_600 });
    const first = await start(order);
    fixture.clock.advance(2 * HOUR_MS);
    const again = await start(order, { snapshot: (await snapshotOf(order)).snapshot });
    expect(again.handover).not.toBe(first.handover);
    fixture.clock.advance(9 * HOUR_MS);
    const late = (await snapshotOf(order)).snapshot;
    expect(await codeOf(start(order, { snapshot: late }))).toBe("order_not_payable");
    const closed = await fixture.order();
    await start(closed);
    await fixture.payments.closeOrder(closed.id);
    expect(await codeOf(start(closed, { snapshot: (await snapshotOf(closed)).snapshot }))).toBe("order_not_payable");
  });
});

describe("offers", () => {
  const present = (order: Pick<OrderView, "id">, more: object = {}) =>
    fixture.payments.presentOffers({
      orderId: order.id,
      channel: "native",
      shopperId: null,
      personalised: true,
      ...more,
    });
  const create = (promotion: object) =>
    fixture.payments.promotions.create(
      promotionRequestSchema.parse({ name: "优惠", type: "amount_off", phase: "order", off: 300, ...promotion }),
    );
  const made = () =>
    fixture.order({ items: [{ name: "拿铁", unitAmount: 4_000, quantity: 1 }], metadata: { scene: "dining" } });

  test("are shown as before once the trade is open, without the order's lock", async () => {
    await fixture.rows(`update learner_settings set margins = '{"default": 6000}', enabled = true, stopped_by = null`);
    await create({ id: "to-take", optional: true });
    await create({ id: "by-channel", phase: "channel", off: 100, audience: { channels: ["native"] } });
    const order = await made();
    const before = await present(order);
    expect(before.optional).toMatchObject([{ id: "to-take", saves: 300, chosen: false }]);
    expect(before.applied).toMatchObject([{ id: "by-channel", amount: 100 }]);
    await start(order);
    const { snapshot } = await snapshotOf(order);
    expect(await whileLocked(order, () => present(order, { snapshot }))).toEqual(before);
    // What it costs when it is taken comes with the next reading.
    await fixture.payments.chooseOffers({ orderId: order.id, offers: ["to-take"] });
    await start(order);
    const taken = await snapshotOf(order);
    expect(taken.order.amountDue).toBe(3_600);
    expect(await whileLocked(order, () => present(order, { snapshot: taken.snapshot }))).toMatchObject({
      optional: [{ id: "to-take", saves: 300, chosen: true }],
    });
    // On another channel the price is another one, so that the lock decides.
    const { snapshot: there } = await snapshotOf(order);
    expect(await present(order, { channel: "h5", snapshot: there })).toMatchObject({ optional: [{ id: "to-take" }] });
  });

  test("that need a code are looked for only where one was given", async () => {
    await fixture.rows("update promotions set status = 'archived', archived_at = now() where status = 'active'");
    await create({ id: "with-code", optional: true, code: "VIP" });
    const plain = await snapshotOf(await made());
    expect(plain.snapshot.mayHaveOffers).toBe(false);
    expect(plain.snapshot.takesCodes).toBe(true);
    const coded = await fixture.order({
      items: [{ name: "拿铁", unitAmount: 4_000, quantity: 1 }],
      metadata: { scene: "dining" },
      promotionCodes: ["VIP"],
    });
    const { snapshot } = await snapshotOf(coded);
    expect(snapshot.mayHaveOffers).toBe(true);
    expect((await present(coded, { snapshot })).optional).toMatchObject([{ id: "with-code" }]);
  });
});
