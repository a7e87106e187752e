import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fen, fen } from "#lib/base/fen.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { TradeRefund } from "#lib/payment/index.ts";
import { paidOrder, requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";
import { bookForeignRefund } from "./refund-notice.ts";
import { sendRefund } from "./send-refund.ts";

// Goal: asking about an uncertain refund, twice, or too late changes nothing that is certain.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.rows("update refunds set check_at = '2100-01-01' where check_at is not null");
});
const hear = (reported: TradeRefund, hint = false) =>
  fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(reported, { hint }));
const rowOf = async ({ id }: Pick<RefundView, "id">) =>
  (
    await fixture.rows<{ status: string; checks: number; check_at: Date | null }>(
      "select * from refunds where id = $1",
      [id],
    )
  )[0];
const callsOf = (operation: string, { outRefundNo }: RefundView) =>
  fixture.wechat.calls.filter((call) => call.operation === operation && call.number === outRefundNo).length;
const refundedOf = async (orderId: string) => (await fixture.payments.order(orderId)).amountRefunded;

describe("asking about one refund", () => {
  test.each([
    ["gives no answer", { kind: "unknown", workDone: false }],
    ["does not know what it accepted", { kind: "refused", reason: "absent" }],
  ] as const)("while WeChat %s it stays as it is, and is asked again", async (_name, fault) => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    fixture.wechat.failNext("findRefund", fault);
    expect(await codeOf(fixture.payments.syncRefund(asked.id))).toBe("gateway_unavailable");
    const row = await rowOf(asked);
    expect(row).toMatchObject({ status: "processing", checks: 1 });
    expect(row?.check_at?.getTime()).toBe(fixture.clock.now().getTime() + 5 * MINUTE_MS);
    fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded");
    expect(await fixture.payments.syncRefund(asked.id)).toMatchObject({ status: "succeeded" });
  });

  test("a final one is not asked about, and an unknown one is not found", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    await hear(fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded"));
    const before = fixture.wechat.calls.length;
    expect(await fixture.payments.syncRefund(asked.id)).toMatchObject({ status: "succeeded" });
    expect(fixture.wechat.calls).toHaveLength(before);
    for (const id of ["nonsense", "ref_00000000000000000000000000"]) {
      expect(await codeOf(fixture.payments.syncRefund(id))).toBe("not_found");
    }
    expect(await codeOf(fixture.payments.refunds("nonsense"))).toBe("not_found");
  });

  test("one that was booked while we asked keeps what was booked", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    fixture.wechat.beforeNext("findRefund", async () => {
      await hear({ ...fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded") });
    });
    fixture.wechat.failNext("findRefund", { kind: "unknown", workDone: false });
    expect(await codeOf(fixture.payments.syncRefund(asked.id))).toBe("gateway_unavailable");
    expect(await rowOf(asked)).toMatchObject({ status: "succeeded", check_at: null });
  });

  test("one that was closed while we asked, though WeChat's answer says it went back, went back", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id, { amount: 300 });
    fixture.wechat.beforeNext("findRefund", async () => {
      const reported = fixture.wechat.refunds.settle(asked.outRefundNo, "succeeded");
      await hear({ ...reported, status: "closed", succeededAt: null });
      expect(await rowOf(asked)).toMatchObject({ status: "closed" });
    });
    expect(await fixture.payments.syncRefund(asked.id)).toMatchObject({ status: "succeeded" });
    expect([await refundedOf(order.id), (await rowOf(asked))?.check_at]).toEqual([300, null]);
  });

  test("a hint about one that is final, or was never sent, sets nothing in motion", async () => {
    const order = await paidOrder(fixture);
    const [first, second] = [
      await requestRefund(fixture, order.id, { amount: 1 }),
      await requestRefund(fixture, order.id, { amount: 2 }),
    ];
    const reported = fixture.wechat.refunds.settle(first.outRefundNo, "succeeded");
    await hear(reported);
    const before = await rowOf(second);
    await hear(reported, true);
    await hear({ ...reported, number: second.outRefundNo }, true);
    expect(await rowOf(first)).toMatchObject({ status: "succeeded", check_at: null });
    expect(await rowOf(second)).toEqual(before);
  });
});

