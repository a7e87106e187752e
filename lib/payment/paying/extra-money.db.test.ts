import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { type PaidTrade, PaymentProcessor } from "#lib/payment/index.ts";
import { paidLate, paidTwice } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: money that settles nothing always goes back, becomes its order's payment, or stands on a list that a person sees;
// and so does what a person gives back in WeChat's own console.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
beforeEach(() => fixture.rows("update refunds set check_at = '2100-01-01' where check_at is not null"));
const balanceOf = async (orderId: string) =>
  Object.fromEntries(
    (
      await fixture.rows<{ account: string; balance: number }>(
        `select l.account, sum(l.debit - l.credit)::int as balance from journal_lines l join journal_entries e on e.id = l.entry_id
          where e.order_id = $1 group by l.account`,
        [orderId],
      )
    ).map(({ account, balance }) => [account, balance]),
  );
const tell = (trade: PaidTrade) => fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
const settle = async (number: string, status: "succeeded" | "closed") =>
  fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(fixture.wechat.refunds.settle(number, status)));
const resolutionOf = async (orderId: string) => (await fixture.payments.order(orderId)).extraPayments[0]?.resolution;

async function paidOtherwise(differing: Partial<PaidTrade>) {
  const order = await fixture.order();
  const trade = fixture.wechat.pay(await fixture.open(order.id), differing);
  await tell(trade);
  return { orderId: order.id, transactionId: trade.transactionId, trade };
}

describe("giving it back", () => {
  test.each([
    ["late", () => paidLate(fixture)],
    ["extra", () => paidTwice(fixture)],
    ["mismatch", () => paidOtherwise({ totalFen: fen(1700) })],
  ])("%s: goes back whole, and nothing is owed any more", async (_verdict, make) => {
    const payment = await make();
    const refund = await fixture.payments.refundExtraPayment({ ...payment, reason: "重复付款" });
    expect(refund).toMatchObject({ amount: payment.trade.totalFen, status: "pending", reason: "重复付款" });
    expect(await resolutionOf(payment.orderId)).toBe("refunding");
    await settle(refund.outRefundNo, "succeeded");
    expect(await resolutionOf(payment.orderId)).toBe("refunded");
    expect((await balanceOf(payment.orderId)).owed_to_shoppers).toBe(0);
    expect(await fixture.payments.order(payment.orderId)).toMatchObject({ amountRefunded: 0 });
    expect(await codeOf(fixture.payments.refundExtraPayment(payment))).toBe("amount_exceeds_refundable");
  });

  test("a refund that failed puts it back on the list", async () => {
    const payment = await paidLate(fixture);
    const refund = await fixture.payments.refundExtraPayment(payment);
    await settle(refund.outRefundNo, "closed");
    expect(await resolutionOf(payment.orderId)).toBe("open");
  });

  test("twenty at once give it back once", async () => {
    const payment = await paidTwice(fixture);
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(fixture.payments.refundExtraPayment(payment))),
    );
    expect(codes.filter((code) => code === "no error")).toHaveLength(1);
    expect(fixture.wechat.refunds.all().filter((one) => one.transactionId === payment.transactionId)).toHaveLength(1);
  });

  test("what settles its order, is not there or never came to our account is not given back here", async () => {
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    const { transactionId } = await fixture.payments.order(order.id);
    const paid = { orderId: order.id, transactionId: transactionId ?? "" };
    expect(await codeOf(fixture.payments.refundExtraPayment(paid))).toBe("conflict");
    expect(await codeOf(fixture.payments.refundExtraPayment({ ...paid, transactionId: "4200x" }))).toBe("not_found");
    expect(await codeOf(fixture.payments.refundExtraPayment({ ...paid, orderId: "ord_x" }))).toBe("not_found");
    expect(await codeOf(fixture.payments.refundExtraPayment(await paidOtherwise({ currency: "USD" })))).toBe(
      "conflict",
    );
  });
});

