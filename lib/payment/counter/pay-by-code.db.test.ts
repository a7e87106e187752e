import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf, codeOf } from "#lib/testing/payment-queries.ts";

// Goal: the order of a scanned code is paid once or not at all, and money that settles nothing goes back.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

let codes = 0;
const freshCode = () => `13${String(++codes).padStart(16, "0")}`;
const pay = (orderId: string, authCode = freshCode()) => fixture.payments.payByCode({ orderId, authCode });
const attempts = (orderId: string) =>
  fixture.rows<{
    id: string;
    number: string;
    channel: string;
    status: string;
    failure: string | null;
    reverse_since: Date;
  }>("select * from payment_attempts where order_id = $1 order by sequence", [orderId]);
const statesOf = async (orderId: string) => (await attempts(orderId)).map(({ status }) => status);
const charges = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "chargeCode" && call.number.startsWith(number)).length;
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (cause) => (isAppError(cause) ? `${cause.code} ${cause.reason}` : String(cause)),
  );
/** Time passes, and what is due is done. */
async function later(ms: number): Promise<void> {
  fixture.clock.advance(ms);
  await fixture.payments.sweep();
}
/** Until nothing is open any more: retries have their pauses. */
async function settle(orderId: string): Promise<string> {
  for (let round = 0; round < 12; round++) {
    await later(21 * SECOND_MS);
    const [last] = (await statesOf(orderId)).slice(-1);
    if (last !== "opening" && last !== "waiting") break;
  }
  return (await fixture.payments.order(orderId)).status;
}

