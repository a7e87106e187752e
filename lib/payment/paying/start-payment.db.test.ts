import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, codeOf } from "#lib/testing/payment-queries.ts";

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

describe("creating", () => {
  test("the specification's own example makes an order", async () => {
    const order = await fixture.payments.createOrder({ items: [{ name: "商品名称", price: 100.0, quantity: 1 }] });
    expect(order).toMatchObject({
      status: "pending",
      amountTotal: 10_000,
      amountDue: 10_000,
      amountPaid: 0,
      currency: "CNY",
    });
    expect(await fixture.payments.order(order.id)).toEqual(order);
  });

  test("twenty orders with one number at once make one order, and each caller gets it", async () => {
    const orders = await Promise.all(
      Array.from({ length: 20 }, () => fixture.order({ outTradeNo: "one-number-only", metadata: { a: 1, b: "2" } })),
    );
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    // The same content, however its keys are ordered; and nothing else.
    expect((await fixture.order({ outTradeNo: "one-number-only", metadata: { b: "2", a: 1 } })).id).toBe(orders[0]?.id);
    const others: Parameters<typeof fixture.order>[0][] = [
      { metadata: { a: 1, b: "3" } },
      { items: [{ name: "拿铁", price: 18, quantity: 2 }] },
      { items: [{ name: "拿铁", price: 18, quantity: 1, sku: "x" }] },
      { expiresIn: 900 },
      { shopperId: "kim" },
      { returnUrl: "https://shop.example/" },
      { description: "别的" },
    ];
    for (const other of others) {
      const request = { outTradeNo: "one-number-only", metadata: { a: 1, b: "2" }, ...other };
      expect(await codeOf(fixture.order(request)), JSON.stringify(other)).toBe("conflict");
    }
  });

  test("twenty requests with one idempotency key at once make one order and one answer", async () => {
    await fixture.rows(
      `insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_1', 'test', sha256('x'), 'x')`,
    );
    const once = { apiKeyId: "key_1", key: "same", digest: new Uint8Array(32) };
    const request = { items: [{ name: "茶", unitAmount: 500, quantity: 2, price: undefined }], expiresIn: 7200 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fixture.payments.createOrderOnce(request as never, once)),
    );
    const ids = answers.map((answer) =>
      answer.kind !== "replayed" ? answer.order.id : JSON.parse(answer.answer.body).id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => answer.kind === "created")).toHaveLength(1);
    const other = { ...once, digest: new Uint8Array(32).fill(1) };
    expect(await codeOf(fixture.payments.createOrderOnce(request as never, other))).toBe("idempotency_conflict");
  });
});