describe("sending", () => {
  test("what WeChat has accepted is not sent again", async () => {
    const order = await paidOrder(fixture);
    const asked = await requestRefund(fixture, order.id);
    await sendRefund(fixture.deps, asked.id);
    expect(callsOf("openRefund", asked)).toBe(1);
  });

  test("before its turn it is not sent, and its turn is kept", async () => {
    const order = await paidOrder(fixture);
    await requestRefund(fixture, order.id, { amount: 1 });
    const second = await requestRefund(fixture, order.id, { amount: 2 });
    expect(await fixture.payments.syncRefund(second.id)).toMatchObject({ status: "pending" });
    expect(callsOf("openRefund", second)).toBe(0);
    expect((await rowOf(second))?.check_at?.getTime()).toBeGreaterThan(fixture.clock.now().getTime() + MINUTE_MS - 1);
  });

  test("a refusal is not believed while WeChat does not say that nothing was made", async () => {
    const order = await paidOrder(fixture);
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "not_enough" });
    fixture.wechat.failNext("findRefund", { kind: "unknown", workDone: false });
    const asked = await requestRefund(fixture, order.id);
    expect(await rowOf(asked)).toMatchObject({ status: "requested" });
    expect(await codeOf(requestRefund(fixture, order.id, { amount: 1 })), "the amount is held").toBe(
      "amount_exceeds_refundable",
    );
  });

  test.each(["succeeded", "processing"] as const)("a notice of %s that overtakes a refusal wins", async (status) => {
    const order = await paidOrder(fixture);
    const { number: tradeNumber, transactionId } = order.payment;
    const succeededAt = status === "succeeded" ? fixture.clock.now() : null;
    fixture.wechat.beforeNext("findRefund", async () => {
      const [row] = await fixture.rows<{ number: string }>("select number from refunds where order_id = $1", [
        order.id,
      ]);
      await hear({
        ...{ number: row?.number ?? "", refundId: `5030-${status}`, tradeNumber, transactionId, amountFen: fen(1000) },
        ...{ status, succeededAt },
      });
    });
    fixture.wechat.failNext("openRefund", { kind: "refused", reason: "not_enough" });
    const asked = await requestRefund(fixture, order.id);
    expect(await rowOf(asked)).toMatchObject({ status, failure: null });
    expect(await refundedOf(order.id)).toBe(status === "succeeded" ? 1000 : 0);
    expect(await fixture.rows("select kind from alerts where order_id = $1", [order.id])).toEqual([]);
  });
});

