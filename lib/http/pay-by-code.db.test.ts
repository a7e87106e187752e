import { afterAll, beforeAll, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { codePayPendingSchema } from "#lib/contract/code-pay.ts";
import { orderSchema } from "#lib/contract/order.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { attemptsOf } from "#lib/testing/payment-queries.ts";

// Goal: a counter is told in one answer what became of the code it scanned, and may ask again as often as it likes.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

let codes = 0;
const freshCode = () => `15${String(++codes).padStart(16, "0")}`;
const pay = (orderId: string, authCode = freshCode(), headers: Record<string, string> = {}) =>
  edge.asMerchant(`/api/v1/orders/${orderId}/pay`, { json: { channel: "codepay", authCode }, headers });

test("paid: the order, kept under its key", async () => {
  const { id } = await edge.order();
  const headers = { "idempotency-key": "counter-1" };
  const code = freshCode();
  const first = await pay(id, code, headers);
  const text = await first.text();
  expect(first.status).toBe(200);
  expect(orderSchema.parse(JSON.parse(text))).toMatchObject({ id, status: "paid", channel: "codepay" });
  const again = await pay(id, code, headers);
  expect([again.status, again.headers.get("idempotent-replayed"), await again.text()]).toEqual([200, "true", text]);
  expect([(await pay(id, code)).status, (await pay(id)).status], "the code again, and another one").toEqual([200, 409]);
});

test("while the password is typed: 202 with what to do, which no key keeps", async () => {
  const { id, outTradeNo } = await edge.order();
  edge.wechat.counter.askPassword(1);
  const code = freshCode();
  const headers = { "idempotency-key": "counter-2" };
  const first = await pay(id, code, headers);
  expect([first.status, first.headers.get("retry-after")]).toEqual([202, "1"]);
  const body = codePayPendingSchema.parse(await first.json());
  expect(body).toMatchObject({ orderId: id, outTradeNo, amountDue: 1800, status: "awaiting_password" });
  expect(body.next).toContain("支付密码");
  edge.wechat.pay(outTradeNo);
  const second = await pay(id, code, headers);
  expect([second.status, (await second.json()).status]).toEqual([200, "paid"]);
  expect(await attemptsOf(edge, id)).toHaveLength(1);
});

test("without a certain answer it says so, and that it is being taken back", async () => {
  const { id } = await edge.order();
  edge.wechat.failNext("chargeCode", { kind: "unknown", workDone: false });
  const code = freshCode();
  expect((await (await pay(id, code)).json()).status).toBe("unclear");
  const other = await edge.order();
  edge.wechat.counter.askPassword(1);
  const slow = freshCode();
  await pay(other.id, slow);
  edge.clock.advance(MINUTE_MS);
  edge.wechat.failNext("reverseTrade", { kind: "unknown", workDone: false });
  const late = await pay(other.id, slow);
  expect([late.status, (await late.json()).status]).toEqual([202, "reversing"]);
  const certain = await pay(other.id, slow);
  expect([certain.status, (await certain.json()).reason]).toEqual([402, "timed_out"]);
});

test("declined: 402 with a reason for the program and a sentence for the cashier", async () => {
  const { id } = await edge.order();
  edge.wechat.failNext("chargeCode", { kind: "refused", reason: "not_enough" });
  const declined = await pay(id);
  expect(declined.status).toBe(402);
  expect(declined.headers.get("content-type")).toContain("application/problem+json");
  const problem = await declined.json();
  expect(problem).toMatchObject({ code: "payment_declined", reason: "not_enough", status: 402 });
  expect(problem.detail).toContain("余额不足");
  expect((await pay(id)).status).toBe(200);
});

test.each([
  [{ channel: "codepay", authCode: "163456789012345678" }, "authCode"],
  [{ channel: "codepay", authCode: "13456789012345678" }, "authCode"],
  [{ channel: "codepay", authCode: "1345678901234567890" }, "authCode"],
  [{ channel: "codepay", authCode: "13456789012345678 " }, "authCode"],
  [{ channel: "codepay", authCode: 134567890123456780 }, "authCode"],
  [{ channel: "codepay" }, "authCode"],
  [{ channel: "native", authCode: "134567890123456789" }, "channel"],
  [{ authCode: "134567890123456789" }, "channel"],
  [{ channel: "codepay", authCode: "134567890123456789", amount: 1 }, "amount"],
])("%j is refused before anything is written", async (json, path) => {
  const { id } = await edge.order();
  const answer = await edge.asMerchant(`/api/v1/orders/${id}/pay`, { json });
  expect(answer.status).toBe(400);
  expect((await answer.json()).errors).toMatchObject([{ path }]);
  expect(await attemptsOf(edge, id)).toEqual([]);
});

test("it takes a key, one that may write orders, and an order that is there", async () => {
  const { id } = await edge.order();
  const json = { channel: "codepay", authCode: freshCode() };
  expect((await edge.send(`/api/v1/orders/${id}/pay`, { json })).status).toBe(401);
  const reader = await edge.container.keys.create({
    name: "reader",
    requireSigning: false,
    scopes: ["orders:read"],
    actor: "test",
  });
  const headers = { authorization: `Bearer ${reader.secret.reveal()}` };
  expect((await edge.send(`/api/v1/orders/${id}/pay`, { json, headers })).status).toBe(403);
  expect((await pay("ord_01jzk3v9x2t8q4w6y0bcdefghj")).status).toBe(404);
  expect(await attemptsOf(edge, id)).toEqual([]);
});

test("the code itself is nowhere kept", async () => {
  const { id } = await edge.order();
  const code = "130123456789876543";
  await pay(id, code, { "idempotency-key": "counter-kept" });
  const [found] = await edge.rows<{ found: boolean }>(
    `select exists (select from payment_attempts a where a::text like $1)
         or exists (select from idempotency i where i::text like $1) as found`,
    [`%${code}%`],
  );
  expect(found).toEqual({ found: false });
});
