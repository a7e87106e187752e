import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

describe("closing", () => {
  test("twenty closes at once close one order", async () => {
    const order = await fixture.order();
    await fixture.open(order.id);
    const before = (await fixture.payments.status(order.id))?.version ?? 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.payments.closeOrder(order.id)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(["closed"]));
    expect(fixture.wechat.payableNumbers()).not.toContain(order.outTradeNo);
    // Once for the trade that can no longer be paid, once for the order.
    expect((await fixture.payments.status(order.id))?.version).toBe(before + 2);
  });

  test("an order that turns out paid becomes paid", async () => {
    const order = await fixture.order();
    fixture.wechat.pay(await fixture.open(order.id));
    expect(await fixture.payments.closeOrder(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  });

  test("a payment between asking and closing wins", async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    fixture.wechat.beforeNext("closeTrade", () => void fixture.wechat.pay(number));
    expect(await fixture.payments.closeOrder(order.id)).toMatchObject({ status: "paid" });
  });

  test.each(["findTrade", "closeTrade"] as const)("while %s gives no answer nothing is closed", async (operation) => {
    const order = await fixture.order();
    await fixture.open(order.id);
    fixture.wechat.failNext(operation, { kind: "unknown", workDone: false });
    expect(await codeOf(fixture.payments.closeOrder(order.id))).toBe("gateway_unavailable");
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "pending" });
    expect(await fixture.payments.closeOrder(order.id)).toMatchObject({ status: "closed" });
  });

  test("a trade WeChat does not know is given up only when no call of ours can be on its way", async () => {
    const order = await fixture.order();
    fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: false });
    await codeOf(fixture.open(order.id));
    expect(await codeOf(fixture.payments.closeOrder(order.id))).toBe("gateway_unavailable");
    fixture.clock.advance(MINUTE_MS);
    expect(await fixture.payments.closeOrder(order.id)).toMatchObject({ status: "closed" });
  });

  test("paying and closing at once: the order and WeChat always agree", async () => {
    for (let round = 0; round < 10; round++) {
      const order = await fixture.order();
      const number = await fixture.open(order.id);
      await Promise.allSettled([
        fixture.payments.closeOrder(order.id),
        Promise.resolve().then(() => fixture.payAndNotify(number)),
        fixture.payments.closeOrder(order.id),
      ]);
      const { status } = await fixture.payments.closeOrder(order.id);
      const trade = await fixture.wechat.findTrade(number);
      expect(trade.kind === "done" && trade.value.state).toBe(status);
    }
  });
});

describe("sweeping", () => {
  test("a lost notice is found by asking", async () => {
    const order = await fixture.order();
    fixture.wechat.pay(await fixture.open(order.id));
    await fixture.payments.sweep();
    expect((await fixture.payments.status(order.id))?.status, "not due yet").toBe("pending");
    fixture.clock.advance(45 * SECOND_MS);
    await fixture.payments.sweep();
    expect((await fixture.payments.status(order.id))?.status).toBe("paid");
  });

  test("a page in use brings the next look forward", async () => {
    const order = await fixture.order();
    await fixture.open(order.id);
    fixture.clock.advance(11 * MINUTE_MS);
    await fixture.payments.sweep();
    const dueIn = async () => {
      const [row] = await fixture.rows<{ s: number }>(
        "select extract(epoch from check_at - $2)::int as s from payment_attempts where order_id = $1",
        [order.id, fixture.clock.now()],
      );
      return row?.s;
    };
    expect(await dueIn()).toBe(420);
    await fixture.payments.markSeen(order.id);
    expect(await dueIn()).toBe(40);
  });

  test("orders close after their time, never before, and only once WeChat has been asked", async () => {
    const order = await fixture.order({ expiresIn: 60 });
    await fixture.open(order.id);
    const unopened = await fixture.order({ expiresIn: 60 });
    fixture.clock.advance(59 * SECOND_MS);
    await fixture.payments.sweep();
    expect((await fixture.payments.status(order.id))?.status).toBe("pending");
    fixture.clock.advance(2 * SECOND_MS);
    fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    await fixture.payments.sweep();
    fixture.clock.advance(30 * SECOND_MS);
    await Promise.all([fixture.payments.sweep(), fixture.payments.sweep(), fixture.payments.sweep()]);
    expect((await fixture.payments.status(order.id))?.status).toBe("closed");
    expect((await fixture.payments.status(unopened.id))?.status).toBe("closed");
    expect(fixture.wechat.payableNumbers()).not.toContain(order.outTradeNo);
  });

  test("an expired order that was paid without our knowing becomes paid", async () => {
    const order = await fixture.order({ expiresIn: 60 });
    fixture.wechat.pay(await fixture.open(order.id));
    fixture.clock.advance(HOUR_MS);
    await fixture.payments.sweep();
    expect((await fixture.payments.status(order.id))?.status).toBe("paid");
  });
});

describe("listing", () => {
  test("pages hold every order once, newest first, while others are made", async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      made.push((await fixture.order({ description: "listed here" })).id);
      fixture.clock.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await fixture.payments.orders({ q: "listed here", limit: 3, cursor });
      seen.push(...page.data.map((order) => order.id));
      await fixture.order({ description: "listed here" });
      fixture.clock.advance(1);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made.toReversed());
  });

  test("filters by status, time, number and text", async () => {
    const start = fixture.clock.now().toISOString();
    const order = await fixture.order({ outTradeNo: "filter-me-1" });
    fixture.clock.advance(SECOND_MS);
    const transaction = fixture.wechat.pay(await fixture.open(order.id)).transactionId;
    await fixture.payments.closeOrder(order.id);
    const ids = async (query: object) =>
      (await fixture.payments.orders({ limit: 100, ...query })).data.map((one) => one.id);
    expect(await ids({ outTradeNo: "filter-me-1" })).toEqual([order.id]);
    expect(await ids({ q: transaction })).toEqual([order.id]);
    expect(await ids({ status: "paid", createdFrom: start })).toEqual([order.id]);
    expect(await ids({ status: "closed", createdFrom: start })).toEqual([]);
    expect(await ids({ createdFrom: fixture.clock.now().toISOString() })).not.toContain(order.id);
    expect(await codeOf(fixture.payments.orders({ limit: 5, cursor: "nonsense" }))).toBe("invalid_request");
  });
});
