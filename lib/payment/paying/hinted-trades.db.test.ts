import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Notification, PaidTrade, Protocol } from "#lib/payment/index.ts";
import { violatedConstraint } from "#lib/storage/errors.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf } from "#lib/testing/payment-queries.ts";

// Goal: a notice decides only about trades of the account and the protocol that it was verified for. Everything else, and a notice
// that disagrees with its order, is kept and asked about; what WeChat answers decides, in any order of events.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint, status, retired_at)
     values ('acc_retired', 'v2', $1, $2, true, ''::bytea, $3, 'retired', now())`,
    [fixture.wechat.appId, fixture.wechat.merchantNumber, randomBytes(32)],
  );
});
afterAll(() => fixture.close());
beforeEach(() => fixture.clock.advance(MINUTE_MS));

interface Sender {
  readonly accountIds?: readonly string[];
  readonly protocol?: Protocol;
  readonly noticeId?: string;
}

/** A verified notice about the trade, by any key. */
function send(
  trade: PaidTrade,
  { accountIds = ["acc_memory"], protocol = "v3", noticeId = randomUUID() }: Sender = {},
) {
  const notice: Notification = {
    ...{ kind: "payment", protocol, accountId: accountIds[0] ?? "", accountIds, noticeId, trade },
  };
  return fixture.payments.receiveNotification(fixture.gateways.noticeOf(notice));
}

/** What an attacker makes up about an order: right in everything, and WeChat knows nothing of it. */
async function forged() {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  const { appId, merchantNumber } = fixture.wechat;
  const transactionId = `42${randomUUID().replaceAll("-", "").slice(0, 26)}`;
  const trade: PaidTrade = {
    ...{ number, transactionId, appId, merchantNumber, currency: "CNY", totalFen: 1800 as never },
    ...{ payerFen: null, paidAt: fixture.clock.now() },
  };
  return { order, number, trade };
}

async function paid() {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  return { order, number, trade: fixture.wechat.pay(number) };
}

const wrongOf = (trade: PaidTrade): PaidTrade => ({ ...trade, totalFen: 1 as never });
const statusOf = async (orderId: string) => (await fixture.payments.order(orderId)).status;
const checkOf = (number: string) =>
  fixture.rows<{ reason: string; result: string | null; checks: number }>(
    "select reason, result, checks from trade_checks where number = $1",
    [number],
  );
const alertsOf = async (orderId: string) =>
  (await fixture.rows<{ kind: string }>("select kind from alerts where order_id = $1 order by id", [orderId])).map(
    ({ kind }) => kind,
  );
const asked = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "findTrade" && call.number === number).length;

/** Lets the sweep look until nothing more is to be asked about the number. */
async function sweepUntilAnswered(number: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    if ((await checkOf(number))[0]?.result !== null) return;
    fixture.clock.advance(6 * MINUTE_MS);
    await fixture.payments.sweep();
  }
}

describe("who decides", () => {
  const strangers: [string, Sender, string][] = [
    ["a replaced key", { accountIds: ["acc_retired"] }, "other_account"],
    ["the other protocol", { protocol: "v2" }, "other_protocol"],
    ["a replaced key of the other protocol", { accountIds: ["acc_retired"], protocol: "v2" }, "other_protocol"],
  ];

  test.each(strangers)("a payment that only %s vouches for pays nothing", async (_name, sender, reason) => {
    const { order, number, trade } = await forged();
    expect(await send(trade, sender)).toMatchObject({ kind: "accepted", result: "hint" });
    expect(asked(number)).toBe(1);
    expect(await checkOf(number)).toMatchObject([{ reason, result: null }]);
    await sweepUntilAnswered(number);
    expect(await checkOf(number)).toMatchObject([{ result: "not_paid" }]);
    expect(await statusOf(order.id)).toBe("pending");
    expect(await balanceOf(fixture, order.id)).toEqual({});
    expect(await alertsOf(order.id)).toEqual(["notice_unconfirmed"]);
  });

  test.each(strangers)("money that %s tells of is booked by WeChat's answer", async (_name, sender) => {
    const { order, number, trade } = await paid();
    await send(trade, sender);
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      transactionId: trade.transactionId,
    });
    expect(await checkOf(number)).toMatchObject([{ result: "booked" }]);
    expect(await alertsOf(order.id)).toEqual([]);
    const [attempt] = await fixture.rows(
      "select confirmed_by, confirmed_account_id from payment_attempts where number = $1",
      [number],
    );
    expect(attempt).toEqual({ confirmed_by: "query", confirmed_account_id: "acc_memory" });
  });

  test("a key that the attempt's account shares counts", async () => {
    const { number, trade } = await paid();
    expect(await send(trade, { accountIds: ["acc_retired", "acc_memory"] })).toMatchObject({ result: "settles" });
    expect(asked(number)).toBe(0);
    const [attempt] = await fixture.rows(
      "select confirmed_by, confirmed_account_id from payment_attempts where number = $1",
      [number],
    );
    expect(attempt).toEqual({ confirmed_by: "notice", confirmed_account_id: "acc_memory" });
  });

  test("an order without any trade is not paid by a notice alone", async () => {
    const order = await fixture.order();
    const { trade } = await forged();
    expect(await send({ ...trade, number: order.outTradeNo })).toMatchObject({ result: "hint" });
    await sweepUntilAnswered(order.outTradeNo);
    expect(await statusOf(order.id)).toBe("pending");
    expect(await fixture.rows("select from payment_attempts where order_id = $1", [order.id])).toEqual([]);
  });

  test("a closed order is not paid late by a stranger", async () => {
    const { order, trade } = await forged();
    await fixture.payments.closeOrder(order.id);
    await send(trade, { accountIds: ["acc_retired"] });
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "closed", extraPayments: [] });
  });

  test("a flood of them is one question every five seconds", async () => {
    const { number, trade } = await forged();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        send({ ...trade, transactionId: `${trade.transactionId}${n}` }, { accountIds: ["acc_retired"] }),
      ),
    );
    expect(asked(number)).toBe(1);
    fixture.clock.advance(5 * SECOND_MS);
    await fixture.payments.sweep();
    expect(asked(number)).toBe(2);
  });

  test("in Postgres: a notice of another account or protocol settles nothing", async () => {
    const { number } = await forged();
    const refusedBy = async (account: string, protocol: string, by = "notice") => {
      const sql = `update payment_attempts set status = 'succeeded', verdict = 'settles', transaction_id = gen_random_uuid()::text,
                          paid_at = now(), check_at = null, confirmed_by = $4, confirmed_account_id = $2, confirmed_protocol = $3
                    where number = $1`;
      return fixture.rows(sql, [number, account, protocol, by]).then(
        () => null,
        (cause) => violatedConstraint(cause),
      );
    };
    expect(await refusedBy("acc_retired", "v3")).toBe("attempt_own_notice");
    expect(await refusedBy("acc_memory", "v2")).toBe("attempt_own_notice");
    expect(await refusedBy("acc_memory", "v3", null as never)).toBe("attempt_confirmed");
    const change = (column: string, value: string) =>
      fixture.rows(`update payment_attempts set ${column} = $2 where number = $1`, [number, value]).then(
        () => null,
        (cause) => violatedConstraint(cause),
      );
    expect(await change("protocol", "v2")).toBe("attempt_fixed");
    expect(await change("account_id", "acc_retired")).toBe("attempt_fixed");
  });
});

describe("a notice that disagrees", () => {
  test("is asked about at once, and the order is paid when WeChat agrees with it", async () => {
    const { order, number, trade } = await paid();
    expect(await send(wrongOf(trade))).toMatchObject({ kind: "accepted", result: "mismatch" });
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      extraPayments: [],
    });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
    expect(await checkOf(number)).toMatchObject([{ reason: "mismatch", result: "booked" }]);
    expect(await alertsOf(order.id)).toEqual(["amount_mismatch"]);
  });

  test("then the right one: paid, though WeChat cannot be asked", async () => {
    const { order, trade } = await paid();
    fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    await send(wrongOf(trade));
    expect(await statusOf(order.id)).toBe("pending");
    expect(await send(trade)).toMatchObject({ result: "settles" });
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", extraPayments: [] });
  });

  test("then the right one under the same id, as WeChat repeats a notice: paid once, though WeChat cannot be asked", async () => {
    const { order, trade } = await paid();
    const noticeId = randomUUID();
    fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    await send(wrongOf(trade), { noticeId });
    expect(await send(wrongOf(trade), { noticeId })).toMatchObject({ result: "repeated" });
    expect(await statusOf(order.id)).toBe("pending");
    expect(await send(trade, { noticeId })).toMatchObject({ result: "settles" });
    expect(await send(trade, { noticeId })).toMatchObject({ result: "repeated" });
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", extraPayments: [] });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  });

  test("after the right one: kept and reported, and nothing else changes", async () => {
    const { order, trade } = await paid();
    expect(await send(trade)).toMatchObject({ result: "settles" });
    expect(await send(wrongOf(trade))).toMatchObject({ result: "mismatch" });
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      extraPayments: [],
    });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
    expect(await alertsOf(order.id)).toEqual(["amount_mismatch"]);
  });

  test("many of both kinds at once: paid once", async () => {
    const { order, trade } = await paid();
    await Promise.all(Array.from({ length: 20 }, (_, n) => send(n % 2 === 0 ? trade : wrongOf(trade))));
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "paid",
      amountPaid: 1800,
      extraPayments: [],
    });
    expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
    expect(await fixture.rows("select from journal_entries where order_id = $1", [order.id])).toHaveLength(1);
  });

  test("WeChat cannot be asked at first: the order is paid within 90 s", async () => {
    const { order, trade } = await paid();
    fixture.wechat.failNext("findTrade", { kind: "unknown", workDone: false });
    await send(wrongOf(trade));
    expect(await statusOf(order.id)).toBe("pending");
    fixture.clock.advance(6 * SECOND_MS);
    await fixture.payments.sweep();
    expect(await statusOf(order.id)).toBe("paid");
  });

  test("the process dies between keeping it and asking: a sweep asks, within 90 s", async () => {
    const { order, number, trade } = await paid();
    // The attempt's own look is far off, so that only the kept question can find the payment.
    await fixture.rows("update payment_attempts set check_at = $2 where number = $1", [
      number,
      new Date(fixture.clock.now().getTime() + 3_600_000),
    ]);
    fixture.wechat.beforeNext("findTrade", () => {
      throw new Error("the process died");
    });
    await send(wrongOf(trade));
    expect(await checkOf(number)).toMatchObject([{ reason: "mismatch", result: null }]);
    expect(await statusOf(order.id)).toBe("pending");
    fixture.clock.advance(35 * SECOND_MS);
    await fixture.payments.sweep();
    expect(await statusOf(order.id)).toBe("paid");
    expect(await checkOf(number)).toMatchObject([{ result: "booked" }]);
  });

  test("WeChat confirms it: booked as owed, reported once, and a right payment still settles the order", async () => {
    const order = await fixture.order();
    const first = await fixture.open(order.id);
    await send(fixture.wechat.pay(first, { totalFen: 1 as never }));
    expect(await fixture.payments.order(order.id)).toMatchObject({
      status: "pending",
      extraPayments: [{ verdict: "mismatch", amount: 1 }],
    });
    expect(await alertsOf(order.id)).toEqual(["amount_mismatch"]);
    await fixture.payAndNotify(await fixture.open(order.id));
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  });
});

describe("the time of a payment", () => {
  const now = () => fixture.clock.now();
  const absurd: [string, Date | null][] = [
    ["no time", null],
    ["year 1", new Date("0001-01-01T00:00:00Z")],
    ["year 9999", new Date("9999-12-31T23:59:59Z")],
  ];

  test.each(absurd)("%s: paid at our time, and that is said", async (_name, paidAt) => {
    const { order, number, trade } = await paid();
    expect(await send({ ...trade, paidAt })).toMatchObject({ result: "settles" });
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", paidAt: now().toISOString() });
    expect(await alertsOf(order.id)).toEqual(["payment_time_replaced"]);
    expect(await fixture.rows("select paid_at_is_ours from payment_attempts where number = $1", [number])).toEqual([
      { paid_at_is_ours: true },
    ]);
  });

  test("a time that clocks may differ by is WeChat's", async () => {
    const { order, trade } = await paid();
    const paidAt = new Date(now().getTime() + 3_600_000);
    await send({ ...trade, paidAt });
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", paidAt: paidAt.toISOString() });
    expect(await alertsOf(order.id)).toEqual([]);
  });

  test("a query's answer likewise", async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    fixture.wechat.pay(number, { paidAt: null });
    await fixture.payments.syncOrder(order.id);
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", paidAt: now().toISOString() });
  });
});