describe("at once", () => {
  test("paid: the order is paid by its own number, booked and reported", async () => {
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('we_1', 'https://shop.example', '{order.paid}', 'x')`,
    );
    const { id, outTradeNo } = await fixture.order();
    const paid = await pay(id);
    expect(paid).toMatchObject({ kind: "paid", order: { id, status: "paid", channel: "codepay", amountPaid: 1800 } });
    expect(await fixture.payments.order(id)).toEqual(paid.order);
    expect(await attempts(id)).toMatchObject([{ number: outTradeNo, status: "succeeded", verdict: "settles" }]);
    expect(await balanceOf(fixture, id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
    const events = await fixture.rows<{ payload: string }>("select payload from webhook_events where order_id = $1", [
      id,
    ]);
    expect(events.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { type: "order.paid", data: { id, status: "paid", channel: "codepay" } },
    ]);
    await fixture.rows("delete from webhook_deliveries");
    await fixture.rows("delete from webhook_endpoints");
  });

  test.each([
    ["code_invalid", "payment_declined code_invalid"],
    ["not_enough", "payment_declined not_enough"],
    ["card_refused", "payment_declined card_refused"],
    ["declined", "payment_declined declined"],
    ["invalid", "payment_declined declined"],
    ["not_permitted", "gateway_rejected not_permitted"],
    ["account_trouble", "gateway_rejected account_trouble"],
  ])("%s: answered by %s, and a fresh code pays by a number of its own", async (reason, told) => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.failNext("chargeCode", { kind: "refused", reason });
    const code = freshCode();
    expect(await reasonOf(pay(id, code))).toBe(told);
    expect(await reasonOf(pay(id, code)), "the same code is not sent again").toBe(told);
    expect(charges(outTradeNo)).toBe(1);
    expect(await pay(id)).toMatchObject({ kind: "paid" });
    expect((await attempts(id)).map(({ number, status }) => [number, status])).toEqual([
      [outTradeNo, "failed"],
      [`${outTradeNo}-2`, "succeeded"],
    ]);
  });

  test("a refusal of what was paid after all is not believed", async () => {
    const { id } = await fixture.order();
    fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: true });
    fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: true });
    const code = freshCode();
    expect(await pay(id, code)).toMatchObject({ kind: "paid" });
    const other = await fixture.order();
    fixture.wechat.beforeNext("chargeCode", async () => {
      const [attempt] = await attempts(other.id);
      await fixture.wechat.chargeCode({ ...CHARGE, number: attempt?.number ?? "" });
    });
    // WeChat answers "paid already", as to a repeat of a try that arrived.
    expect(await pay(other.id)).toMatchObject({ kind: "paid" });
  });

  test("an order that is paid, closed, expired or unknown is not charged", async () => {
    const before = fixture.wechat.calls.length;
    expect(await codeOf(pay("ord_01jzk3v9x2t8q4w6y0bcdefghj"))).toBe("not_found");
    const closed = await fixture.order();
    await fixture.payments.closeOrder(closed.id);
    expect(await codeOf(pay(closed.id))).toBe("order_not_payable");
    const expired = await fixture.order({ expiresIn: 60 });
    fixture.clock.advance(MINUTE_MS);
    expect(await codeOf(pay(expired.id))).toBe("order_not_payable");
    expect(fixture.wechat.calls.length).toBe(before);
  });
});

const CHARGE = {
  authCode: { reveal: () => "130000000000009999" } as never,
  amountFen: 1800 as never,
  description: "拿铁",
};

describe("the shopper types the password", () => {
  test("in time: the waiting call is answered with the paid order", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    fixture.wechat.beforeNext("findTrade", () => {});
    fixture.wechat.beforeNext("findTrade", () => void fixture.wechat.pay(outTradeNo));
    expect(await pay(id)).toMatchObject({ kind: "paid", order: { channel: "codepay" } });
    expect(charges(outTradeNo)).toBe(1);
  });

  test("too slowly for the call: it says so, and its repeat joins the same charge", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    const code = freshCode();
    const startedAt = fixture.clock.now().getTime();
    const pending = await pay(id, code);
    expect(pending).toMatchObject({ kind: "pending", waitsFor: "password", order: { status: "pending" } });
    expect(fixture.clock.now().getTime() - startedAt).toBeLessThanOrEqual(15 * SECOND_MS);
    fixture.wechat.pay(outTradeNo);
    expect(await pay(id, code)).toMatchObject({ kind: "paid" });
    expect(await pay(id, code), "and once more").toMatchObject({ kind: "paid" });
    expect([charges(outTradeNo), (await attempts(id)).length]).toEqual([1, 1]);
  });

  test("and cancels: declined, and the order can be paid with a fresh code", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    fixture.wechat.beforeNext("findTrade", () => fixture.wechat.counter.cancel(outTradeNo));
    expect(await reasonOf(pay(id))).toBe("payment_declined declined");
    expect(await pay(id)).toMatchObject({ kind: "paid" });
    expect(await statesOf(id)).toEqual(["closed", "succeeded"]);
  });

  test("after the call has ended: the sweep books it without anybody asking", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    await pay(id);
    fixture.wechat.pay(outTradeNo);
    await later(10 * SECOND_MS);
    expect((await fixture.payments.order(id)).status).toBe("paid");
  });

  test("never: it is reversed after 45 s, and only then can another code be charged", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    const code = freshCode();
    await pay(id, code);
    expect(await codeOf(pay(id)), "another cashier").toBe("conflict");
    await later(22 * SECOND_MS);
    expect(await statesOf(id), "37 s").toEqual(["waiting"]);
    await later(10 * SECOND_MS);
    expect(await attempts(id)).toMatchObject([{ status: "closed", failure: "reversed" }]);
    expect(fixture.wechat.payableNumbers()).not.toContain(outTradeNo);
    expect(await reasonOf(pay(id, code))).toBe("payment_declined timed_out");
    expect(await pay(id)).toMatchObject({ kind: "paid" });
  });

  test("a shop that keeps asking with the code learns it as soon as it was taken back", async () => {
    const { id } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    const code = freshCode();
    for (let time = 0; time < 2; time++) expect(await pay(id, code)).toMatchObject({ waitsFor: "password" });
    expect(await reasonOf(pay(id, code))).toBe("payment_declined timed_out");
  });
});

describe("unclear", () => {
  test("the charge arrived and its answer did not: found paid", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: true });
    expect(await pay(id)).toMatchObject({ kind: "paid" });
    expect(charges(outTradeNo)).toBe(1);
  });

  test("the charge never arrived: not charged again by the same call, given up after a minute", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
    const code = freshCode();
    expect(await pay(id, code)).toMatchObject({ kind: "pending", waitsFor: "answer" });
    expect(await pay(id, code)).toMatchObject({ kind: "pending", waitsFor: "answer" });
    expect(await settle(id)).toBe("pending");
    expect(await attempts(id)).toMatchObject([{ status: "closed", failure: "absent" }]);
    expect([charges(outTradeNo), await reasonOf(pay(id, code))]).toEqual([1, "payment_declined timed_out"]);
    expect(await pay(id)).toMatchObject({ kind: "paid" });
  });

  test("to the end: taken back though it was paid, and no later word books it", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: true });
    for (let time = 0; time < 20; time++) fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    expect(await pay(id)).toMatchObject({ kind: "pending", waitsFor: "answer" });
    for (let time = 0; time < 8; time++) await later(10 * SECOND_MS);
    expect(fixture.wechat.counter.reversed).toContain(outTradeNo);
    expect((await attempts(id))[0]?.reverse_since).toBeInstanceOf(Date);
    fixture.wechat.clearFaults();
    expect(await settle(id)).toBe("pending");
    expect(await attempts(id)).toMatchObject([{ status: "closed", failure: "reversed" }]);
    expect(await balanceOf(fixture, id)).toEqual({});
    expect(await pay(id)).toMatchObject({ kind: "paid" });
  });

  test("the reversal itself: asked again until it is certain; an alert is raised", async () => {
    const { id } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    await pay(id);
    for (let time = 0; time < 30; time++)
      fixture.wechat.failNext("reverseTrade", { kind: "unknown", workDone: time > 3 });
    const alerts = () => fixture.rows<{ kind: string }>("select kind from alerts where order_id = $1", [id]);
    for (let time = 0; time < 8; time++) await later(20 * SECOND_MS);
    expect([await statesOf(id), await alerts()]).toEqual([["waiting"], []]);
    for (let time = 0; time < 14; time++) await later(30 * SECOND_MS);
    expect(await alerts()).toEqual([{ kind: "reversal_unanswered" }]);
    fixture.wechat.clearFaults();
    expect(await settle(id)).toBe("pending");
    expect(await attempts(id)).toMatchObject([{ status: "closed", failure: "reversed" }]);
  });

  test("a reversal that WeChat refuses for good leaves the payment a payment", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    await pay(id);
    fixture.wechat.beforeNext("reverseTrade", () => void fixture.wechat.pay(outTradeNo));
    fixture.wechat.failNext("reverseTrade", { kind: "refused", reason: "not_reversible" });
    expect(await settle(id)).toBe("paid");
    expect(await attempts(id)).toMatchObject([{ status: "succeeded", verdict: "settles", reverse_since: null }]);
    expect(await balanceOf(fixture, id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  });

  test("a `paid` from before the reversal was committed is not booked afterwards", async () => {
    const { id, outTradeNo } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    await pay(id);
    fixture.clock.advance(MINUTE_MS);
    // One process has WeChat's `paid` in hand; before it is written down, another has given up and means to reverse.
    const trade = fixture.wechat.pay(outTradeNo);
    await fixture.rows("update payment_attempts set reverse_since = now() where order_id = $1", [id]);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    expect((await fixture.payments.order(id)).status).toBe("pending");
    expect(await settle(id)).toBe("pending");
    expect(fixture.wechat.counter.reversed).toContain(outTradeNo);
    expect(await balanceOf(fixture, id)).toEqual({});
  });

  test("Postgres itself books no payment of a charge that is being taken back", async () => {
    const { id } = await fixture.order();
    fixture.wechat.counter.askPassword(1);
    await pay(id);
    await fixture.rows("update payment_attempts set reverse_since = now() where order_id = $1", [id]);
    const booking = fixture.rows(
      `update payment_attempts set status = 'succeeded', verdict = 'settles', transaction_id = 'x', paid_at = now(),
              amount_paid = amount_due, confirmed_by = 'unrecorded' where order_id = $1`,
      [id],
    );
    await expect(booking).rejects.toThrow(/attempt_reversal/);
    await settle(id);
  });
});
