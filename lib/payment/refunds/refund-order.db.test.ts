import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import { type Deps, PaymentProcessor } from "#lib/payment/index.ts";
import { paidOrder, requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: money goes back once, never more than was paid, in spite of faults of WeChat, the network and our own processes.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
// What one test leaves unfinished must not take the next one's scripted answers.
beforeEach(() => fixture.rows("update refunds set check_at = '2100-01-01' where check_at is not null"));

const settle = async ({ outRefundNo }: RefundView, status: "succeeded" | "abnormal" | "closed") =>
  fixture.payments.receiveNotification(
    fixture.gateways.noticeOfRefund(fixture.wechat.refunds.settle(outRefundNo, status)),
  );
const statusOf = async ({ id }: RefundView) => (await fixture.payments.refund(id)).status;
const sendsOf = ({ outRefundNo }: RefundView) =>
  fixture.wechat.calls.filter(({ operation, number }) => operation === "openRefund" && number === outRefundNo).length;
const madeAtWeChat = (number: string) => fixture.wechat.refunds.all().filter((one) => one.tradeNumber === number);
const sumsOf = async (orderId: string) =>
  (
    await fixture.rows<{ held: number; refunded: number }>(
      "select refund_held as held, refunded from payment_attempts where order_id = $1 and verdict = 'settles'",
      [orderId],
    )
  )[0];
const alertsOf = async (orderId: string) =>
  (await fixture.rows<{ kind: string }>("select kind from alerts where order_id = $1 order by id", [orderId])).map(
    ({ kind }) => kind,
  );
/** Lets time pass as it does for a worker that sweeps every ten seconds, or more seldom where hours have to pass. */
async function pass(ms: number, everyMs = 10 * SECOND_MS): Promise<void> {
  for (let passed = 0; passed < ms; passed += everyMs) {
    fixture.clock.advance(everyMs);
    await fixture.payments.sweep();
  }
}

describe("giving back", () => {
  test("a part, then the rest: the order shows it, the books hold it, watchers hear of it", async () => {
    const order = await paidOrder(fixture);
    const version = (await fixture.payments.status(order.id))?.version ?? 0;
    const part = await requestRefund(fixture, order.id, { amount: 300, reason: "少了一杯" });
    expect(part).toMatchObject({ status: "pending", amount: 300, reason: "少了一杯" });
    expect(await sumsOf(order.id)).toEqual({ held: 300, refunded: 0 });
    await settle(part, "succeeded");
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "partially_refunded", amountRefunded: 300 });
    expect((await fixture.payments.status(order.id))?.version).toBeGreaterThan(version);
    fixture.clock.advance(2 * MINUTE_MS);
    await settle(await requestRefund(fixture, order.id), "succeeded");
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "refunded", amountRefunded: 1000 });
    const books = await fixture.rows<{ account: string; balance: number }>(
      `select l.account, sum(l.debit - l.credit)::int as balance from journal_lines l join journal_entries e on e.id = l.entry_id
        where e.order_id = $1 group by l.account order by l.account`,
      [order.id],
    );
    expect(books).toEqual([
      { account: "refunds", balance: 1000 },
      { account: "sales", balance: -1000 },
      { account: "wechat_clearing", balance: 0 },
    ]);
  });

  test("webhooks carry the refund as it stands then", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_r', 'http://127.0.0.1:1/', '{refund.succeeded,refund.failed}', 'x')`,
    );
    const order = await paidOrder(fixture);
    const good = await requestRefund(fixture, order.id, { amount: 1 });
    await settle(good, "succeeded");
    await settle(good, "succeeded");
    fixture.clock.advance(2 * MINUTE_MS);
    const bad = await requestRefund(fixture, order.id, { amount: 2 });
    await settle(bad, "abnormal");
    await settle(bad, "closed");
    const events = await fixture.rows<{ type: string; payload: string }>(
      "select type, payload from webhook_events e join webhook_deliveries d on d.event_id = e.id where e.order_id = $1 order by e.id",
      [order.id],
    );
    expect(events.map(({ type, payload }) => [type, JSON.parse(payload).data])).toEqual([
      ["refund.succeeded", await fixture.payments.refund(good.id)],
      ["refund.failed", await fixture.payments.refund(bad.id)],
    ]);
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints where id = 'whe_r'");
  });

  test("by items: exactly what was paid, and never more pieces than were bought", async () => {
    const order = await paidOrder(fixture, [
      { name: "茶", unitAmount: 333, quantity: 3 },
      { name: "糖", unitAmount: 0, quantity: 1 },
    ]);
    const [tea, gift] = order.items.map(({ id }) => id) as [string, string];
    const two = await requestRefund(fixture, order.id, {
      items: [
        { itemId: tea, quantity: 2 },
        { itemId: gift, quantity: 1 },
      ],
    });
    expect(two).toMatchObject({
      amount: 666,
      items: [
        { itemId: tea, quantity: 2, amount: 666 },
        { itemId: gift, amount: 0 },
      ],
    });
    expect(await codeOf(requestRefund(fixture, order.id, { items: [{ itemId: tea, quantity: 2 }] }))).toBe(
      "amount_exceeds_refundable",
    );
    const again = await Promise.all(
      Array.from({ length: 5 }, () =>
        codeOf(requestRefund(fixture, order.id, { items: [{ itemId: tea, quantity: 1 }] })),
      ),
    );
    expect(again.filter((code) => code === "no error")).toHaveLength(1);
    expect(await sumsOf(order.id)).toEqual({ held: 999, refunded: 0 });
  });

  test("a hundred at once never exceed the payment", async () => {
    const order = await paidOrder(fixture);
    const codes = await Promise.all(
      Array.from({ length: 100 }, () => codeOf(requestRefund(fixture, order.id, { amount: 70 }))),
    );
    expect(codes.filter((code) => code === "no error")).toHaveLength(14);
    expect(codes.filter((code) => code === "amount_exceeds_refundable")).toHaveLength(86);
    expect(await sumsOf(order.id)).toEqual({ held: 980, refunded: 0 });
    const numbers = (await fixture.payments.refunds(order.id)).map(({ outRefundNo }) => outRefundNo);
    expect(new Set(numbers).size).toBe(14);
  });

  test("not paid, not there, too old", async () => {
    expect(await codeOf(requestRefund(fixture, (await fixture.order()).id))).toBe("conflict");
    expect(await codeOf(requestRefund(fixture, "ord_00000000000000000000000000"))).toBe("not_found");
    const order = await paidOrder(fixture);
    fixture.clock.advance(366 * DAY_MS);
    expect(await codeOf(requestRefund(fixture, order.id))).toBe("conflict");
  });
});

