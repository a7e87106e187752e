import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

let house: PaymentFixture;
beforeAll(async () => {
  house = await paymentFixture();
});
afterAll(() => house.close());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (cause) => (isAppError(cause) ? cause.code : String(cause)),
  );

async function rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await house.database.pool.query(sql, values)).rows as Row[];
}
const attemptsOf = (orderId: string) =>
  rows<{ status: string; verdict: string | null; number: string; resolution: string | null; channel: string }>(
    "select * from payment_attempts where order_id = $1 order by sequence",
    [orderId],
  );
const balanceOf = async (orderId: string): Promise<Record<string, number>> => {
  const lines = await rows<{ account: string; balance: string }>(
    `select l.account, sum(l.debit - l.credit) as balance from journal_lines l join journal_entries e on e.id = l.entry_id
      where e.order_id = $1 group by l.account`,
    [orderId],
  );
  return Object.fromEntries(lines.map((line) => [line.account, Number(line.balance)]));
};

describe("creating", () => {
  test("the specification's own example makes an order", async () => {
    const order = await house.payments.createOrder({ items: [{ name: "商品名称", price: 100.0, quantity: 1 }] });
    expect(order).toMatchObject({
      status: "pending",
      amountTotal: 10_000,
      amountDue: 10_000,
      amountPaid: 0,
      currency: "CNY",
    });
    expect(await house.payments.order(order.id)).toEqual(order);
  });

  test("twenty orders with one number at once make one order", async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(house.order({ outTradeNo: "one-number-only" }))),
    );
    expect(results.filter((code) => code === "no error")).toHaveLength(1);
    expect(results.filter((code) => code === "conflict")).toHaveLength(19);
  });

  test("twenty requests with one idempotency key at once make one order and one answer", async () => {
    await rows(
      `insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_1', 'test', sha256('x'), 'x')`,
    );
    const once = { apiKeyId: "key_1", key: "same", digest: new Uint8Array(32) };
    const request = { items: [{ name: "茶", unitAmount: 500, quantity: 2, price: undefined }], expiresIn: 7200 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => house.payments.createOrderOnce(request as never, once)),
    );
    const ids = answers.map((answer) =>
      answer.kind === "created" ? answer.order.id : JSON.parse(answer.answer.body).id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => answer.kind === "created")).toHaveLength(1);
    const other = { ...once, digest: new Uint8Array(32).fill(1) };
    expect(await codeOf(house.payments.createOrderOnce(request as never, other))).toBe("idempotency_conflict");
  });
});

