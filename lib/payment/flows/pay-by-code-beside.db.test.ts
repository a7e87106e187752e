import { afterAll, beforeAll, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createMemoryGateway, createMemoryGateways } from "#lib/gateways/memory.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, balanceOf, codeOf } from "#lib/testing/payment-views.ts";

// Goal: a charge by code beside everything else that may happen to its order: other cashiers, the pay page, closing, expiry.

let house: PaymentFixture;
beforeAll(async () => {
  house = await paymentFixture();
});
afterAll(() => house.close());

let codes = 0;
const freshCode = () => `14${String(++codes).padStart(16, "0")}`;
const pay = (orderId: string, authCode = freshCode()) => house.payments.payByCode({ orderId, authCode });
const charged = (number: string) =>
  house.wechat.calls.filter((call) => call.operation === "chargeCode" && call.number.startsWith(number)).length;
const reversals = (number: string) =>
  house.wechat.calls.filter((call) => call.operation === "reverseTrade" && call.number === number).length;
async function later(ms: number): Promise<void> {
  house.clock.advance(ms);
  await house.payments.sweep();
}

test("two cashiers at once with two codes: one charge, the other one is told to wait", async () => {
  for (let time = 0; time < 5; time++) {
    const { id, outTradeNo } = await house.order();
    const results = await Promise.all([codeOf(pay(id)), codeOf(pay(id))]);
    expect(charged(outTradeNo)).toBe(1);
    const [other] = results.filter((code) => code !== "no error");
    expect(["conflict", "order_not_payable"]).toContain(other);
    expect(await balanceOf(house, id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  }
});

test("twenty calls with one code are one charge, all answered with the paid order", async () => {
  const { id, outTradeNo } = await house.order();
  const code = freshCode();
  // Here real time passes: twenty waits at once would turn the clock twenty times as far.
  const payments = new PaymentProcessor({ ...house.deps, pause: () => new Promise((go) => setTimeout(go, 5, true)) });
  const calls = Array.from({ length: 20 }, () => payments.payByCode({ orderId: id, authCode: code }));
  const results = await Promise.all(calls);
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["paid"]));
  expect(charged(outTradeNo)).toBe(1);
});

test("one code for two orders is WeChat's to refuse", async () => {
  const [one, two] = [await house.order(), await house.order()];
  const code = freshCode();
  expect(await pay(one.id, code)).toMatchObject({ kind: "paid" });
  expect(await codeOf(pay(two.id, code))).toBe("payment_declined");
});

test("an open trade of the pay page is closed before the code is charged", async () => {
  const { id, outTradeNo } = await house.order();
  await house.open(id);
  const before = house.wechat.calls.length;
  expect(await pay(id)).toMatchObject({ kind: "paid", order: { channel: "codepay" } });
  expect(house.wechat.calls.slice(before)).toEqual([
    { operation: "findTrade", number: outTradeNo },
    { operation: "closeTrade", number: outTradeNo },
    { operation: "chargeCode", number: `${outTradeNo}-2` },
  ]);
});

test("an open trade that turns out paid settles the order, and no code is charged", async () => {
  const { id, outTradeNo } = await house.order();
  await house.open(id);
  house.wechat.pay(outTradeNo);
  expect(await codeOf(pay(id))).toBe("order_not_payable");
  expect((await house.payments.order(id)).status).toBe("paid");
  expect(charged(outTradeNo)).toBe(0);
});

test("an open trade that cannot be closed for certain stops the charge", async () => {
  const { id, outTradeNo } = await house.order();
  await house.open(id);
  house.wechat.failNext("closeTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(pay(id))).toBe("gateway_unavailable");
  expect(charged(outTradeNo)).toBe(0);
});

test("the pay page waits for the counter, and pays once the counter has given up", async () => {
  const { id } = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(id);
  expect(await codeOf(house.open(id))).toBe("conflict");
  await later(31 * SECOND_MS);
  expect(await codeOf(house.open(id))).toBe("no error");
  expect((await attemptsOf(house, id)).map(({ channel, status }) => `${channel} ${status}`)).toEqual([
    "codepay closed",
    "native waiting",
  ]);
});

test("closing while the password is typed: not within WeChat's 15 s, then reversed and closed", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  house.wechat.beforeNext("chargeCode", async () => {
    expect(await codeOf(house.payments.closeOrder(id))).toBe("gateway_unavailable");
  });
  await pay(id);
  house.clock.advance(5 * SECOND_MS);
  expect((await house.payments.closeOrder(id)).status).toBe("closed");
  expect(house.wechat.payableNumbers()).not.toContain(outTradeNo);
});

test("a reversal that was begun to close the order goes on at once, however young the charge is", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(id);
  house.clock.advance(5 * SECOND_MS);
  house.wechat.failNext("reverseTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(house.payments.closeOrder(id))).toBe("gateway_unavailable");
  await later(6 * SECOND_MS);
  expect([reversals(outTradeNo), (await attemptsOf(house, id))[0]?.status]).toEqual([2, "closed"]);
});

test("closing what was paid a moment ago answers with the paid order", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(id);
  house.wechat.pay(outTradeNo);
  expect((await house.payments.closeOrder(id)).status).toBe("paid");
});

test("an order whose time is up while the password is typed is reversed and closed by the sweep", async () => {
  const { id, outTradeNo } = await house.order({ expiresIn: 60 });
  house.clock.advance(50 * SECOND_MS);
  house.wechat.counter.askPassword(1);
  const code = freshCode();
  expect(await pay(id, code)).toMatchObject({ kind: "pending" });
  for (let time = 0; time < 3; time++) await later(31 * SECOND_MS);
  expect((await house.payments.order(id)).status).toBe("closed");
  expect(house.wechat.payableNumbers()).not.toContain(outTradeNo);
  expect(await codeOf(pay(id, code))).toBe("payment_declined");
});

