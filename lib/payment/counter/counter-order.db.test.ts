import { afterAll, beforeAll, expect, test } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: who stands at the counter sees how an order can be paid now, and what is being charged, with the server's time.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

let codes = 0;
const freshCode = () => `15${String(++codes).padStart(16, "0")}`;
const view = (id: string) => fixture.payments.counterOrder(id);

test("the code is there once a trade is open, and not any more when the time is over", async () => {
  const { id } = await fixture.order({ expiresIn: 60 });
  expect(await view(id)).toMatchObject({
    status: "pending",
    codeUrl: null,
    leftMs: 60_000,
    spanMs: 60_000,
    charge: null,
  });
  await fixture.open(id);
  expect((await view(id)).codeUrl).toMatch(/^weixin:/);
  fixture.clock.advance(MINUTE_MS);
  expect(await view(id)).toMatchObject({ codeUrl: null, leftMs: 0 });
});

test("a charge is shown with what it waits for and how long; the call does not wait where it is told not to", async () => {
  const { id, outTradeNo } = await fixture.order();
  fixture.wechat.counter.askPassword(1);
  const authCode = freshCode();
  const begunAt = fixture.clock.now();
  expect(await fixture.payments.payByCode({ orderId: id, authCode, waitMs: 0 })).toMatchObject({ kind: "pending" });
  expect(fixture.clock.now()).toEqual(begunAt);
  expect((await view(id)).charge).toEqual({ waitsFor: "password", leftMs: 45 * SECOND_MS });
  fixture.clock.advance(10 * SECOND_MS);
  expect((await view(id)).charge?.leftMs).toBe(35 * SECOND_MS);
  fixture.wechat.pay(outTradeNo);
  expect(await fixture.payments.payByCode({ orderId: id, authCode, waitMs: 3 * SECOND_MS })).toMatchObject({
    kind: "paid",
  });
  expect(await view(id)).toMatchObject({
    status: "paid",
    amountPaid: 1_800,
    charge: null,
    declined: null,
    codeUrl: null,
  });
});

test("why the last code brought no money stays until another one is charged", async () => {
  const { id } = await fixture.order();
  fixture.wechat.failNext("chargeCode", { kind: "refused", reason: "not_enough" });
  expect(await codeOf(fixture.payments.payByCode({ orderId: id, authCode: freshCode() }))).toBe("payment_declined");
  expect(await view(id)).toMatchObject({ status: "pending", charge: null, declined: "not_enough" });
  await fixture.payments.payByCode({ orderId: id, authCode: freshCode() });
  expect((await view(id)).declined).toBeNull();
});

test("no order, no view", async () => {
  expect(await codeOf(view("ord_0000000000000000000000000x"))).toBe("not_found");
});