describe("WeChat's minute", () => {
  test("refunds of one order wait for their turn and are sent once each, without a failing call", async () => {
    const order = await paidOrder(fixture);
    const three = [];
    for (const amount of [1, 2, 3]) three.push(await requestRefund(fixture, order.id, { amount }));
    expect(three.map(({ status }) => status)).toEqual(["pending", "pending", "pending"]);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
    await pass(50 * SECOND_MS);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
    await pass(20 * SECOND_MS);
    expect(madeAtWeChat(order.number)).toHaveLength(2);
    await pass(70 * SECOND_MS);
    expect(madeAtWeChat(order.number)).toHaveLength(3);
    expect(three.map(sendsOf)).toEqual([1, 1, 1]);
  });

  test("two that are due at once after a standstill still go one after the other", async () => {
    const order = await paidOrder(fixture);
    const three = [];
    for (const amount of [1, 2, 3]) three.push(await requestRefund(fixture, order.id, { amount }));
    fixture.clock.advance(HOUR_MS);
    await Promise.all([fixture.payments.sweep(), fixture.payments.sweep(), fixture.payments.sweep()]);
    expect(madeAtWeChat(order.number)).toHaveLength(2);
    await pass(70 * SECOND_MS);
    expect(three.map(sendsOf)).toEqual([1, 1, 1]);
  });
});