describe("opening a trade", () => {
  test("a private address never reaches the real WeChat, and leaves no attempt behind", async () => {
    const order = await fixture.order();
    const real = { ...fixture.wechat, wantsPublicPayer: true };
    const gateways = { ...fixture.deps.gateways, active: async () => real };
    const payments = new PaymentProcessor({ ...fixture.deps, gateways });
    const open = (payerIp: string) =>
      payments.startPayment({ orderId: order.id, channel: "h5", openid: null, payerIp });
    const before = fixture.wechat.calls.length;
    for (const hidden of ["127.0.0.1", "10.0.0.9", "::ffff:192.168.1.1", "fd00::1", "100.64.0.3"]) {
      await expect(open(hidden)).rejects.toMatchObject({
        code: "conflict",
        reason: "private_payer_address",
        detail: expect.not.stringContaining(hidden),
      });
    }
    expect(fixture.wechat.calls.length).toBe(before);
    expect(await attemptsOf(fixture, order.id)).toEqual([]);
    expect(await open("203.0.114.7")).toMatchObject({ channel: "h5" });
  });

  test("twenty calls at once never make a second payable trade", async () => {
    const order = await fixture.order();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fixture.payments.startPayment({ orderId: order.id, channel: "native", openid: null, payerIp: null }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.codeUrl)).size).toBe(1);
    expect(await attemptsOf(fixture, order.id)).toHaveLength(1);
    expect(fixture.wechat.payableNumbers().filter((number) => number.startsWith(order.outTradeNo))).toHaveLength(1);
  });

  test("an open trade is handed out again without asking WeChat", async () => {
    const order = await fixture.order();
    await fixture.open(order.id);
    const before = fixture.wechat.calls.length;
    await fixture.open(order.id);
    expect(fixture.wechat.calls.length).toBe(before);
    fixture.clock.advance(111 * MINUTE_MS);
    await fixture.open(order.id);
    expect(fixture.wechat.calls.length, "a stale code is asked for again under the same number").toBe(before + 1);
    expect(await attemptsOf(fixture, order.id)).toHaveLength(1);
  });

  test("another channel closes the trade before it opens its own", async () => {
    const order = await fixture.order();
    const native = await fixture.open(order.id);
    const jsapi = await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" });
    expect(jsapi).toBe(`${order.outTradeNo}-2`);
    expect(fixture.wechat.payableNumbers()).toContain(jsapi);
    expect(fixture.wechat.payableNumbers()).not.toContain(native);
    expect((await attemptsOf(fixture, order.id)).map((attempt) => attempt.status)).toEqual(["closed", "waiting"]);
  });

  test("twenty calls for different channels at once end with one payable trade", async () => {
    const payers = [
      { channel: "native", openid: null, payerIp: null },
      { channel: "jsapi", openid: "oUser1", payerIp: null },
      { channel: "h5", openid: null, payerIp: "1.2.3.4" },
    ] as const;
    for (let time = 0; time < 3; time++) {
      const { id: orderId } = await fixture.order();
      const wishes = Array.from({ length: 21 }, (_, n) => payers.map((payer) => ({ orderId, ...payer })).at(n % 3));
      const calls = wishes.map((wish) => wish && codeOf(fixture.payments.startPayment(wish)));
      const codes = new Set(await Promise.all(calls));
      // The order's budget of trades may be used up by so many at once.
      const refusedCodes = ["gateway_unavailable", "conflict"];
      expect([...codes].filter((code) => code === undefined || !refusedCodes.includes(code))).toEqual(["no error"]);
      const numbers = (await attemptsOf(fixture, orderId)).map(({ number }) => number);
      expect(fixture.wechat.payableNumbers().filter((number) => numbers.includes(number))).toHaveLength(1);
    }
  });

  test("a number that another order or its trade bears is passed over", async () => {
    const one = await fixture.order({ outTradeNo: "basket-1" });
    const two = await fixture.order({ outTradeNo: "basket-1-2" });
    await fixture.open(one.id);
    // Free as yet among the trades, but the shop gave it to its other order.
    expect(await fixture.open(one.id, { channel: "jsapi", openid: "oUser1" })).toBe("basket-1-3");
    expect(await fixture.open(two.id)).toBe("basket-1-2");
    const three = await fixture.order({ outTradeNo: "basket-1-3" });
    expect(await fixture.open(three.id)).toBe("basket-1-3-2");
    expect(await fixture.open(three.id, { channel: "jsapi", openid: "oUser1" })).toBe("basket-1-3-3");
  });

  test("another payer gets a trade of their own", async () => {
    const order = await fixture.order();
    await fixture.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await fixture.open(order.id, { channel: "jsapi", openid: "oUser2" });
    expect((await attemptsOf(fixture, order.id)).map((attempt) => attempt.status)).toEqual(["closed", "waiting"]);
  });

  test("an unknown answer is asked again under the same number", async () => {
    const order = await fixture.order();
    fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    expect(await codeOf(fixture.open(order.id))).toBe("gateway_unavailable");
    expect(await attemptsOf(fixture, order.id)).toMatchObject([{ status: "opening" }]);
    expect(await fixture.open(order.id)).toBe(order.outTradeNo);
    expect(await attemptsOf(fixture, order.id)).toMatchObject([{ status: "waiting" }]);
  });

  test("a refusal is reported, and the next try takes a new number", async () => {
    const order = await fixture.order();
    fixture.wechat.failNext("openTrade", { kind: "refused", reason: "not_permitted" });
    expect(await codeOf(fixture.open(order.id))).toBe("gateway_rejected");
    expect(await fixture.open(order.id)).toBe(`${order.outTradeNo}-2`);
    expect((await attemptsOf(fixture, order.id)).map((attempt) => attempt.status)).toEqual(["failed", "waiting"]);
  });

  test("a number that WeChat holds with other parameters is closed before another is opened", async () => {
    const order = await fixture.order();
    await fixture.wechat.openTrade({
      number: order.outTradeNo,
      channel: "native",
      amountFen: 1 as never,
      description: "of another time",
      expiresAt: fixture.clock.now(),
      openid: null,
      payerIp: null,
    });
    expect(await fixture.open(order.id)).toBe(`${order.outTradeNo}-2`);
    expect(fixture.wechat.payableNumbers()).not.toContain(order.outTradeNo);
  });

  test("a refused repeat says nothing about the call before it: its trade may be payable", async () => {
    const order = await fixture.order();
    fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    await codeOf(fixture.open(order.id));
    fixture.wechat.failNext("openTrade", { kind: "refused", reason: "not_permitted" });
    expect(await codeOf(fixture.open(order.id))).toBe("gateway_rejected");
    expect(fixture.wechat.payableNumbers()).not.toContain(order.outTradeNo);
    expect(await fixture.open(order.id)).toBe(`${order.outTradeNo}-2`);
  });

  test("a trade opened for an attempt that was given up meanwhile does not stay payable", async () => {
    const order = await fixture.order();
    fixture.wechat.beforeNext("openTrade", async () => {
      await fixture.rows("update payment_attempts set status = 'failed', check_at = null where order_id = $1", [
        order.id,
      ]);
    });
    expect(await fixture.open(order.id)).toBe(`${order.outTradeNo}-2`);
    const payable = fixture.wechat.payableNumbers().filter((number) => number.startsWith(order.outTradeNo));
    expect(payable).toEqual([`${order.outTradeNo}-2`]);
  });

  test("channels that need a payer say so by name", async () => {
    const order = await fixture.order();
    for (const channel of ["jsapi", "miniprogram"] as const) {
      const failed = await fixture.payments
        .startPayment({ orderId: order.id, channel, openid: null, payerIp: null })
        .catch((cause) => cause);
      expect(failed.errors[0].path).toBe("openid");
    }
    expect(await attemptsOf(fixture, order.id)).toEqual([]);
  });

  test("a paid, closed or expired order cannot be paid", async () => {
    const paid = await fixture.order();
    await fixture.payAndNotify(await fixture.open(paid.id));
    expect(await codeOf(fixture.open(paid.id))).toBe("order_not_payable");
    const expired = await fixture.order({ expiresIn: 60 });
    fixture.clock.advance(60 * SECOND_MS);
    expect(await codeOf(fixture.open(expired.id))).toBe("order_not_payable");
    expect(await codeOf(fixture.open("ord_00000000000000000000000000"))).toBe("not_found");
  });
});
