import { afterAll, beforeAll, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: who gives the whole order back has not used the promotion, where the merchant chose so; its money stays spent.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

async function refundedIn(parts: readonly number[], more: object) {
  const code = `C${JSON.stringify(more)}${parts.length}`;
  const rule = { type: "amount_off", phase: "order", off: 300, limitPerUser: 1, budget: 10_000, code, ...more };
  const { id } = await fixture.payments.promotions.create(promotionRequestSchema.parse(rule));
  const buy = () => fixture.order({ shopperId: "kim", promotionCodes: [code] });
  const order = await buy();
  await fixture.payAndNotify(await fixture.open(order.id));
  for (const amount of parts) {
    await fixture.payments.refundOrder({ orderId: order.id, amount });
    fixture.clock.advance(120_000);
    await fixture.payments.sweep();
    for (const refund of await fixture.payments.refunds(order.id))
      fixture.wechat.refunds.settle(refund.outRefundNo, "succeeded");
    for (const refund of await fixture.payments.refunds(order.id)) await fixture.payments.syncRefund(refund.id);
  }
  const { uses, spent, reserved } = await fixture.payments.promotions.get(id);
  const next = await buy();
  return { kept: { uses, spent, reserved }, again: next.amountDiscount };
}

test("the whole order, in one go or piece by piece", async () => {
  const back = { kept: { uses: 0, spent: 300, reserved: 0 }, again: 300 };
  expect(await refundedIn([1_500], { returnUse: true })).toEqual(back);
  expect(await refundedIn([500, 1_000], { returnUse: true })).toEqual(back);
});

test("not for a part of it, and not where the merchant did not choose so", async () => {
  const stays = { kept: { uses: 1, spent: 300, reserved: 0 }, again: 0 };
  expect(await refundedIn([1_499], { returnUse: true })).toEqual(stays);
  expect(await refundedIn([1_500], {})).toEqual(stays);
});
