import { afterAll, beforeAll, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createMemoryGateway, createMemoryGateways } from "#lib/gateways/memory.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, balanceOf, codeOf } from "#lib/testing/payment-queries.ts";

// Goal: a charge by code at the same time as anything else that may happen to its order: other cashiers, the pay page, closing, expiry.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

let codes = 0;
const freshCode = () => `14${String(++codes).padStart(16, "0")}`;
const pay = (orderId: string, authCode = freshCode()) => fixture.payments.payByCode({ orderId, authCode });
const charged = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "chargeCode" && call.number.startsWith(number)).length;
const reversals = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "reverseTrade" && call.number === number).length;
async function later(ms: number): Promise<void> {
  fixture.clock.advance(ms);
  await fixture.payments.sweep();
}

test("two cashiers at once with two codes: one charge, the other one has to wait", async () => {
  for (let time = 0; time < 5; time++) {
    const { id, outTradeNo } = await fixture.order();
    const results = await Promise.all([codeOf(pay(id)), codeOf(pay(id))]);
    expect(charged(outTradeNo)).toBe(1);
    const [other] = results.filter((code) => code !== "no error");
    expect(["conflict", "order_not_payable"]).toContain(other);
    expect(await balanceOf(fixture, id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  }
});

test("twenty calls with one code are one charge, all answered with the paid order", async () => {
  const { id, outTradeNo } = await fixture.order();
  const code = freshCode();
  // Here real time passes: twenty waits at once would turn the clock twenty times as far.
  const payments = new PaymentProcessor({ ...fixture.deps, pause: () => new Promise((go) => setTimeout(go, 5, true)) });
  const calls = Array.from({ length: 20 }, () => payments.payByCode({ orderId: id, authCode: code }));
  const results = await Promise.all(calls);
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["paid"]));
  expect(charged(outTradeNo)).toBe(1);
});

test("one code for two orders is WeChat's to refuse", async () => {
  const [one, two] = [await fixture.order(), await fixture.order()];
  const code = freshCode();
  expect(await pay(one.id, code)).toMatchObject({ kind: "paid" });
  expect(await codeOf(pay(two.id, code))).toBe("payment_declined");
});

test("an open trade of the pay page is closed before the code is charged", async () => {
  const { id, outTradeNo } = await fixture.order();
  await fixture.open(id);
  const before = fixture.wechat.calls.length;
  expect(await pay(id)).toMatchObject({ kind: "paid", order: { channel: "codepay" } });
  expect(fixture.wechat.calls.slice(before)).toEqual([
    { operation: "findTrade", number: outTradeNo },
    { operation: "closeTrade", number: outTradeNo },
    { operation: "chargeCode", number: `${outTradeNo}-2` },
  ]);
});

test("an open trade that turns out paid settles the order, and no code is charged", async () => {
  const { id, outTradeNo } = await fixture.order();
  await fixture.open(id);
  fixture.wechat.pay(outTradeNo);
  expect(await codeOf(pay(id))).toBe("order_not_payable");
  expect((await fixture.payments.order(id)).status).toBe("paid");
  expect(charged(outTradeNo)).toBe(0);
});

test("an open trade that cannot be closed for certain stops the charge", async () => {
  const { id, outTradeNo } = await fixture.order();
  await fixture.open(id);
  fixture.wechat.failNext("closeTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(pay(id))).toBe("gateway_unavailable");
  expect(charged(outTradeNo)).toBe(0);
});

test("the pay page waits for the counter, and pays once the counter has given up", async () => {
  const { id } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(id);
  expect(await codeOf(fixture.open(id))).toBe("conflict");
  await later(31 * SECOND_MS);
  expect(await codeOf(fixture.open(id))).toBe("no error");
  expect((await attemptsOf(fixture, id)).map(({ channel, status }) => `${channel} ${status}`)).toEqual([
    "codepay closed",
    "native waiting",
  ]);
});

test("closing while the password is typed: not within WeChat's 15 s, then reversed and closed", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  fixture.wechat.beforeNext("chargeCode", async () => {
    expect(await codeOf(fixture.payments.closeOrder(id))).toBe("gateway_unavailable");
  });
  await pay(id);
  fixture.clock.advance(5 * SECOND_MS);
  expect((await fixture.payments.closeOrder(id)).status).toBe("closed");
  expect(fixture.wechat.payableNumbers()).not.toContain(outTradeNo);
});

test("a reversal that was begun to close the order goes on at once, however young the charge is", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(id);
  fixture.clock.advance(5 * SECOND_MS);
  fixture.wechat.failNext("reverseTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(fixture.payments.closeOrder(id))).toBe("gateway_unavailable");
  await later(6 * SECOND_MS);
  expect([reversals(outTradeNo), (await attemptsOf(fixture, id))[0]?.status]).toEqual([2, "closed"]);
});

test("closing what was paid a moment ago answers with the paid order", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(id);
  fixture.wechat.pay(outTradeNo);
  expect((await fixture.payments.closeOrder(id)).status).toBe("paid");
});

test("an order that expires while the password is typed is reversed and closed by the sweep", async () => {
  const { id, outTradeNo } = await fixture.order({ expiresIn: 60 });
  fixture.clock.advance(50 * SECOND_MS);
  fixture.wechat.counter.askPassword(1);
  const code = freshCode();
  expect(await pay(id, code)).toMatchObject({ kind: "pending" });
  for (let time = 0; time < 3; time++) await later(31 * SECOND_MS);
  expect((await fixture.payments.order(id)).status).toBe("closed");
  expect(fixture.wechat.payableNumbers()).not.toContain(outTradeNo);
  expect(await codeOf(pay(id, code))).toBe("payment_declined");
});

