import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf, readRows } from "#lib/testing/payment-views.ts";

let house: PaymentFixture;
beforeAll(async () => {
  house = await paymentFixture();
});
afterAll(() => house.close());

const rows = <Row>(sql: string, values: unknown[] = []) => readRows<Row>(house, sql, values);

describe("closing", () => {
  test("twenty closes at once close one order", async () => {
    const order = await house.order();
    await house.open(order.id);
    const before = (await house.payments.status(order.id))?.version ?? 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.payments.closeOrder(order.id)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(["closed"]));
    expect(house.wechat.payableNumbers()).not.toContain(order.outTradeNo);
    // Once for the trade that can no longer be paid, once for the order.
    expect((await house.payments.status(order.id))?.version).toBe(before + 2);
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