describe("opening a trade", () => {
  test("twenty calls at once never make a second payable trade", async () => {
    const order = await house.order();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        house.payments.startPayment({ orderId: order.id, channel: "native", openid: null, payerIp: null }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.codeUrl)).size).toBe(1);
    expect(await attemptsOf(order.id)).toHaveLength(1);
    expect(house.wechat.payableNumbers().filter((number) => number.startsWith(order.outTradeNo))).toHaveLength(1);
  });

  test("an open trade is handed out again without asking WeChat", async () => {
    const order = await house.order();
    await house.open(order.id);
    const before = house.wechat.calls.length;
    await house.open(order.id);
    expect(house.wechat.calls.length).toBe(before);
    house.clock.advance(111 * MINUTE_MS);
    await house.open(order.id);
    expect(house.wechat.calls.length, "a stale code is asked for again under the same number").toBe(before + 1);
    expect(await attemptsOf(order.id)).toHaveLength(1);
  });

  test("another channel closes the trade before it opens its own", async () => {
    const order = await house.order();
    const native = await house.open(order.id);
    const jsapi = await house.open(order.id, { channel: "jsapi", openid: "oUser1" });
    expect(jsapi).toBe(`${order.outTradeNo}-2`);
    expect(house.wechat.payableNumbers()).toContain(jsapi);
    expect(house.wechat.payableNumbers()).not.toContain(native);
    expect((await attemptsOf(order.id)).map((attempt) => attempt.status)).toEqual(["closed", "waiting"]);
  });

  test("another payer gets a trade of their own", async () => {
    const order = await house.order();
    await house.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await house.open(order.id, { channel: "jsapi", openid: "oUser2" });
    expect((await attemptsOf(order.id)).map((attempt) => attempt.status)).toEqual(["closed", "waiting"]);
  });

  test("an unknown answer is asked again under the same number", async () => {
    const order = await house.order();
    house.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    expect(await codeOf(house.open(order.id))).toBe("gateway_unavailable");
    expect(await attemptsOf(order.id)).toMatchObject([{ status: "opening" }]);
    expect(await house.open(order.id)).toBe(order.outTradeNo);
    expect(await attemptsOf(order.id)).toMatchObject([{ status: "waiting" }]);
  });

  test("a refusal is told, and the next try takes a new number", async () => {
    const order = await house.order();
    house.wechat.failNext("openTrade", { kind: "refused", reason: "not_permitted" });
    expect(await codeOf(house.open(order.id))).toBe("gateway_rejected");
    expect(await house.open(order.id)).toBe(`${order.outTradeNo}-2`);
    expect((await attemptsOf(order.id)).map((attempt) => attempt.status)).toEqual(["failed", "waiting"]);
  });

  test("a number that WeChat holds with other parameters is closed before another is opened", async () => {
    const order = await house.order();
    await house.wechat.openTrade({
      number: order.outTradeNo,
      channel: "native",
      amountFen: 1 as never,
      description: "of another time",
      expiresAt: house.clock.now(),
      openid: null,
      payerIp: null,
    });
    expect(await house.open(order.id)).toBe(`${order.outTradeNo}-2`);
    expect(house.wechat.payableNumbers()).not.toContain(order.outTradeNo);
  });

  test("a refused repeat says nothing about the call before it, whose trade may be payable", async () => {
    const order = await house.order();
    house.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    await codeOf(house.open(order.id));
    house.wechat.failNext("openTrade", { kind: "refused", reason: "not_permitted" });
    expect(await codeOf(house.open(order.id))).toBe("gateway_rejected");
    expect(house.wechat.payableNumbers()).not.toContain(order.outTradeNo);
    expect(await house.open(order.id)).toBe(`${order.outTradeNo}-2`);
  });

  test("a trade opened for an attempt that was given up meanwhile does not stay payable", async () => {
    const order = await house.order();
    house.wechat.beforeNext("openTrade", async () => {
      await rows("update payment_attempts set status = 'failed', check_at = null where order_id = $1", [order.id]);
    });
    expect(await house.open(order.id)).toBe(`${order.outTradeNo}-2`);
    const payable = house.wechat.payableNumbers().filter((number) => number.startsWith(order.outTradeNo));
    expect(payable).toEqual([`${order.outTradeNo}-2`]);
  });

  test("channels that need a payer say so by name", async () => {
    const order = await house.order();
    for (const channel of ["jsapi", "miniprogram"] as const) {
      const failed = await house.payments
        .startPayment({ orderId: order.id, channel, openid: null, payerIp: null })
        .catch((cause) => cause);
      expect(failed.errors[0].path).toBe("openid");
    }
    expect(await attemptsOf(order.id)).toEqual([]);
  });

  test("a paid, closed or expired order cannot be paid", async () => {
    const paid = await house.order();
    await house.payAndNotify(await house.open(paid.id));
    expect(await codeOf(house.open(paid.id))).toBe("order_not_payable");
    const expired = await house.order({ expiresIn: 60 });
    house.clock.advance(60 * SECOND_MS);
    expect(await codeOf(house.open(expired.id))).toBe("order_not_payable");
    expect(await codeOf(house.open("ord_00000000000000000000000000"))).toBe("not_found");
  });
});

