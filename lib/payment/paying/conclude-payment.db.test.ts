import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fen } from "#lib/base/fen.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { NewTrade } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, balanceOf, codeOf } from "#lib/testing/payment-queries.ts";

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const openedFor = ({ outTradeNo, expiresAt }: OrderView): NewTrade => ({
  ...{
    number: outTradeNo,
    channel: "native",
    amountFen: 1800 as Fen,
    description: "拿铁",
    openid: null,
    payerIp: null,
  },
  expiresAt: new Date(expiresAt),
});

describe("being paid", () => {
  test("a notice settles the order, books it and is booked once however often it comes", async () => {
    const order = await fixture.order();
    const trade = fixture.wechat.pay(await fixture.open(order.id));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        fixture.payments.receiveNotification(
          fixture.gateways.noticeOfPayment(trade, n % 2 === 0 ? "same" : `other-${n}`),
        ),
      ),
    );
    const words = results.map((result) => (result.kind === "accepted" ? result.result : result.reason));
    expect(words.filter((word) => word === "settles")).toHaveLength(1);
    expect(words.filter((word) => word === "repeated")).toHaveLength(19);
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      transactionId: trade.transactionId,
      paidAt: trade.paidAt?.toISOString(),
    });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  });

  test("a notice may overtake the answer to our own call", async () => {
    const order = await fixture.order();
    fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    await codeOf(fixture.open(order.id));
    await fixture.payAndNotify(order.outTradeNo);
    expect(await fixture.payments.status(order.id)).toMatchObject({ status: "paid", version: 2 });
  });

  test("a payment after closing is late: recorded, owed, shown, never lost", async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    const trade = fixture.wechat.pay(number);
    // The close reached us from elsewhere before the payment's notice: as if WeChat had answered wrongly.
    await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
    await fixture.payments.closeOrder(order.id);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    const after = await fixture.payments.order(order.id);
    expect(after).toMatchObject({ status: "closed", amountPaid: 0 });
    expect(after.extraPayments).toEqual([
      {
        transactionId: trade.transactionId,
        amount: 1800,
        paidAt: trade.paidAt?.toISOString(),
        verdict: "late",
        resolution: "open",
      },
    ]);
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, owed_to_shoppers: -1800 });
    expect(await fixture.rows("select kind from alerts where order_id = $1", [order.id])).toEqual([
      { kind: "late_payment" },
    ]);
  });

  test("a second payment of one order is extra, and the first still settles", async () => {
    const order = await fixture.order();
    const first = await fixture.open(order.id);
    const firstTrade = fixture.wechat.pay(first);
    await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [first]);
    const second = await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await fixture.payAndNotify(second);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(firstTrade));
    const after = await fixture.payments.order(order.id);
    expect(after).toMatchObject({ status: "paid", amountPaid: 1800 });
    expect(after.extraPayments).toMatchObject([{ transactionId: firstTrade.transactionId, verdict: "extra" }]);
  });

  test("when two trades are open, settling one hurries the other's end", async () => {
    const order = await fixture.order();
    const first = await fixture.open(order.id);
    await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [first]);
    const second = await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await fixture.payAndNotify(first);
    expect(fixture.wechat.payableNumbers()).toContain(second);
    await fixture.payments.sweep();
    expect(fixture.wechat.payableNumbers()).not.toContain(second);
    expect((await attemptsOf(fixture, order.id)).map((attempt) => attempt.status)).toEqual(["succeeded", "closed"]);
  });

  test.each([
    ["total", { totalFen: 1 as never }],
    ["currency", { currency: "USD" }],
    ["app", { appId: "wx1111111111111111" }],
  ])("a differing %s never marks the order paid", async (field, differing) => {
    const order = await fixture.order();
    const trade = fixture.wechat.pay(await fixture.open(order.id), differing);
    const result = await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    expect(result).toMatchObject({ kind: "accepted", result: "mismatch" });
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "pending",
      amountPaid: 0,
      extraPayments: [{ verdict: "mismatch" }],
    });
    const [alert] = await fixture.rows<{ detail: { differing: string } }>(
      "select detail from alerts where order_id = $1",
      [order.id],
    );
    expect(alert?.detail.differing).toBe(field);
  });

  test("a payment for an order we do not know is kept and raises one alert", async () => {
    const trade = { ...fixture.wechat.pay(await fixture.open((await fixture.order()).id)), number: "nobodys-number" };
    for (const id of ["strange-1", "strange-2"]) {
      const result = await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade, id));
      expect(result).toMatchObject({ kind: "accepted", result: "unknown_order" });
    }
    expect(
      await fixture.rows("select kind from alerts where cause = $1", [`unknown_order:${trade.transactionId}`]),
    ).toHaveLength(1);
  });

  test("an order whose trade we do not know is paid once WeChat vouches for it", async () => {
    const order = await fixture.order();
    // The trade was opened by a row that is gone: a database restored from before.
    await fixture.wechat.openTrade(openedFor(order));
    const trade = fixture.wechat.pay(order.outTradeNo);
    const notices = Array.from({ length: 5 }, (_, n) => fixture.gateways.noticeOfPayment(trade, `unforeseen-${n}`));
    await Promise.all(notices.map((notice) => fixture.payments.receiveNotification(notice)));
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      extraPayments: [],
    });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  });

  test("other money under the number of a payment is extra, once, and can be distinguished from it", async () => {
    const order = await fixture.order();
    const trade = fixture.wechat.pay(await fixture.open(order.id));
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    const again = { ...trade, transactionId: `${trade.transactionId}-again` };
    const notices = Array.from({ length: 5 }, (_, n) => fixture.gateways.noticeOfPayment(again, `again-${n}`));
    await Promise.all(notices.map((notice) => fixture.payments.receiveNotification(notice)));
    const after = await fixture.payments.order(order.id);
    expect(after).toMatchObject({ status: "paid", amountPaid: 1800, transactionId: trade.transactionId });
    expect(after.extraPayments).toMatchObject([{ transactionId: again.transactionId, verdict: "extra" }]);
  });

  test("one transaction is booked on one order, and the second is shown to the merchant", async () => {
    const [one, two] = [await fixture.order(), await fixture.order()];
    const trade = fixture.wechat.pay(await fixture.open(one.id));
    const copied = { ...trade, number: await fixture.open(two.id) };
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade, "its own"));
    const result = await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(copied, "a copy"));
    expect(result).toMatchObject({ kind: "accepted", result: "unknown_order" });
    expect(await fixture.payments.order(two.id)).toMatchObject({ status: "pending", amountPaid: 0 });
    expect(
      await fixture.rows("select kind from alerts where cause = $1", [`unknown_order:${trade.transactionId}`]),
    ).toHaveLength(1);
  });

  test("a call that does not verify changes nothing but a count", async () => {
    const bytes = { headers: new Headers(), body: new TextEncoder().encode("{}") };
    await Promise.all(Array.from({ length: 10 }, () => fixture.payments.receiveNotification(bytes)));
    expect(await fixture.rows("select reason, count::int from notify_rejections")).toEqual([
      { reason: "bad_signature", count: 10 },
    ]);
  });

  test("webhooks that want the event get it with the paid order in it", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_1', 'http://127.0.0.1:1/', '{order.paid,order.closed}', 'x')`,
    );
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    fixture.clock.advance(1); // Ids of one millisecond have no order.
    const closed = await fixture.order();
    await fixture.payments.closeOrder(closed.id);
    const events = await fixture.rows<{ type: string; payload: string }>(
      "select type, payload from webhook_events where order_id = any($1) order by id",
      [[order.id, closed.id]],
    );
    expect(events.map((event) => [event.type, JSON.parse(event.payload).data.status])).toEqual([
      ["order.paid", "paid"],
      ["order.closed", "closed"],
    ]);
    expect(JSON.parse(events[0]!.payload).data).toEqual(await fixture.payments.order(order.id));
    expect(await fixture.rows("select status from webhook_deliveries where endpoint_id = 'whe_1'")).toHaveLength(2);
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints where id = 'whe_1'");
  });

  test("what is announced is the order as it stands then, with the payments that did not settle it", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_2', 'http://127.0.0.1:1/', '{order.paid,order.amount_mismatch}', 'x')`,
    );
    const order = await fixture.order();
    const before = await fixture.payments.order(order.id);
    const trade = fixture.wechat.pay(await fixture.open(order.id), { totalFen: 1 as never });
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    const events = await fixture.rows<{ type: string; payload: string }>(
      "select type, payload from webhook_events where order_id = $1",
      [order.id],
    );
    const confirmed = await fixture.payments.order(order.id);
    expect(confirmed).toMatchObject({ extraPayments: [{ verdict: "mismatch", resolution: "open", amount: 1 }] });
    // First what the notice said, then what WeChat confirmed.
    const payloads = events.map(({ type, payload }) => ({ type, data: JSON.parse(payload).data }));
    expect(payloads).toHaveLength(2);
    expect(payloads).toContainEqual({ type: "order.amount_mismatch", data: { ...before, channel: "native" } });
    expect(payloads).toContainEqual({ type: "order.amount_mismatch", data: confirmed });
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints where id = 'whe_2'");
  });
});
