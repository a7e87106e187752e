import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Log } from "#lib/base/log.ts";
import { refused } from "#lib/base/outcome.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type Deps, PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";
import { checkAttempt } from "./check-attempt.ts";

// Goal: asking WeChat books what it says and gives up nothing that is uncertain, also when another process is quicker.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
const ABSENT = "ord_00000000000000000000000000";
const asks = () => fixture.wechat.calls.filter(({ operation }) => operation === "findTrade").length;
const changed = (change: Partial<Deps>) => new PaymentProcessor({ ...fixture.deps, ...change });

describe("asking now", () => {
  test("tells what WeChat knows: still open, then paid without any notice", async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    expect(await fixture.payments.syncOrder(order.id)).toMatchObject({ status: "pending", amountPaid: 0 });
    fixture.wechat.pay(number);
    expect(await fixture.payments.syncOrder(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  });

  test("asks nothing where nothing can be paid, and does not find an unknown order", async () => {
    const order = await fixture.order();
    const before = asks();
    expect(await fixture.payments.syncOrder(order.id)).toMatchObject({ status: "pending" });
    expect(asks()).toBe(before);
    expect(await codeOf(fixture.payments.syncOrder(ABSENT))).toBe("not_found");
  });

  test("a notice that overtakes a stale answer wins", async () => {
    const order = await fixture.order();
    const number = await fixture.open(order.id);
    fixture.clock.advance(2 * MINUTE_MS);
    fixture.wechat.beforeNext("findTrade", () => fixture.payAndNotify(number));
    fixture.wechat.failNext("findTrade", { kind: "refused", reason: "absent" });
    expect(await checkAttempt(fixture.deps, order.id)).toBe("paid");
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  });
});

describe("closing an uncertain attempt", () => {
  test.each(["absent", "already_paid"])(
    "a close refused as %s, of a trade that is open, closes nothing",
    async (reason) => {
      const order = await fixture.order();
      const number = await fixture.open(order.id);
      fixture.wechat.failNext("closeTrade", { kind: "refused", reason });
      expect(await codeOf(fixture.payments.closeOrder(order.id))).toBe("gateway_unavailable");
      expect(await fixture.payments.order(order.id)).toMatchObject({ status: "pending" });
      await fixture.payAndNotify(number);
      expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", extraPayments: [] });
    },
  );

  /** Another process does this (by default opens a trade) just before each of these transactions. */
  const openingBefore = (orderId: string, times: number, act: () => Promise<unknown> = () => fixture.open(orderId)) => {
    let left = times;
    const transaction: Deps["store"]["transaction"] = async (work) => {
      if (left-- > 0) await act();
      return fixture.deps.store.transaction(work);
    };
    return changed({ store: { ...fixture.deps.store, transaction } });
  };

  test("a trade that is opened meanwhile is closed too", async () => {
    const order = await fixture.order();
    expect(await openingBefore(order.id, 1).closeOrder(order.id)).toMatchObject({ status: "closed" });
    expect(fixture.wechat.payableNumbers().filter((number) => number.startsWith(order.outTradeNo))).toEqual([]);
  });

  test("an order that is opened again and again stays open, and says so", async () => {
    const order = await fixture.order();
    const payments = openingBefore(order.id, Number.POSITIVE_INFINITY);
    expect(await codeOf(payments.closeOrder(order.id))).toBe("gateway_unavailable");
    expect(await fixture.payments.order(order.id)).toMatchObject({ status: "pending" });
  });

  test("an order that somebody else closes, or is paid, meanwhile is not closed again", async () => {
    const closed = await fixture.order();
    const closing = openingBefore(closed.id, 1, () => fixture.payments.closeOrder(closed.id));
    expect(await closing.closeOrder(closed.id)).toMatchObject({ status: "closed" });
    expect((await fixture.payments.status(closed.id))?.version).toBe(2);
    const paid = await fixture.order();
    const paying = openingBefore(paid.id, 1, async () => fixture.payAndNotify(await fixture.open(paid.id)));
    expect(await paying.closeOrder(paid.id)).toMatchObject({ status: "paid", closedAt: null });
  });

  test("orders that are not there", async () => {
    expect(await codeOf(fixture.payments.closeOrder(ABSENT))).toBe("not_found");
  });
});

describe("before anything is asked", () => {
  test("without an account nothing is opened", async () => {
    const order = await fixture.order();
    const payments = changed({ gateways: { ...fixture.gateways, active: async () => null } });
    const wish = { orderId: order.id, channel: "native", openid: null, payerIp: null } as const;
    expect(await codeOf(payments.startPayment(wish))).toBe("gateway_unavailable");
    expect(await fixture.rows("select 1 from payment_attempts where order_id = $1", [order.id])).toEqual([]);
  });

  test.each([
    ["out of words", "out of words"],
    [undefined, "not_permitted"],
  ])("a refusal that says %j is reported by its text, or else by its name", async (detail, said) => {
    const order = await fixture.order();
    const openTrade = async () => refused("not_permitted" as const, detail);
    const active = async () => ({ ...fixture.wechat, openTrade });
    const wish = { orderId: order.id, channel: "native", openid: null, payerIp: null } as const;
    const payments = changed({ gateways: { ...fixture.gateways, active } });
    const failed = await payments.startPayment(wish).catch((cause) => cause);
    expect([failed.code, failed.message]).toEqual([
      "gateway_rejected",
      expect.stringMatching(new RegExp(`: ${said}$`)),
    ]);
  });

  test("h5 needs the shopper's address, by name", async () => {
    const order = await fixture.order();
    const wish = { orderId: order.id, channel: "h5", openid: "oUser1", payerIp: null } as const;
    const failed = await fixture.payments.startPayment(wish).catch((cause) => cause);
    expect([failed.code, failed.errors[0].path]).toEqual(["invalid_request", "payerIp"]);
    expect(await fixture.payments.startPayment({ ...wish, payerIp: "203.0.113.7" })).toHaveProperty("h5Url");
  });

  test("WeChat's own probe is no warning, a call that does not verify is", async () => {
    const heard: string[] = [];
    const log: Log = {
      info: (event) => void heard.push(`info ${event}`),
      warn: (event) => void heard.push(event),
      error() {},
    };
    for (const reason of ["probe", "bad_signature"] as const) {
      const readNotification = async () => ({ kind: "rejection", protocol: "v3", reason }) as const;
      const payments = changed({ log, gateways: { ...fixture.gateways, readNotification } });
      const result = await payments.receiveNotification({ headers: new Headers(), body: new Uint8Array() });
      expect(result).toEqual({ kind: "rejected", protocol: "v3", reason });
    }
    expect(heard).toEqual(["info notify.rejected", "notify.rejected"]);
  });

  test("a key with its first request still under way is a conflict, and nothing is created", async () => {
    await fixture.rows(
      `insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_w', 'test', sha256('w'), 'w')`,
    );
    const digest = new Uint8Array(32);
    const held = async (key: string) => {
      await fixture.rows(
        "insert into idempotency (api_key_id, key, digest, lease_ends) values ('key_w', $1, $2, now())",
        [key, digest],
      );
      return { apiKeyId: "key_w", key, digest };
    };
    const request = {
      items: [{ name: "茶", unitAmount: 500, quantity: 1 }],
      expiresIn: 7200,
      outTradeNo: "held-key-1",
    };
    expect(await codeOf(fixture.payments.createOrderOnce(request, await held("order")))).toBe("conflict");
    expect((await fixture.payments.orders({ limit: 5, outTradeNo: "held-key-1" })).data).toEqual([]);
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    expect(await codeOf(fixture.payments.refundOrder({ orderId: order.id, once: await held("refund") }))).toBe(
      "conflict",
    );
    expect(await fixture.payments.refunds(order.id)).toEqual([]);
  });
});

describe("reading", () => {
  test("orders up to a moment, that moment not among them", async () => {
    const order = await fixture.order({ description: "up to a moment" });
    const made = fixture.clock.now().getTime();
    const upTo = async (ms: number) =>
      (await fixture.payments.orders({ limit: 5, q: "up to a moment", createdTo: new Date(ms).toISOString() })).data;
    expect(await upTo(made)).toEqual([]);
    expect((await upTo(made + SECOND_MS)).map(({ id }) => id)).toEqual([order.id]);
  });
});
