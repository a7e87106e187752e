import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: what a preview says is what the refund then does, and looking changes nothing.

let house: PaymentFixture;
beforeAll(async () => {
  house = await paymentFixture();
});
afterAll(() => house.close());

async function paidOrder() {
  const order = await house.order({ items: [{ name: "司康", price: "9.90", quantity: 3 }] });
  await house.payAndNotify(await house.open(order.id));
  return order;
}

test.each([
  ["everything", {}, 2970],
  ["a part", { amount: 1000 }, 1000],
  ["two of three", { two: true }, 1980],
] as const)("%s: the preview and the refund agree", async (_what, wish, amount) => {
  const order = await paidOrder();
  const itemId = order.items[0]?.id ?? "";
  const request =
    "two" in wish ? { orderId: order.id, items: [{ itemId, quantity: 2 }] } : { orderId: order.id, ...wish };
  const preview = await house.payments.previewRefund(request);
  expect(preview).toMatchObject({ amount, leftAfter: 2970 - amount, sendAt: house.clock.now() });
  expect(await house.payments.previewRefund(request)).toEqual(preview);
  expect(await house.payments.refunds(order.id)).toEqual([]);
  const made = await house.payments.refundOrder(request);
  expect(made).toMatchObject({ kind: "requested", refund: { amount, items: preview.items } });
});

test("what would be refused is refused in the preview, with the same words", async () => {
  const order = await paidOrder();
  await house.payments.refundOrder({ orderId: order.id, amount: 2000 });
  const tooMuch = { orderId: order.id, amount: 971 };
  await expect(house.payments.previewRefund(tooMuch)).rejects.toMatchObject({ code: "amount_exceeds_refundable" });
  await expect(house.payments.refundOrder(tooMuch)).rejects.toMatchObject({ code: "amount_exceeds_refundable" });
  const later = await house.payments.previewRefund({ orderId: order.id });
  expect(later.amount).toBe(970);
  expect(later.sendAt.getTime()).toBeGreaterThan(house.clock.now().getTime());
  const unpaid = await house.order();
  await expect(house.payments.previewRefund({ orderId: unpaid.id })).rejects.toMatchObject({ code: "conflict" });
});