describe("accepting a late payment", () => {
  test("its order is paid, the debt is a sale, and it can be refunded like every order", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_a', 'http://127.0.0.1:1/', '{order.paid}', 'x')`,
    );
    const payment = await paidLate(fixture);
    const order = await fixture.payments.acceptLatePayment(payment);
    expect(order).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      transactionId: payment.transactionId,
      paidAt: payment.trade.paidAt?.toISOString(),
      extraPayments: [{ verdict: "late", resolution: "accepted" }],
    });
    expect(await balanceOf(payment.orderId)).toEqual({ wechat_clearing: 1800, owed_to_shoppers: 0, sales: -1800 });
    const events = await fixture.rows<{ payload: string }>(
      "select payload from webhook_events where order_id = $1 and type = 'order.paid'",
      [payment.orderId],
    );
    expect(events.map((event) => JSON.parse(event.payload).data)).toEqual([order]);
    await fixture.payments.refundOrder({ orderId: payment.orderId });
    const [refund] = await fixture.payments.refunds(payment.orderId);
    await settle(refund?.outRefundNo ?? "", "succeeded");
    expect((await fixture.payments.order(payment.orderId)).status).toBe("refunded");
    expect((await balanceOf(payment.orderId)).refunds).toBe(1800);
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints where id = 'whe_a'");
  });

  test("accepting and giving back at once: one of the two", async () => {
    for (let round = 0; round < 5; round++) {
      const payment = await paidLate(fixture);
      const codes = await Promise.all([
        codeOf(fixture.payments.acceptLatePayment(payment)),
        codeOf(fixture.payments.refundExtraPayment(payment)),
        codeOf(fixture.payments.acceptLatePayment(payment)),
      ]);
      expect(codes.filter((code) => code === "no error")).toHaveLength(1);
    }
  });

  test("of two late payments one is accepted, and the other waits: what is announced shows both", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_b', 'http://127.0.0.1:1/', '{order.paid}', 'x')`,
    );
    const first = await paidLate(fixture);
    const again = { ...first.trade, transactionId: `${first.transactionId}-again` };
    await tell(again);
    const second = { orderId: first.orderId, transactionId: again.transactionId };
    const order = await fixture.payments.acceptLatePayment(second);
    expect(order).toMatchObject({ status: "paid", amountPaid: 1800, transactionId: second.transactionId });
    expect(order.extraPayments.map(({ verdict, resolution }) => [verdict, resolution])).toEqual([
      ["late", "open"],
      ["late", "accepted"],
    ]);
    const events = await fixture.rows<{ payload: string }>(
      "select payload from webhook_events where order_id = $1 and type = 'order.paid'",
      [first.orderId],
    );
    expect(events.map(({ payload }) => JSON.parse(payload).data)).toEqual([order]);
    expect(await codeOf(fixture.payments.acceptLatePayment(first))).toBe("conflict");
    await fixture.payments.refundExtraPayment(first);
    expect(await fixture.payments.order(first.orderId)).toMatchObject({ status: "paid", amountPaid: 1800 });
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints where id = 'whe_b'");
  });

  test("what is not late, not what is due, or on its way back is not accepted", async () => {
    const given = await paidLate(fixture);
    await fixture.payments.refundExtraPayment(given);
    expect(await codeOf(fixture.payments.acceptLatePayment(given))).toBe("conflict");
    expect(await fixture.payments.order(given.orderId)).toMatchObject({ status: "closed", amountPaid: 0 });
    expect(await codeOf(fixture.payments.acceptLatePayment(await paidTwice(fixture)))).toBe("conflict");
    expect(await codeOf(fixture.payments.acceptLatePayment(await paidOtherwise({ totalFen: fen(1) })))).toBe(
      "conflict",
    );
  });
});

describe("the policy", () => {
  const under = (policy: { kind: "manual" } | { kind: "automatic"; afterMs: number }) =>
    new PaymentProcessor({ ...fixture.deps, extraMoney: async () => policy });

  test("manual: nothing goes back by itself", async () => {
    const { orderId } = await paidTwice(fixture);
    fixture.clock.advance(60 * MINUTE_MS);
    await fixture.payments.sweep();
    await under({ kind: "manual" }).sweep();
    expect(await resolutionOf(orderId)).toBe("open");
  });

  test("automatic: after the delay it goes back once; what WeChat refuses then waits for a person", async () => {
    await fixture.rows("update payment_attempts set ended_at = '2100-01-01' where resolution = 'open'");
    const [good, bad, foreign] = [
      await paidTwice(fixture),
      await paidLate(fixture),
      await paidOtherwise({ currency: "USD" }),
    ];
    const payments = under({ kind: "automatic", afterMs: 10 * MINUTE_MS });
    await payments.sweep();
    expect(await resolutionOf(good.orderId)).toBe("open");
    fixture.clock.advance(10 * MINUTE_MS);
    await Promise.all([payments.sweep(), payments.sweep(), payments.sweep()]);
    expect(await resolutionOf(good.orderId)).toBe("refunding");
    expect(await fixture.rows("select origin from refunds where order_id = $1", [good.orderId])).toEqual([
      { origin: "policy" },
    ]);
    const [refused] = await fixture.payments.refunds(bad.orderId);
    await settle(refused?.outRefundNo ?? "", "closed");
    await payments.sweep();
    expect(await fixture.payments.refunds(bad.orderId)).toHaveLength(1);
    expect(await resolutionOf(bad.orderId)).toBe("open");
    expect(await fixture.payments.refunds(foreign.orderId)).toEqual([]);
  });
});