describe("being paid", () => {
  test("a notice settles the order, books it and is booked once however often it comes", async () => {
    const order = await house.order();
    const trade = house.wechat.pay(await house.open(order.id));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        house.payments.receiveNotification(house.gateways.noticeOfPayment(trade, n % 2 === 0 ? "same" : `other-${n}`)),
      ),
    );
    const words = results.map((result) => (result.kind === "accepted" ? result.result : result.reason));
    expect(words.filter((word) => word === "settles")).toHaveLength(1);
    expect(words.filter((word) => word === "repeated")).toHaveLength(19);
    expect(await house.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      transactionId: trade.transactionId,
      paidAt: trade.paidAt.toISOString(),
    });
    expect(await balanceOf(order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  });

  test("a notice may overtake the answer to our own call", async () => {
    const order = await house.order();
    house.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
    await codeOf(house.open(order.id));
    await house.payAndNotify(order.outTradeNo);
    expect(await house.payments.status(order.id)).toMatchObject({ status: "paid", version: 2 });
  });

  test("a payment after closing is late: recorded, owed, shown, never lost", async () => {
    const order = await house.order();
    const number = await house.open(order.id);
    const trade = house.wechat.pay(number);
    // The close reached us from elsewhere before the payment's notice: as if WeChat had told us wrongly.
    await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
    await house.payments.closeOrder(order.id);
    await house.payments.receiveNotification(house.gateways.noticeOfPayment(trade));
    const after = await house.payments.order(order.id);
    expect(after).toMatchObject({ status: "closed", amountPaid: 0 });
    expect(after.extraPayments).toEqual([
      {
        transactionId: trade.transactionId,
        amount: 1800,
        paidAt: trade.paidAt.toISOString(),
        verdict: "late",
        resolution: "open",
      },
    ]);
    expect(await balanceOf(order.id)).toEqual({ wechat_clearing: 1800, owed_to_shoppers: -1800 });
    expect(await rows("select kind from alerts where order_id = $1", [order.id])).toEqual([{ kind: "late_payment" }]);
  });

  test("a second payment of one order is extra, and the first still settles", async () => {
    const order = await house.order();
    const first = await house.open(order.id);
    const firstTrade = house.wechat.pay(first);
    await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [first]);
    const second = await house.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await house.payAndNotify(second);
    await house.payments.receiveNotification(house.gateways.noticeOfPayment(firstTrade));
    const after = await house.payments.order(order.id);
    expect(after).toMatchObject({ status: "paid", amountPaid: 1800 });
    expect(after.extraPayments).toMatchObject([{ transactionId: firstTrade.transactionId, verdict: "extra" }]);
  });

  test("when two trades are open, settling one hurries the other's end", async () => {
    const order = await house.order();
    const first = await house.open(order.id);
    await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [first]);
    const second = await house.open(order.id, { channel: "jsapi", openid: "oUser1" });
    await house.payAndNotify(first);
    expect(house.wechat.payableNumbers()).toContain(second);
    await house.payments.sweep();
    expect(house.wechat.payableNumbers()).not.toContain(second);
    expect((await attemptsOf(order.id)).map((attempt) => attempt.status)).toEqual(["succeeded", "closed"]);
  });

  test.each([
    ["total", { totalFen: 1 as never }],
    ["currency", { currency: "USD" }],
    ["app", { appId: "wx1111111111111111" }],
  ])("a differing %s never marks the order paid", async (field, differing) => {
    const order = await house.order();
    const trade = house.wechat.pay(await house.open(order.id), differing);
    const result = await house.payments.receiveNotification(house.gateways.noticeOfPayment(trade));
    expect(result).toMatchObject({ kind: "accepted", result: "mismatch" });
    expect(await house.payments.order(order.id)).toMatchObject({
      status: "pending",
      amountPaid: 0,
      extraPayments: [{ verdict: "mismatch" }],
    });
    const [alert] = await rows<{ detail: { differing: string } }>("select detail from alerts where order_id = $1", [
      order.id,
    ]);
    expect(alert?.detail.differing).toBe(field);
  });

  test("a payment for an order we do not know is kept and raises one alert", async () => {
    const trade = { ...house.wechat.pay(await house.open((await house.order()).id)), number: "nobodys-number" };
    for (const id of ["strange-1", "strange-2"]) {
      const result = await house.payments.receiveNotification(house.gateways.noticeOfPayment(trade, id));
      expect(result).toMatchObject({ kind: "accepted", result: "unknown_order" });
    }
    expect(
      await rows("select kind from alerts where cause = $1", [`unknown_order:${trade.transactionId}`]),
    ).toHaveLength(1);
  });

  test("a call that does not verify changes nothing but a count", async () => {
    const bytes = { headers: new Headers(), body: new TextEncoder().encode("{}") };
    await Promise.all(Array.from({ length: 10 }, () => house.payments.receiveNotification(bytes)));
    expect(await rows("select reason, count::int from notify_rejections")).toEqual([
      { reason: "bad_signature", count: 10 },
    ]);
  });

  test("webhooks that want the event get it with the paid order in it", async () => {
    await rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_1', 'http://127.0.0.1:1/', '{order.paid,order.closed}', 'x')`,
    );
    const order = await house.order();
    await house.payAndNotify(await house.open(order.id));
    const closed = await house.order();
    await house.payments.closeOrder(closed.id);
    const events = await rows<{ type: string; payload: string }>(
      "select type, payload from webhook_events where order_id = any($1) order by id",
      [[order.id, closed.id]],
    );
    expect(events.map((event) => [event.type, JSON.parse(event.payload).data.status])).toEqual([
      ["order.paid", "paid"],
      ["order.closed", "closed"],
    ]);
    expect(JSON.parse(events[0]!.payload).data).toEqual(await house.payments.order(order.id));
    expect(await rows("select status from webhook_deliveries where endpoint_id = 'whe_1'")).toHaveLength(2);
    await rows("delete from webhook_deliveries");
    await rows("delete from webhook_endpoints where id = 'whe_1'");
  });
});

