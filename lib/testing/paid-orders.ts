import type { RefundView } from "#lib/contract/refund.ts";
import type { PaidTrade, PaymentProcessor } from "#lib/payment/index.ts";
import type { PaymentFixture } from "./payment-fixture.ts";

type RefundDetails = Omit<Parameters<PaymentProcessor["refundOrder"]>[0], "orderId">;

/** An order of 10.00 yuan that was paid just now. */
export async function paidOrder(fixture: PaymentFixture, items = [{ name: "茶", unitAmount: 500, quantity: 2 }]) {
  const order = await fixture.order({ items });
  const number = await fixture.open(order.id);
  const payment = fixture.wechat.pay(number);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(payment));
  return { ...order, number, payment };
}

export async function requestRefund(
  { payments }: PaymentFixture,
  orderId: string,
  wish: RefundDetails = {},
): Promise<RefundView> {
  const result = await payments.refundOrder({ orderId, ...wish });
  if (result.kind !== "requested") throw new Error("nothing was kept");
  return result.refund;
}

/** An order that was closed here and paid there. */
export async function paidLate(fixture: PaymentFixture, payments = fixture.payments) {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const trade = fixture.wechat.pay(number);
  await closeHere(fixture, number);
  await fixture.payments.closeOrder(order.id);
  return notify({ fixture, payments }, { orderId: order.id, trade });
}

/** An order that was paid twice; the second payment is the extra one. */
export async function paidTwice(fixture: PaymentFixture, payments = fixture.payments) {
  const order = await fixture.order();
  const first = await fixture.open(order.id);
  const trade = fixture.wechat.pay(first);
  await closeHere(fixture, first);
  await fixture.payAndNotify(await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" }));
  return notify({ fixture, payments }, { orderId: order.id, trade });
}

const closeHere = (fixture: PaymentFixture, number: string) =>
  fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);

async function notify(
  { fixture, payments }: { fixture: PaymentFixture; payments: PaymentProcessor },
  paid: { orderId: string; trade: PaidTrade },
) {
  await payments.receiveNotification(fixture.gateways.noticeOfPayment(paid.trade));
  return { ...paid, transactionId: paid.trade.transactionId };
}