describe("without an answer", () => {
  test.each([true, false])("unknown (the work was done: %s): the same number again, one refund", async (workDone) => {
    const order = await paidOrder(fixture);
    fixture.wechat.failNext("openRefund", { kind: "unknown", workDone });
    const asked = await requestRefund(fixture, order.id, { amount: 100 });
    expect(await statusOf(asked)).toBe("pending");
    await pass(30 * SECOND_MS);
    expect(sendsOf(asked)).toBe(2);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
    await settle(asked, "succeeded");
    expect(await sumsOf(order.id)).toEqual({ held: 0, refunded: 100 });
  });

  // A process may die between any two steps; what it leaves behind is what the next sweep finds.
  const dying = (change: (deps: Deps) => Partial<Deps>) =>
    new PaymentProcessor({ ...fixture.deps, ...change(fixture.deps) });
  const dead = () => Promise.reject(new Error("the process died here"));

  test("died after the intent, before the call: the sweep sends it", async () => {
    const order = await paidOrder(fixture);
    await dying(({ gateways }) => ({ gateways: { ...gateways, of: dead } })).refundOrder({ orderId: order.id });
    expect(madeAtWeChat(order.number)).toHaveLength(0);
    expect(await sumsOf(order.id)).toEqual({ held: 1000, refunded: 0 });
    await pass(30 * SECOND_MS);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
  });

  test("died after the call, before its conclusion: the same number again finds the same refund", async () => {
    const order = await paidOrder(fixture);
    let transactions = 0;
    const store = {
      ...fixture.deps.store,
      transaction: ((work) =>
        ++transactions > 1 ? dead() : fixture.deps.store.transaction(work)) as Deps["store"]["transaction"],
    };
    await dying(() => ({ store })).refundOrder({ orderId: order.id });
    expect(transactions).toBe(2);
    expect(await fixture.rows("select status from refunds where order_id = $1", [order.id])).toEqual([
      { status: "requested" },
    ]);
    await pass(30 * SECOND_MS);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
    expect(await fixture.rows("select status from refunds where order_id = $1", [order.id])).toEqual([
      { status: "processing" },
    ]);
  });

  test("a notice may overtake the answer to our own call", async () => {
    const order = await paidOrder(fixture);
    fixture.wechat.failNext("openRefund", { kind: "unknown", workDone: true });
    const asked = await requestRefund(fixture, order.id);
    await settle(asked, "succeeded");
    expect(await statusOf(asked)).toBe("succeeded");
    await pass(2 * MINUTE_MS);
    expect(sendsOf(asked)).toBe(1);
  });

  test("when it goes on, an alert is raised; the amount stays held", async () => {
    const order = await paidOrder(fixture);
    for (let n = 0; n < 9; n++) fixture.wechat.failNext("openRefund", { kind: "unknown", workDone: false });
    const asked = await requestRefund(fixture, order.id);
    await pass(15 * MINUTE_MS, MINUTE_MS);
    expect(await alertsOf(order.id)).toEqual([]);
    await pass(5 * MINUTE_MS, MINUTE_MS);
    expect(await alertsOf(order.id)).toEqual(["refund_unanswered"]);
    expect(await sumsOf(order.id)).toEqual({ held: 1000, refunded: 0 });
    await pass(3 * HOUR_MS, 10 * MINUTE_MS);
    await settle(asked, "succeeded");
    expect(await statusOf(asked)).toBe("succeeded");
  });
});

describe("refused", () => {
  test.each(["not_enough", "payer_account_closed", "not_permitted", "invalid"])(
    "%s: closed with its reason, the amount is free",
    async (reason) => {
      const order = await paidOrder(fixture);
      fixture.wechat.failNext("openRefund", { kind: "refused", reason });
      const asked = await requestRefund(fixture, order.id);
      expect(await fixture.payments.refund(asked.id)).toMatchObject({
        status: "closed",
        failureReason: reason,
        failureDetail: "scripted",
      });
      expect(await sumsOf(order.id)).toEqual({ held: 0, refunded: 0 });
      expect(await alertsOf(order.id)).toEqual(["refund_failed"]);
      const next = await requestRefund(fixture, order.id);
      expect(next.outRefundNo).not.toBe(asked.outRefundNo);
      expect(await statusOf(next)).toBe("pending");
    },
  );

  test("a refusal after a send that was carried out is not believed", async () => {
    const order = await paidOrder(fixture);
    fixture.wechat.failNext("openRefund", { kind: "unknown", workDone: true });
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "not_enough" });
    const asked = await requestRefund(fixture, order.id);
    await pass(30 * SECOND_MS);
    expect(await fixture.rows("select status from refunds where id = $1", [asked.id])).toEqual([
      { status: "processing" },
    ]);
    expect(await sumsOf(order.id)).toEqual({ held: 1000, refunded: 0 });
  });

  test("a trade that WeChat does not find yet, or keys that are wrong, only delay it", async () => {
    const order = await paidOrder(fixture);
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "trade_absent" });
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "account_trouble" });
    const asked = await requestRefund(fixture, order.id);
    await pass(90 * SECOND_MS);
    expect(sendsOf(asked)).toBe(3);
    expect(madeAtWeChat(order.number)).toHaveLength(1);
    const old = await paidOrder(fixture);
    fixture.clock.advance(2 * HOUR_MS);
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "trade_absent" });
    expect(await statusOf(await requestRefund(fixture, old.id))).toBe("closed");
  });
});

