import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { PaidTrade, Voucher } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: a payment with WeChat's vouchers is kept as WeChat reported it, for good; what goes back of it is booked by WeChat's answer,
// which a notice does not give whole; and money that settles nothing leaves nothing behind in the books.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const booksOf = async (orderId: string) =>
  Object.fromEntries(
    (
      await fixture.rows<{ account: string; balance: number }>(
        `select l.account, sum(l.debit - l.credit)::int as balance from journal_lines l join journal_entries e on e.id = l.entry_id
          where e.order_id = $1 group by 1`,
        [orderId],
      )
    ).map(({ account, balance }) => [account, balance]),
  );
const voucher = (amount: number, funding: Voucher["funding"]): Voucher => ({
  ...{ id: "1", name: "满减", batch: "b1", amountFen: fen(amount), funding },
  ...{ wechatFen: null, merchantFen: null, otherFen: null },
});
const withVouchers: Partial<PaidTrade> = {
  payerFen: fen(1500),
  vouchers: [voucher(100, "prefunded"), voucher(200, "merchant")],
};

async function paid() {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const trade = fixture.wechat.pay(number, withVouchers);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  return { orderId: order.id, number };
}
const noticeOf = (number: string) =>
  fixture.payments.receiveNotification(
    fixture.gateways.noticeOfRefund(fixture.wechat.refunds.settle(number, "succeeded")),
  );

test("three numbers of one payment, and none of them changes again", async () => {
  const { orderId, number } = await paid();
  expect(await fixture.payments.order(orderId)).toMatchObject({
    ...{ status: "paid", amountDue: 1800, amountPaid: 1800, amountPayer: 1500, amountSettled: 1600 },
    vouchers: [
      { amount: 100, funding: "prefunded", batch: "b1" },
      { amount: 200, funding: "merchant" },
    ],
  });
  expect(await booksOf(orderId)).toEqual({ sales: -1800, vouchers: 200, wechat_clearing: 1600 });
  for (const change of ["amount_settled = 1", "vouchers = '[]'", "payer_amount = null"]) {
    const sql = `update payment_attempts set ${change} where number = $1`;
    await expect(fixture.rows(sql, [number])).rejects.toMatchObject({ constraint: "attempt_fixed" });
  }
});

test("the shop's own server hears of them with the payment", async () => {
  await fixture.rows(
    "insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_v', 'https://shop.test', '{order.paid}', '')",
  );
  const { orderId } = await paid();
  const [event] = await fixture.rows<{ payload: string }>("select payload from webhook_events where order_id = $1", [
    orderId,
  ]);
  expect(JSON.parse(event?.payload ?? "{}").data).toMatchObject({
    ...{ status: "paid", amountPaid: 1800, amountPayer: 1500, amountSettled: 1600 },
    vouchers: [{ amount: 100 }, { amount: 200 }],
  });
});

test("a notice that does not tell the merchant's share makes us ask, and then the books balance", async () => {
  const { orderId } = await paid();
  const made = await fixture.payments.refundOrder({ orderId, amount: 900 });
  const { id, outRefundNo } = made.kind === "requested" ? made.refund : { id: "", outRefundNo: "" };
  await noticeOf(outRefundNo);
  expect((await fixture.payments.refund(id)).status).toBe("pending");
  const [row] = await fixture.rows<{ due: boolean }>("select check_at <= $2 as due from refunds where id = $1", [
    id,
    fixture.clock.now(),
  ]);
  expect(row?.due).toBe(true);
  await fixture.payments.sweep();
  // The scripted WeChat does not tell it either: then the share is the settlement's.
  expect(await fixture.payments.refund(id)).toMatchObject({ status: "succeeded", amountSettled: 800 });
  expect(await booksOf(orderId)).toEqual({ refunds: 900, sales: -1800, vouchers: 100, wechat_clearing: 800 });
});

test("a late payment with vouchers goes back whole, and nothing is left of it", async () => {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const trade = fixture.wechat.pay(number, withVouchers);
  await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
  await fixture.payments.closeOrder(order.id);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  expect(await booksOf(order.id)).toEqual({ owed_to_shoppers: -1800, vouchers: 200, wechat_clearing: 1600 });
  const refund = await fixture.payments.refundExtraPayment({
    orderId: order.id,
    transactionId: trade.transactionId,
  });
  await noticeOf(refund.outRefundNo);
  await fixture.payments.sweep();
  expect((await fixture.payments.refund(refund.id)).status).toBe("succeeded");
  expect(await booksOf(order.id)).toEqual({ owed_to_shoppers: 0, vouchers: 0, wechat_clearing: 0 });
});

test("goods_tag goes to WeChat, the same on every call, and never changes", async () => {
  const order = await fixture.order({ goodsTag: "MIDAUTUMN" });
  await fixture.open(order.id);
  await fixture.open(order.id);
  expect((await fixture.payments.order(order.id)).goodsTag).toBe("MIDAUTUMN");
  await expect(fixture.rows("update orders set goods_tag = 'x' where id = $1", [order.id])).rejects.toMatchObject({
    constraint: "order_fixed",
  });
  await expect(fixture.order({ goodsTag: "x".repeat(33) })).rejects.toMatchObject({ code: "invalid_request" });
});
