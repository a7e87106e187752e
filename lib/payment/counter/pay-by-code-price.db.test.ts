import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf, codeOf } from "#lib/testing/payment-queries.ts";
import { pricingChoices } from "#lib/testing/pricing-fixture.ts";

// Goal: a code is charged at the price of the counter: what is promised for other ways of paying is not given here.

let fixture: PaymentFixture;
const { promote, optional, clear, order, pay, standing, expectSound } = pricingChoices(() => fixture);
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
beforeEach(clear);

const payByCode = (orderId: string, last: number) =>
  fixture.payments.payByCode({ orderId, authCode: `1300000000000000${String(last).padStart(2, "0")}` });

test("a promotion for the counter alone lowers what is charged", async () => {
  const id = await promote({ off: 300, audience: { channels: ["codepay"] } });
  const made = await order();
  expect(made.amountDue).toBe(2_000);
  expect(await payByCode(made.id, 1)).toMatchObject({
    kind: "paid",
    order: { amountPaid: 1_700, amountDiscount: 300 },
  });
  expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
  expect(await balanceOf(fixture, made.id)).toMatchObject({ discounts: 300, sales: -2_000, wechat_clearing: 1_700 });
  await expectSound([made]);
});

test("one for the pay page alone is given up when the shopper pays at the counter", async () => {
  const id = await promote({ off: 300, audience: { channels: ["native"] } });
  const made = await order();
  await pay(made);
  expect((await fixture.payments.order(made.id)).amountDue).toBe(1_700);
  expect(await payByCode(made.id, 2)).toMatchObject({ kind: "paid", order: { amountPaid: 2_000, amountDiscount: 0 } });
  expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
  await expectSound([made]);
});

test("a declined code leaves the price that stood, and the next one is charged at it", async () => {
  const id = await promote({ off: 300, audience: { channels: ["codepay"] } });
  const made = await order();
  fixture.wechat.failNext("chargeCode", { kind: "refused", reason: "not_enough" });
  await expect(payByCode(made.id, 3)).rejects.toMatchObject({ code: "payment_declined" });
  expect(await standing(id)).toEqual({ spent: 0, reserved: 300, uses: 1 });
  expect(await payByCode(made.id, 4)).toMatchObject({ kind: "paid", order: { amountPaid: 1_700 } });
  expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
  await expectSound([made]);
});

test("while a code is charged the price cannot change, and nothing is taken back for it", async () => {
  const id = await optional();
  const made = await order();
  fixture.wechat.counter.askPassword(1);
  expect(await payByCode(made.id, 5)).toMatchObject({ kind: "pending" });
  fixture.clock.advance(20_000);
  expect(await codeOf(fixture.payments.chooseOffers({ orderId: made.id, offers: [id] }))).toBe("conflict");
  fixture.wechat.pay(made.outTradeNo);
  expect(await payByCode(made.id, 5)).toMatchObject({ kind: "paid", order: { amountPaid: 2_000 } });
  expect(fixture.wechat.counter.reversed).toEqual([]);
});