describe("refunds that somebody made in WeChat's console", () => {
  async function madeInConsole(amount: number) {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    const payment = fixture.wechat.pay(number);
    await tell(payment);
    return { order, payment, made: fixture.wechat.refunds.makeInConsole(payment, fen(amount)) };
  }
  const foreignRows = (number: string) =>
    fixture.rows<{ check_at: Date | null }>("select check_at from foreign_refunds where number = $1", [number]);

  test.each([false, true])("are kept, reported, and booked after asking (a hint only: %s)", async (hint) => {
    const { order, made } = await madeInConsole(300);
    const word = fixture.wechat.refunds.settle(made.number, "succeeded");
    for (let n = 0; n < 2; n++)
      await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(word, { hint }));
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", amountRefunded: 0 });
    expect(await fixture.rows("select 1 from alerts where cause = $1", [`foreign_refund:${made.number}`])).toHaveLength(
      1,
    );
    await Promise.all([fixture.payments.sweep(), fixture.payments.sweep()]);
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "partially_refunded", amountRefunded: 300 });
    expect(await fixture.payments.refunds(order.id)).toMatchObject([{ outRefundNo: made.number, status: "succeeded" }]);
    expect(await foreignRows(made.number)).toEqual([{ check_at: null }]);
  });

  test("what the notice says is not believed over what WeChat answers", async () => {
    const { order, made } = await madeInConsole(300);
    const lie = { ...made, amountFen: fen(1800), status: "succeeded" as const };
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(lie));
    fixture.wechat.failNext("findRefund", { kind: "unknown", workDone: false });
    await fixture.payments.sweep();
    expect(await fixture.payments.refunds(order.id)).toEqual([]);
    fixture.clock.advance(6 * MINUTE_MS);
    await fixture.payments.sweep();
    expect(await fixture.payments.refunds(order.id)).toMatchObject([{ amount: 300, status: "pending" }]);
  });

  test("one that does not fit next to what is held waits until it does", async () => {
    const { order, made } = await madeInConsole(1000);
    fixture.wechat.failNext("openRefund", { kind: "unknown", workDone: false });
    await fixture.payments.refundOrder({ orderId: order.id, amount: 1000 });
    const word = fixture.wechat.refunds.settle(made.number, "succeeded");
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(word));
    await fixture.payments.sweep();
    expect(await fixture.payments.order(order.id)).toMatchObject({ amountRefunded: 0 });
    // WeChat refuses ours, since the console's has used up what it would take.
    for (let n = 0; n < 12; n++) {
      fixture.clock.advance(MINUTE_MS);
      await fixture.payments.sweep();
    }
    const refunds = await fixture.payments.refunds(order.id);
    expect(refunds.map(({ outRefundNo, status }) => [outRefundNo === made.number, status]).toSorted()).toEqual([
      [false, "closed"],
      [true, "succeeded"],
    ]);
  });

  test("of a trade that is not ours, it stays a line on the list", async () => {
    const { made } = await madeInConsole(1);
    const word = { ...made, number: "strange-1", tradeNumber: "of-another-shop" };
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(word));
    expect(await fixture.rows("select kind from alerts where cause = 'foreign_refund:strange-1'")).toEqual([
      { kind: "foreign_refund" },
    ]);
    await fixture.payments.sweep();
    expect(await fixture.rows("select 1 from refunds where number = 'strange-1'")).toEqual([]);
  });
});