describe("made in WeChat's console", () => {
  const checkAtOf = (number: string) =>
    fixture.rows("select check_at from foreign_refunds where number = $1", [number]);

  test("two processes that ask at once book it once", async () => {
    const order = await paidOrder(fixture);
    const made = fixture.wechat.refunds.makeInConsole(order.payment, fen(300));
    await hear(made, true);
    const { number, tradeNumber } = made;
    const foreign = { number, tradeNumber, accountId: fixture.wechat.accountId, checks: 0 };
    fixture.wechat.refunds.settle(number, "succeeded");
    await Promise.all([bookForeignRefund(fixture.deps, foreign), bookForeignRefund(fixture.deps, foreign)]);
    expect(await refundedOf(order.id)).toBe(300);
    expect(await fixture.payments.refunds(order.id)).toHaveLength(1);
    expect(await checkAtOf(number)).toEqual([{ check_at: null }]);
  });

  test("requests that wait for a second person give way to it, the newest first and no more than it takes", async () => {
    await fixture.rows("update refund_rules set approval_above = 0, approval_covers_api = true");
    const order = await paidOrder(fixture);
    const first = await requestRefund(fixture, order.id, { amount: 300 });
    fixture.clock.advance(1);
    const second = await requestRefund(fixture, order.id, { amount: 500 });
    await fixture.rows("update refund_rules set approval_above = null");
    const made = fixture.wechat.refunds.makeInConsole(order.payment, fen(700));
    await hear(made, true);
    fixture.wechat.refunds.settle(made.number, "succeeded");
    await fixture.payments.sweep();
    expect(await refundedOf(order.id)).toBe(700);
    expect(await checkAtOf(made.number)).toEqual([{ check_at: null }]);
    expect(await rowOf(first)).toMatchObject({ status: "awaiting_approval" });
    expect(await rowOf(second)).toMatchObject({ status: "closed", failure: "approval_expired" });
    expect(
      await fixture.rows("select decision, reason, decided_by from refund_approvals where refund_id = $1", [second.id]),
    ).toEqual([{ decision: "expired", reason: "console_refund", decided_by: null }]);
    expect(
      await fixture.rows("select refund_held as held, refunded from payment_attempts where order_id = $1", [order.id]),
    ).toEqual([{ held: 300, refunded: 700 }]);
  });

  test("where no request would make enough room, none gives way", async () => {
    await fixture.rows("update refund_rules set approval_above = 400, approval_covers_api = true");
    const order = await paidOrder(fixture);
    // On its way to WeChat already: it stays.
    await requestRefund(fixture, order.id, { amount: 400 });
    const waiting = await requestRefund(fixture, order.id, { amount: 500 });
    await fixture.rows("update refund_rules set approval_above = null");
    const made = fixture.wechat.refunds.makeInConsole(order.payment, fen(700));
    await hear(made, true);
    fixture.wechat.refunds.settle(made.number, "succeeded");
    await fixture.payments.sweep();
    expect(await rowOf(waiting)).toMatchObject({ status: "awaiting_approval" });
    expect((await checkAtOf(made.number))[0]).not.toEqual({ check_at: null });
  });

  test("one that came to nothing is asked about once and not booked", async () => {
    const order = await paidOrder(fixture);
    const made = fixture.wechat.refunds.makeInConsole(order.payment, fen(300));
    await hear(fixture.wechat.refunds.settle(made.number, "closed"));
    await fixture.payments.sweep();
    expect(await fixture.payments.refunds(order.id)).toEqual([]);
    expect(await checkAtOf(made.number)).toEqual([{ check_at: null }]);
  });

  test("one of another system's trade is asked about once and stays on the list", async () => {
    const { payment } = await paidOrder(fixture);
    const made = fixture.wechat.refunds.makeInConsole({ ...payment, number: "of-another-shop" }, 300 as Fen);
    await hear(made);
    await fixture.payments.sweep();
    expect(await fixture.rows("select 1 from refunds where number = $1", [made.number])).toEqual([]);
    expect(await checkAtOf(made.number)).toEqual([{ check_at: null }]);
  });

  test("one that WeChat does not tell of is asked about ever more seldom", async () => {
    const { payment } = await paidOrder(fixture);
    const made = fixture.wechat.refunds.makeInConsole(payment, fen(1));
    const nextIn = async (checks: number) => {
      const { number, tradeNumber } = made;
      fixture.wechat.failNext("findRefund", { kind: "unknown", workDone: false });
      await bookForeignRefund(fixture.deps, { number, tradeNumber, accountId: fixture.wechat.accountId, checks });
      const [row] = await fixture.rows<{ check_at: Date | null }>(
        "select check_at from foreign_refunds where number = $1",
        [number],
      );
      return row?.check_at == null ? null : row.check_at.getTime() - fixture.clock.now().getTime();
    };
    await hear(made);
    const waits = [await nextIn(0), await nextIn(3), await nextIn(49), await nextIn(50)];
    expect(waits).toEqual([MINUTE_MS, 20 * MINUTE_MS, 30 * MINUTE_MS, null]);
  });
});

describe("refused before it is sent", () => {
  test("of an order with money that settles nothing, the refusal says where that goes back", async () => {
    const order = await fixture.order();
    const trade = fixture.wechat.pay(await fixture.open(order.id), { totalFen: fen(1) });
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    const messageOf = async (id: string) => (await requestRefund(fixture, id).catch((cause) => cause)).message;
    expect(await messageOf(order.id)).toContain("extra payment");
    expect(await messageOf((await fixture.order()).id)).not.toContain("extra payment");
  });

  test("the fifty-first, while money is left", async () => {
    const order = await paidOrder(fixture);
    for (let n = 0; n < 50; n++) await requestRefund(fixture, order.id, { amount: 1 });
    const failed = await requestRefund(fixture, order.id, { amount: 1 }).catch((cause) => cause);
    expect([failed.code, failed.message]).toEqual([
      "conflict",
      expect.stringContaining("allows 50 refunds per order; this order already has 50"),
    ]);
    expect(await fixture.payments.refunds(order.id)).toHaveLength(50);
  });

  test("items that nothing was paid for, by name", async () => {
    const order = await paidOrder(fixture, [
      { name: "茶", unitAmount: 500, quantity: 1 },
      { name: "糖", unitAmount: 0, quantity: 1 },
    ]);
    const items = [{ itemId: order.items[1]?.id ?? "", quantity: 1 }];
    const failed = await requestRefund(fixture, order.id, { items }).catch((cause) => cause);
    expect([failed.code, failed.errors[0].path]).toEqual(["invalid_request", "items"]);
  });
});