test("a charge is asked after by the account that made it, and an account that cannot reverse takes no codes", async () => {
  const { id } = await house.order();
  const cannot = { ...createMemoryGateway({ clock: house.clock }), codePayObstacle: "no_certificate" as const };
  const payments = new PaymentProcessor({ ...house.deps, gateways: createMemoryGateways([cannot]) });
  expect(await codeOf(payments.payByCode({ orderId: id, authCode: freshCode() }))).toBe("gateway_rejected");
  expect(await attemptsOf(house, id)).toEqual([]);
});

test("a charge whose process died is found by the sweep alone: paid, or taken back", async () => {
  for (const isPaid of [true, false]) {
    const { id, outTradeNo } = await house.order();
    // The process dies in the middle of the call: neither its answer nor anything after it is ever written down.
    house.wechat.counter.askPassword(1);
    const dead = new PaymentProcessor({ ...house.deps, pause: () => Promise.reject(new Error("killed")) });
    await expect(dead.payByCode({ orderId: id, authCode: freshCode() })).rejects.toThrow("killed");
    if (isPaid) house.wechat.pay(outTradeNo);
    await later(MINUTE_MS);
    expect((await house.payments.order(id)).status).toBe(isPaid ? "paid" : "pending");
    expect(house.wechat.payableNumbers()).not.toContain(outTradeNo);
  }
});

test("a payment booked between our question and our giving up is not taken back", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(id);
  house.clock.advance(MINUTE_MS);
  const slow = {
    ...house.wechat,
    async findTrade(number: string) {
      const before = await house.wechat.findTrade(number);
      await house.payAndNotify(number);
      return before;
    },
  };
  const payments = new PaymentProcessor({ ...house.deps, gateways: createMemoryGateways([slow]) });
  expect(await codeOf(payments.askNow(id))).toBe("no error");
  expect(reversals(outTradeNo)).toBe(0);
  expect((await house.payments.order(id)).status).toBe("paid");
});

test("what is not certain is not taken back before its time, not even to close the order", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
  await pay(id);
  const close = () => codeOf(house.payments.closeOrder(id));
  house.clock.advance(10 * SECOND_MS);
  house.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
  expect(await close(), "25 s, no answer").toBe("gateway_unavailable");
  house.clock.advance(25 * SECOND_MS);
  expect(await close(), "50 s, WeChat does not know it").toBe("gateway_unavailable");
  expect(reversals(outTradeNo)).toBe(0);
  house.clock.advance(15 * SECOND_MS);
  expect(await close()).toBe("no error");
  expect((await house.payments.order(id)).status).toBe("closed");
});

test("a reversal of what WeChat seems not to know, or still shows as paid, has not ended anything", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
  await pay(id);
  house.clock.advance(35 * SECOND_MS);
  house.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
  expect(await codeOf(house.payments.askNow(id)), "50 s: the charge may still be on its way").toBe(
    "gateway_unavailable",
  );
  expect([reversals(outTradeNo), (await attemptsOf(house, id))[0]?.status]).toEqual([1, "opening"]);
  await later(25 * SECOND_MS);
  expect((await attemptsOf(house, id))[0]?.status).toBe("closed");

  const other = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(other.id);
  house.clock.advance(MINUTE_MS);
  house.wechat.beforeNext("reverseTrade", () => void house.wechat.pay(other.outTradeNo));
  house.wechat.failNext("reverseTrade", { kind: "refused", reason: "absent" });
  expect(await codeOf(house.payments.askNow(other.id))).toBe("gateway_unavailable");
  expect((await house.payments.order(other.id)).status).toBe("pending");
  await later(25 * SECOND_MS);
  expect((await attemptsOf(house, other.id))[0]?.status).toBe("closed");
  expect(house.wechat.counter.reversed).toContain(other.outTradeNo);
});

test("two words of WeChat's that contradict each other decide nothing yet", async () => {
  const { id } = await house.order();
  house.wechat.failNext("chargeCode", { kind: "refused", reason: "already_paid" });
  expect(await pay(id)).toMatchObject({ kind: "pending", waitsFor: "answer" });
  for (let time = 0; time < 3; time++) await later(21 * SECOND_MS);
  expect((await attemptsOf(house, id))[0]?.status).toBe("closed");
});

test("an answer `paid` that a reversal has overtaken does not stop the order from being closed", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  await pay(id);
  house.clock.advance(MINUTE_MS);
  house.wechat.pay(outTradeNo);
  const slow = {
    ...house.wechat,
    async findTrade(number: string) {
      const paid = await house.wechat.findTrade(number);
      await house.database.pool.query("update payment_attempts set reverse_since = now() where order_id = $1", [id]);
      return paid;
    },
  };
  const payments = new PaymentProcessor({ ...house.deps, gateways: createMemoryGateways([slow]) });
  expect((await payments.closeOrder(id)).status).toBe("closed");
  expect(house.wechat.counter.reversed).toContain(outTradeNo);
  expect(await balanceOf(house, id)).toEqual({});
});

test("a process that is asked to end answers at once, and the sweep of another goes on", async () => {
  const { id, outTradeNo } = await house.order();
  house.wechat.counter.askPassword(1);
  const ending = new PaymentProcessor({ ...house.deps, pause: async () => false });
  const before = house.clock.now().getTime();
  expect(await ending.payByCode({ orderId: id, authCode: freshCode() })).toMatchObject({ waitsFor: "password" });
  expect(house.clock.now().getTime()).toBe(before);
  house.wechat.pay(outTradeNo);
  await later(21 * SECOND_MS);
  expect((await house.payments.order(id)).status).toBe("paid");
});