test("a charge is asked after by the account that made it, and an account that cannot reverse takes no codes", async () => {
  const { id } = await fixture.order();
  const cannot = { ...createMemoryGateway({ clock: fixture.clock }), codePayObstacle: "no_certificate" as const };
  const payments = new PaymentProcessor({ ...fixture.deps, gateways: createMemoryGateways([cannot]) });
  expect(await codeOf(payments.payByCode({ orderId: id, authCode: freshCode() }))).toBe("gateway_rejected");
  expect(await attemptsOf(fixture, id)).toEqual([]);
});

test("a charge of a process that died is found by the sweep alone: paid, or taken back", async () => {
  for (const isPaid of [true, false]) {
    const { id, outTradeNo } = await fixture.order();
    // The process dies in the middle of the call: neither its answer nor anything after it is ever written down.
    fixture.wechat.counter.askPassword(1);
    const dead = new PaymentProcessor({ ...fixture.deps, pause: () => Promise.reject(new Error("killed")) });
    await expect(dead.payByCode({ orderId: id, authCode: freshCode() })).rejects.toThrow("killed");
    if (isPaid) fixture.wechat.pay(outTradeNo);
    await later(MINUTE_MS);
    expect((await fixture.payments.order(id)).status).toBe(isPaid ? "paid" : "pending");
    expect(fixture.wechat.payableNumbers()).not.toContain(outTradeNo);
  }
});

test("a payment booked between our question and our giving up is not taken back", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(id);
  fixture.clock.advance(MINUTE_MS);
  const slow = {
    ...fixture.wechat,
    async findTrade(number: string) {
      const before = await fixture.wechat.findTrade(number);
      await fixture.payAndNotify(number);
      return before;
    },
  };
  const payments = new PaymentProcessor({ ...fixture.deps, gateways: createMemoryGateways([slow]) });
  expect(await codeOf(payments.syncOrder(id))).toBe("no error");
  expect(reversals(outTradeNo)).toBe(0);
  expect((await fixture.payments.order(id)).status).toBe("paid");
});

test("what is not certain is not taken back before its time, not even to close the order", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
  await pay(id);
  const close = () => codeOf(fixture.payments.closeOrder(id));
  fixture.clock.advance(10 * SECOND_MS);
  fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
  expect(await close(), "25 s, no answer").toBe("gateway_unavailable");
  fixture.clock.advance(25 * SECOND_MS);
  expect(await close(), "50 s, WeChat does not know it").toBe("gateway_unavailable");
  expect(reversals(outTradeNo)).toBe(0);
  fixture.clock.advance(15 * SECOND_MS);
  expect(await close()).toBe("no error");
  expect((await fixture.payments.order(id)).status).toBe("closed");
});

test("a reversal of what WeChat seems not to know, or still shows as paid, has not ended anything", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
  await pay(id);
  fixture.clock.advance(35 * SECOND_MS);
  fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(fixture.payments.syncOrder(id)), "50 s: the charge may still be on its way").toBe(
    "gateway_unavailable",
  );
  expect([reversals(outTradeNo), (await attemptsOf(fixture, id))[0]?.status]).toEqual([1, "opening"]);
  await later(25 * SECOND_MS);
  expect((await attemptsOf(fixture, id))[0]?.status).toBe("closed");

  const other = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(other.id);
  fixture.clock.advance(MINUTE_MS);
  fixture.wechat.beforeNext("reverseTrade", () => void fixture.wechat.pay(other.outTradeNo));
  fixture.wechat.failNext("reverseTrade", { kind: "refused", reason: "absent" });
  expect(await codeOf(fixture.payments.syncOrder(other.id))).toBe("gateway_unavailable");
  expect((await fixture.payments.order(other.id)).status).toBe("pending");
  await later(25 * SECOND_MS);
  expect((await attemptsOf(fixture, other.id))[0]?.status).toBe("closed");
  expect(fixture.wechat.counter.reversed).toContain(other.outTradeNo);
});

test("two answers of WeChat that contradict each other decide nothing yet", async () => {
  const { id } = await fixture.order();
  fixture.wechat.failNext("chargeCode", { kind: "refused", reason: "already_paid" });
  expect(await pay(id)).toMatchObject({ kind: "pending", waitsFor: "answer" });
  for (let time = 0; time < 3; time++) await later(21 * SECOND_MS);
  expect((await attemptsOf(fixture, id))[0]?.status).toBe("closed");
});

test("an answer `paid` that a reversal has overtaken does not stop the order from being closed", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  await pay(id);
  fixture.clock.advance(MINUTE_MS);
  fixture.wechat.pay(outTradeNo);
  const slow = {
    ...fixture.wechat,
    async findTrade(number: string) {
      const paid = await fixture.wechat.findTrade(number);
      await fixture.database.pool.query("update payment_attempts set reverse_since = now() where order_id = $1", [id]);
      return paid;
    },
  };
  const payments = new PaymentProcessor({ ...fixture.deps, gateways: createMemoryGateways([slow]) });
  expect((await payments.closeOrder(id)).status).toBe("closed");
  expect(fixture.wechat.counter.reversed).toContain(outTradeNo);
  expect(await balanceOf(fixture, id)).toEqual({});
});

test("a process that is asked to end answers at once, and the sweep of another goes on", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  const ending = new PaymentProcessor({ ...fixture.deps, pause: async () => false });
  const before = fixture.clock.now().getTime();
  expect(await ending.payByCode({ orderId: id, authCode: freshCode() })).toMatchObject({ waitsFor: "password" });
  expect(fixture.clock.now().getTime()).toBe(before);
  fixture.wechat.pay(outTradeNo);
  await later(21 * SECOND_MS);
  expect((await fixture.payments.order(id)).status).toBe("paid");
});
