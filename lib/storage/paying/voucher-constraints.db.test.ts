import { afterAll, beforeAll, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: what the payer gave, what the merchant gets and what goes back hold against a hand that goes round the domain.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const attempt = (what: string, orderId: string) =>
  fixture.refusedBy(`update payment_attempts set ${what} where order_id = $1`, [orderId]);

async function openOrder(): Promise<string> {
  const { id } = await fixture.order();
  await fixture.open(id);
  return id;
}
async function paidOrder(): Promise<string> {
  const { id } = await fixture.order();
  await fixture.payAndNotify(await fixture.open(id));
  return id;
}

test("no share of a payment exceeds what was paid", async () => {
  expect(await attempt("amount_settled = 1", await openOrder())).toBe("attempt_settled");
});

test("vouchers are a list", async () => {
  expect(await attempt(`vouchers = '{"amount": 1}'`, await openOrder())).toBe("attempt_vouchers");
});

test.each(["amount_settled = 1", "payer_amount = 1", `vouchers = '[{"id": "x"}]'`])(
  "once paid it stays as it was split: %s",
  async (what) => {
    expect(await attempt(what, await paidOrder())).toBe("attempt_fixed");
  },
);

test("no share of a refund exceeds its amount", async () => {
  const orderId = await paidOrder();
  await fixture.payments.refundOrder({ orderId, amount: 300, once: null });
  const refund = (what: string) => fixture.refusedBy(`update refunds set ${what} where order_id = $1`, [orderId]);
  expect(await refund("payer_amount = 301")).toBe("refund_split");
  expect(await refund("settled_amount = 301")).toBe("refund_split");
  expect(await refund("payer_amount = 300, settled_amount = 300")).toBeNull();
});

test("the use of a promotion comes back only from an order that was paid", async () => {
  await fixture.payments.promotions.create(
    promotionRequestSchema.parse({ id: "p1", phase: "order", type: "amount_off", off: 100, returnUse: true }),
  );
  const { id } = await fixture.order();
  const giveBack = "update promotion_uses set use_returned = true where order_id = $1";
  expect(await fixture.refusedBy(giveBack, [id])).toBe("promotion_use_returned");
});
