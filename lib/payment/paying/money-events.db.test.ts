import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: the shop's own program hears of every payment and refund that a person has to act on, with the order or refund as it stands.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.database.pool.query(
    "insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_all', 'https://shop.example/', $1, ''::bytea)",
    [WEBHOOK_EVENTS],
  );
});
afterAll(() => fixture.close());
// Ids of one millisecond have no order.
beforeEach(() => fixture.clock.advance(1_000));

async function eventsOf(orderId: string) {
  const events = await fixture.rows<{ type: string; payload: string; deliveries: number }>(
    `select type, payload, (select count(*)::int from webhook_deliveries d where d.event_id = e.id) as deliveries
       from webhook_events e where order_id = $1 order by id`,
    [orderId],
  );
  expect(events.every(({ deliveries }) => deliveries === 1)).toBe(true);
  return events.map(({ type, payload }) => ({ type, data: JSON.parse(payload).data }));
}

const closedHere = (number: string) =>
  fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);

test("payment.late: the closed order with the money in it", async () => {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const trade = fixture.wechat.pay(number);
  await closedHere(number);
  await fixture.payments.closeOrder(order.id);
  fixture.clock.advance(1);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  const [closed, late, ...more] = await eventsOf(order.id);
  expect([closed?.type, late?.type, more]).toEqual(["order.closed", "payment.late", []]);
  expect(late?.data).toEqual(await fixture.payments.order(order.id));
  expect(late?.data).toMatchObject({ status: "closed", extraPayments: [{ verdict: "late", amount: 1800 }] });
});

test("payment.extra: the paid order with the second payment in it", async () => {
  const order = await fixture.order();
  const first = await fixture.open(order.id);
  const trade = fixture.wechat.pay(first);
  await closedHere(first);
  await fixture.payAndNotify(await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" }));
  fixture.clock.advance(1);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  const [paid, extra, ...more] = await eventsOf(order.id);
  expect([paid?.type, extra?.type, more]).toEqual(["order.paid", "payment.extra", []]);
  expect(extra?.data).toEqual(await fixture.payments.order(order.id));
});

test("refund.abnormal: the refund as it stands, and then how it ended", async () => {
  const order = await fixture.order();
  await fixture.payAndNotify(await fixture.open(order.id));
  fixture.clock.advance(1);
  const result = await fixture.payments.refundOrder({ orderId: order.id });
  if (result.kind !== "requested") throw new Error("nothing was asked before");
  const { refund } = result;
  fixture.clock.advance(1);
  fixture.wechat.refunds.settle(refund.outRefundNo, "abnormal");
  await fixture.payments.syncRefund(refund.id);
  const [, abnormal] = await eventsOf(order.id);
  expect(abnormal).toMatchObject({ type: "refund.abnormal", data: { id: refund.id, status: "abnormal" } });
  expect(abnormal?.data).toEqual(await fixture.payments.refund(refund.id));
});
