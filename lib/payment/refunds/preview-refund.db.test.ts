import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: what a person is shown before giving money back is what then happens, and showing it changes nothing.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

/** Three teas at 3.33 yuan with a gift, paid just now. */
async function paidOrder() {
  const order = await fixture.order({
    items: [
      { name: "茶", unitAmount: 333, quantity: 3 },
      { name: "糖", unitAmount: 0, quantity: 1 },
    ],
  });
  await fixture.payAndNotify(await fixture.open(order.id));
  return { orderId: order.id, tea: order.items[0]?.id ?? "", gift: order.items[1]?.id ?? "" };
}

describe("a preview", () => {
  test("of all, of an amount and of items is the refund that is made next", async () => {
    const { orderId, tea } = await paidOrder();
    const wishes = [{ items: [{ itemId: tea, quantity: 2 }] }, { amount: 33 }, {}];
    const left = [333, 300, 0];
    for (const [n, wish] of wishes.entries()) {
      const shown = await fixture.payments.previewRefund({ orderId, ...wish });
      expect(await fixture.payments.previewRefund({ orderId, ...wish }), "showing it changed something").toEqual(shown);
      const made = await fixture.payments.refundOrder({ orderId, ...wish });
      expect(made).toMatchObject({ kind: "requested", refund: { amount: shown.amount, items: shown.items } });
      expect(shown.leftAfter).toBe(left[n]);
    }
  });

  test("tells when WeChat's minute between two refunds is not over", async () => {
    const { orderId } = await paidOrder();
    const first = await fixture.payments.previewRefund({ orderId, amount: 1 });
    expect(first.sendAt).toEqual(fixture.clock.now());
    await fixture.payments.refundOrder({ orderId, amount: 1 });
    const second = await fixture.payments.previewRefund({ orderId, amount: 1 });
    expect(second.sendAt.getTime() - fixture.clock.now().getTime()).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  test("counts the refunds of the payment it is about, and not those of money that settled nothing", async () => {
    const order = await fixture.order();
    const wrong = fixture.wechat.pay(await fixture.open(order.id), { totalFen: 1 as never });
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(wrong));
    await fixture.payAndNotify(await fixture.open(order.id));
    await fixture.payments.refundExtraPayment({ orderId: order.id, transactionId: wrong.transactionId });
    const shown = await fixture.payments.previewRefund({ orderId: order.id });
    expect(shown).toMatchObject({ amount: 1800, leftAfter: 0, sendAt: fixture.clock.now() });
  });
});

describe("is refused as the refund would be", () => {
  test("no such order, by a foreign id and by one of ours; not paid; too late", async () => {
    expect(await codeOf(fixture.payments.previewRefund({ orderId: "nonsense" }))).toBe("not_found");
    expect(await codeOf(fixture.payments.previewRefund({ orderId: "ord_00000000000000000000000000" }))).toBe(
      "not_found",
    );
    expect(await codeOf(fixture.payments.previewRefund({ orderId: (await fixture.order()).id }))).toBe("conflict");
    const { orderId } = await paidOrder();
    fixture.clock.advance(366 * DAY_MS);
    expect(await codeOf(fixture.payments.previewRefund({ orderId }))).toBe("conflict");
  });

  test.each([
    ["more than is left", () => ({ amount: 1000 }), "amount_exceeds_refundable"],
    ["more than was bought", (tea: string) => ({ items: [{ itemId: tea, quantity: 4 }] }), "amount_exceeds_refundable"],
    ["an item of another order", () => ({ items: [{ itemId: "itm_x", quantity: 1 }] }), "invalid_request"],
    ["a gift alone", (_: string, gift: string) => ({ items: [{ itemId: gift, quantity: 1 }] }), "invalid_request"],
  ])("%s", async (_name, wishOf, code) => {
    const { orderId, tea, gift } = await paidOrder();
    const wish = { orderId, ...wishOf(tea, gift) };
    const shown = await fixture.payments.previewRefund(wish).catch((cause) => cause);
    const refused = await fixture.payments.refundOrder(wish).catch((cause) => cause);
    expect(shown.code).toBe(code);
    expect([shown.code, shown.message, shown.errors]).toEqual([refused.code, refused.message, refused.errors]);
  });
});