describe("closing", () => {
  test("twenty closes at once close one order", async () => {
    const order = await house.order();
    await house.open(order.id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.payments.closeOrder(order.id)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(["closed"]));
    expect(house.wechat.payableNumbers()).not.toContain(order.outTradeNo);
    expect((await house.payments.status(order.id))?.version).toBe(2);
  });

  test("an order that turns out paid becomes paid", async () => {
    const order = await house.order();
    house.wechat.pay(await house.open(order.id));
    expect(await house.payments.closeOrder(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  });

  test("a payment between asking and closing wins", async () => {
    const order = await house.order();
    const number = await house.open(order.id);
    house.wechat.beforeNext("closeTrade", () => void house.wechat.pay(number));
    expect(await house.payments.closeOrder(order.id)).toMatchObject({ status: "paid" });
  });

  test.each(["findTrade", "closeTrade"] as const)("while %s gives no answer nothing is closed", async (operation) => {
    const order = await house.order();
    await house.open(order.id);
    house.wechat.failNext(operation, { kind: "unknown", workDone: false });
    expect(await codeOf(house.payments.closeOrder(order.id))).toBe("gateway_unavailable");
    expect(await house.payments.order(order.id)).toMatchObject({ status: "pending" });
    expect(await house.payments.closeOrder(order.id)).toMatchObject({ status: "closed" });
  });

  test("a trade WeChat does not know is given up only when no call of ours can be on its way", async () => {
    const order = await house.order();
    house.wechat.failNext("openTrade", { kind: "unknown", workDone: false });
    await codeOf(house.open(order.id));
    expect(await codeOf(house.payments.closeOrder(order.id))).toBe("gateway_unavailable");
    house.clock.advance(MINUTE_MS);
    expect(await house.payments.closeOrder(order.id)).toMatchObject({ status: "closed" });
  });

  test("paying and closing at once: whatever happens, the order and WeChat agree", async () => {
    for (let round = 0; round < 10; round++) {
      const order = await house.order();
      const number = await house.open(order.id);
      await Promise.allSettled([
        house.payments.closeOrder(order.id),
        Promise.resolve().then(() => house.payAndNotify(number)),
        house.payments.closeOrder(order.id),
      ]);
      const { status } = await house.payments.closeOrder(order.id);
      const trade = await house.wechat.findTrade(number);
      expect(trade.kind === "done" && trade.value.state).toBe(status);
    }
  });
});

describe("sweeping", () => {
  test("a lost notice is found by asking", async () => {
    const order = await house.order();
    house.wechat.pay(await house.open(order.id));
    await house.payments.sweep();
    expect((await house.payments.status(order.id))?.status, "not due yet").toBe("pending");
    house.clock.advance(45 * SECOND_MS);
    await house.payments.sweep();
    expect((await house.payments.status(order.id))?.status).toBe("paid");
  });

  test("a page in use brings the next look forward", async () => {
    const order = await house.order();
    await house.open(order.id);
    house.clock.advance(11 * MINUTE_MS);
    await house.payments.sweep();
    const dueIn = async () => {
      const [row] = await rows<{ s: number }>(
        "select extract(epoch from check_at - $2)::int as s from payment_attempts where order_id = $1",
        [order.id, house.clock.now()],
      );
      return row?.s;
    };
    expect(await dueIn()).toBe(420);
    await house.payments.markSeen(order.id);
    expect(await dueIn()).toBe(40);
  });

  test("orders close after their time, never before, and only once WeChat has been asked", async () => {
    const order = await house.order({ expiresIn: 60 });
    await house.open(order.id);
    const unopened = await house.order({ expiresIn: 60 });
    house.clock.advance(59 * SECOND_MS);
    await house.payments.sweep();
    expect((await house.payments.status(order.id))?.status).toBe("pending");
    house.clock.advance(2 * SECOND_MS);
    house.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    await house.payments.sweep();
    house.clock.advance(30 * SECOND_MS);
    await Promise.all([house.payments.sweep(), house.payments.sweep(), house.payments.sweep()]);
    expect((await house.payments.status(order.id))?.status).toBe("closed");
    expect((await house.payments.status(unopened.id))?.status).toBe("closed");
    expect(house.wechat.payableNumbers()).not.toContain(order.outTradeNo);
  });

  test("an expired order that was paid without our knowing becomes paid", async () => {
    const order = await house.order({ expiresIn: 60 });
    house.wechat.pay(await house.open(order.id));
    house.clock.advance(HOUR_MS);
    await house.payments.sweep();
    expect((await house.payments.status(order.id))?.status).toBe("paid");
  });
});

describe("listing", () => {
  test("pages hold every order once, newest first, while others are made", async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      made.push((await house.order({ description: "listed here" })).id);
      house.clock.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await house.payments.orders({ q: "listed here", limit: 3, cursor });
      seen.push(...page.data.map((order) => order.id));
      await house.order({ description: "listed here" });
      house.clock.advance(1);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made.toReversed());
  });

  test("filters by status, time, number and text", async () => {
    const start = house.clock.now().toISOString();
    const order = await house.order({ outTradeNo: "filter-me-1" });
    house.clock.advance(SECOND_MS);
    const transaction = house.wechat.pay(await house.open(order.id)).transactionId;
    await house.payments.closeOrder(order.id);
    const ids = async (query: object) =>
      (await house.payments.orders({ limit: 100, ...query })).data.map((one) => one.id);
    expect(await ids({ outTradeNo: "filter-me-1" })).toEqual([order.id]);
    expect(await ids({ q: transaction })).toEqual([order.id]);
    expect(await ids({ status: "paid", createdFrom: start })).toEqual([order.id]);
    expect(await ids({ status: "closed", createdFrom: start })).toEqual([]);
    expect(await ids({ createdFrom: house.clock.now().toISOString() })).not.toContain(order.id);
    expect(await codeOf(house.payments.orders({ limit: 5, cursor: "nonsense" }))).toBe("invalid_request");
  });
});