describe("what becomes of it", () => {
  test("a lost notice is found by asking, the first time within 90 seconds, then ever more seldom", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    const looks = () =>
      fixture.wechat.calls.filter(({ operation, number }) => operation === "findRefund" && number === asked.outRefundNo)
        .length;
    await pass(70 * SECOND_MS);
    expect(looks()).toBe(1);
    await pass(36 * MINUTE_MS, MINUTE_MS);
    expect(looks()).toBe(4);
    fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded");
    await pass(31 * MINUTE_MS, MINUTE_MS);
    expect(await statusOf(asked)).toBe("succeeded");
  });

  test("closed at WeChat frees the amount; abnormal holds it, tells a person, and may still succeed", async () => {
    const order = await paidOrder(fixture);
    const one = await requestRefund(fixture, order.id, { amount: 400 });
    fixture.clock.advance(2 * MINUTE_MS);
    const two = await requestRefund(fixture, order.id, { amount: 600 });
    await settle(one, "closed");
    await settle(two, "abnormal");
    expect(await sumsOf(order.id)).toEqual({ held: 600, refunded: 0 });
    expect(await alertsOf(order.id)).toEqual(["refund_failed", "refund_abnormal"]);
    expect(await fixture.payments.refund(two.id)).toMatchObject({
      status: "abnormal",
      failureReason: "abnormal_at_wechat",
    });
    expect(await codeOf(requestRefund(fixture, order.id, { amount: 401 }))).toBe("amount_exceeds_refundable");
    await settle(two, "succeeded");
    expect(await fixture.payments.refund(two.id)).toMatchObject({ status: "succeeded", failureReason: null });
    expect(await sumsOf(order.id)).toEqual({ held: 0, refunded: 600 });
  });

  test("twenty notices and questions at once book it once", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id, { amount: 100 });
    const reported = fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded");
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(reported))
          : fixture.payments.syncRefund(asked.id),
      ),
    );
    expect(await sumsOf(order.id)).toEqual({ held: 0, refunded: 100 });
    expect(await fixture.rows("select 1 from journal_entries where cause = $1", [`refund:${asked.id}`])).toHaveLength(
      1,
    );
  });

  test("a hint changes nothing by itself: WeChat is asked", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    const reported = {
      ...fixture.wechat.refunds.settle(asked.outRefundNo, "processing"),
      status: "succeeded" as const,
    };
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(reported, { hint: true }));
    await fixture.payments.sweep();
    expect(await statusOf(asked), "the hint lied").toBe("pending");
    await fixture.payments.receiveNotification(
      fixture.gateways.noticeOfRefund(fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded"), { hint: true }),
    );
    expect(await statusOf(asked)).toBe("pending");
    await fixture.payments.sweep();
    expect(await statusOf(asked)).toBe("succeeded");
  });

  test("a notice of another amount changes nothing and tells a person", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id, { amount: 100 });
    const reported = { ...fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded"), amountFen: 99 as never };
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(reported));
    expect(await sumsOf(order.id)).toEqual({ held: 100, refunded: 0 });
    expect(await alertsOf(order.id)).toEqual(["refund_mismatch"]);
  });

  test("given up here, gone back all the same: booked where it fits, on the list where it does not", async () => {
    const order = await paidOrder(fixture);
    const first = await requestRefund(fixture, order.id, { amount: 600 });
    await settle(first, "closed");
    fixture.clock.advance(2 * MINUTE_MS);
    await requestRefund(fixture, order.id, { amount: 500 });
    const reported = fixture.wechat.refunds.settle(first.outRefundNo, "succeeded");
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(reported));
    expect(await sumsOf(order.id)).toEqual({ held: 500, refunded: 0 });
    expect(await alertsOf(order.id)).toEqual(["refund_failed", "refund_overdrawn"]);
  });
});
