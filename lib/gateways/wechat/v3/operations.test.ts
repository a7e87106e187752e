// Goal: each operation sends what WeChat documents and reads what it answers, and believes an answer about this trade only.
import { createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { NewTrade } from "#lib/payment/index.ts";
import { APP_ID, isRightlySigned, MERCHANT, merchantKey, PUBLIC_KEY_ID } from "../testing/platform.ts";
import { answering, platformFixture, refusing } from "../testing/platform-fixture.ts";

const { own, log, answer, refuse } = platformFixture();

const native: NewTrade = {
  number: "order-0001",
  channel: "native",
  amountFen: fen(1234),
  description: "一杯茶 🍵",
  expiresAt: new Date("2026-07-01T12:00:00.789Z"),
  openid: null,
  payerIp: null,
};
const paidAnswer = {
  mchid: MERCHANT,
  appid: APP_ID,
  out_trade_no: "order-0001",
  transaction_id: "4200001569202208304701234567",
  trade_type: "NATIVE",
  trade_state: "SUCCESS",
  success_time: "2026-07-01T18:00:00+08:00",
  amount: { total: 1234, payer_total: 1200, currency: "CNY", payer_currency: "CNY" },
  something_new: { deep: [1] },
};
const paidTrade = {
  number: "order-0001",
  transactionId: "4200001569202208304701234567",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  currency: "CNY",
  totalFen: 1234,
  payerFen: 1200,
  paidAt: new Date("2026-07-01T10:00:00Z"),
};

describe("open", () => {
  test("native: what is sent, and the code that comes back", async () => {
    answer(200, { code_url: "weixin://wxpay/bizpayurl?pr=abc" });
    expect(await own.gateway.openTrade(native)).toEqual({
      kind: "done",
      value: { kind: "code", codeUrl: "weixin://wxpay/bizpayurl?pr=abc" },
    });
    const [sent] = own.platform.seen;
    expect(sent).toMatchObject({ method: "POST", path: "/v3/pay/transactions/native" });
    expect(isRightlySigned(sent!)).toBe(true);
    expect(sent!.headers).toMatchObject({
      accept: "application/json",
      "content-type": "application/json",
      "wechatpay-serial": PUBLIC_KEY_ID,
    });
    expect(sent!.headers["user-agent"]).toMatch(/^Lingfu/);
    expect(JSON.parse(sent!.body)).toEqual({
      appid: APP_ID,
      mchid: MERCHANT,
      description: "一杯茶",
      out_trade_no: "order-0001",
      notify_url: "https://shop.example/payment/notify",
      time_expire: "2026-07-01T20:00:00+08:00",
      amount: { total: 1234, currency: "CNY" },
    });
  });

  test.each(["jsapi", "miniprogram"] as const)("%s: names the payer and gets a prepay id", async (channel) => {
    answer(200, { prepay_id: "wx20141027" });
    const outcome = await own.gateway.openTrade({ ...native, channel, openid: "oUpF8" });
    expect(outcome).toEqual({ kind: "done", value: { kind: "prepay", prepayId: "wx20141027" } });
    expect(own.platform.seen[0]?.path).toBe("/v3/pay/transactions/jsapi");
    expect(JSON.parse(own.platform.seen[0]!.body).payer).toEqual({ openid: "oUpF8" });
  });

  test("h5: names the shopper's address and gets a link", async () => {
    answer(200, { h5_url: "https://wx.tenpay.com/cgi-bin/x?prepay_id=1&package=2" });
    const outcome = await own.gateway.openTrade({ ...native, channel: "h5", payerIp: "2001:db8::1" });
    expect(outcome).toEqual({
      kind: "done",
      value: { kind: "redirect", h5Url: "https://wx.tenpay.com/cgi-bin/x?prepay_id=1&package=2" },
    });
    expect(JSON.parse(own.platform.seen[0]!.body).scene_info).toEqual({
      payer_client_ip: "2001:db8::1",
      h5_info: { type: "Wap" },
    });
  });

  test.each(["jsapi", "miniprogram", "h5"] as const)("%s without a payer never leaves the house", async (channel) => {
    expect(await own.gateway.openTrade({ ...native, channel })).toMatchObject({ kind: "refused", reason: "invalid" });
    expect(own.platform.seen).toEqual([]);
  });

  test.each([
    ["native", 200, { code_url: "javascript:alert(1)" }],
    ["native", 200, { prepay_id: "wx1" }],
    ["native", 202, { code_url: "weixin://wxpay/bizpayurl?pr=abc" }],
    ["native", 204, undefined],
    ["h5", 200, { h5_url: "javascript:alert(1)" }],
    ["jsapi", 200, { prepay_id: "" }],
    ["jsapi", 200, []],
  ] as const)("%s: signed but strange, %s %j, is unknown", async (channel, status, content) => {
    answer(status, content);
    const outcome = await own.gateway.openTrade({ ...native, channel, openid: "o", payerIp: "192.0.2.1" });
    expect(outcome.kind).toBe("unknown");
  });

  test("a refusal has our reason, and WeChat's message for people", async () => {
    refuse(400, "ORDERPAID");
    expect(await own.gateway.openTrade(native)).toEqual({
      kind: "refused",
      reason: "already_paid",
      detail: "ORDERPAID: 说明 ",
    });
    expect(log.lines).toEqual([
      {
        event: "gateway.refusal",
        fields: { call: "POST /v3/pay/transactions/native", requestId: null, code: "ORDERPAID", status: 400 },
      },
    ]);
  });

  test("a rate limit is not a refusal, whatever its status", async () => {
    refuse(403, "FREQUENCY_LIMITED");
    expect(await own.gateway.openTrade(native)).toEqual({ kind: "unknown", cause: "HTTP 403 FREQUENCYLIMITED" });
  });

  test.each([
    ["the trade is there", answering(200, { ...paidAnswer, trade_state: "NOTPAY" }), { reason: "number_used" }],
    ["there is no such trade", refusing(404, "ORDER_NOT_EXIST"), { reason: "invalid" }],
    ["nobody can tell", { status: 500, body: "" }, { kind: "unknown" }],
  ])("INVALID_REQUEST is understood by asking: %s", async (_name, found, expected) => {
    own.platform.script = ({ method }) => (method === "POST" ? refusing(400, "INVALID_REQUEST") : found);
    expect(await own.gateway.openTrade(native)).toMatchObject(expected);
    expect(own.platform.seen.map((each) => each.method)).toEqual(["POST", "GET"]);
  });
});

describe("find", () => {
  test("a paid trade, by our number and by WeChat's", async () => {
    answer(200, paidAnswer);
    const found = { kind: "done", value: { number: "order-0001", state: "paid", payment: paidTrade } };
    expect(await own.gateway.findTrade("order-0001")).toEqual(found);
    expect(await own.gateway.findTradeByTransaction(paidTrade.transactionId)).toEqual(found);
    expect(own.platform.seen.map((each) => each.path)).toEqual([
      `/v3/pay/transactions/out-trade-no/order-0001?mchid=${MERCHANT}`,
      `/v3/pay/transactions/id/${paidTrade.transactionId}?mchid=${MERCHANT}`,
    ]);
    expect(own.platform.seen.every(isRightlySigned)).toBe(true);
    expect(own.platform.seen[0]?.headers["content-type"]).toBeUndefined();
  });

  test.each([
    ["REFUND", "paid"],
    ["NOTPAY", "not_paid"],
    ["USERPAYING", "not_paid"],
    ["CLOSED", "closed"],
    ["REVOKED", "closed"],
    ["PAYERROR", "closed"],
  ])("%s is %s", async (trade_state, state) => {
    answer(200, state === "paid" ? { ...paidAnswer, trade_state } : { out_trade_no: "order-0001", trade_state });
    expect(await own.gateway.findTrade("order-0001")).toMatchObject({ kind: "done", value: { state } });
  });

  test.each([
    [undefined, null],
    [null, null],
    ["", null],
    ["1", null],
    [20260701100000, null],
    ["2026-13-01T10:00:00+08:00", null],
    ["2026-07-01T10:00:00+0800", "2026-07-01T02:00:00.000Z"],
    ["2026-07-01T02:00:00.123456789Z", "2026-07-01T02:00:00.123Z"],
    ["0001-01-01T00:00:00+08:00", "0000-12-31T16:00:00.000Z"],
    ["9999-12-31T23:59:59+08:00", "9999-12-31T15:59:59.000Z"],
  ])("a payment is not lost for its time %s", async (success_time, paidAt) => {
    answer(200, { ...paidAnswer, success_time });
    const payment = { totalFen: 1234, paidAt: paidAt === null ? null : new Date(paidAt) };
    expect(await own.gateway.findTrade("order-0001")).toMatchObject({
      kind: "done",
      value: { state: "paid", payment },
    });
  });

  test("a payment without currency or payer's share is passed on as it is", async () => {
    answer(200, { ...paidAnswer, amount: { total: 1234 } });
    expect(await own.gateway.findTrade("order-0001")).toMatchObject({
      value: { payment: { currency: "", payerFen: null, totalFen: 1234 } },
    });
  });

  test.each([
    ["another trade", { ...paidAnswer, out_trade_no: "order-0002" }],
    ["another trade by case only", { ...paidAnswer, out_trade_no: "ORDER-0001" }],
    ["an unheard-of state", { ...paidAnswer, trade_state: "DREAMING" }],
    ["no state", { ...paidAnswer, trade_state: undefined }],
    ["a payment without its number", { ...paidAnswer, transaction_id: undefined }],
    ["a payment of half a fen", { ...paidAnswer, amount: { total: 0.5, currency: "CNY" } }],
    ["an amount in text", { ...paidAnswer, amount: { total: "1234", currency: "CNY" } }],
  ])("an answer about %s is unknown", async (_name, content) => {
    answer(200, content);
    expect((await own.gateway.findTrade("order-0001")).kind).toBe("unknown");
  });

  test("by transaction: another payment is unknown, an unpaid trade is returned", async () => {
    answer(200, paidAnswer);
    expect((await own.gateway.findTradeByTransaction("4200000000000000000000000000")).kind).toBe("unknown");
    answer(200, { ...paidAnswer, trade_state: "NOTPAY" });
    expect(await own.gateway.findTradeByTransaction("4200")).toMatchObject({ value: { state: "not_paid" } });
    refuse(404, "ORDER_NOT_EXIST");
    expect(await own.gateway.findTradeByTransaction("4200")).toMatchObject({ kind: "refused", reason: "absent" });
  });

  test.each([
    [404, "ORDER_NOT_EXIST", "refused"],
    [404, "ORDERNOTEXIST", "refused"],
    [404, "NOT_FOUND", "unknown"],
    [400, "ORDER_NOT_EXIST", "unknown"],
    [401, "SIGN_ERROR", "unknown"],
  ])("HTTP %s %s is %s", async (status, code, kind) => {
    refuse(status, code);
    expect((await own.gateway.findTrade("order-0001")).kind).toBe(kind);
  });

  test("a number is sent in its encoded form, as it is signed", async () => {
    answer(200, { out_trade_no: "a|b*c/d?e", trade_state: "NOTPAY" });
    expect((await own.gateway.findTrade("a|b*c/d?e")).kind).toBe("done");
    expect(own.platform.seen[0]?.path).toBe(`/v3/pay/transactions/out-trade-no/a%7Cb*c%2Fd%3Fe?mchid=${MERCHANT}`);
    expect(isRightlySigned(own.platform.seen[0]!)).toBe(true);
  });
});

describe("close", () => {
  test("a signed 204 is done; its signature covers an empty body", async () => {
    answer(204);
    expect(await own.gateway.closeTrade("order-0001")).toEqual({ kind: "done", value: "closed" });
    expect(own.platform.seen[0]).toMatchObject({
      method: "POST",
      path: "/v3/pay/transactions/out-trade-no/order-0001/close",
      body: `{"mchid":"${MERCHANT}"}`,
    });
  });

  test.each([
    [400, "ORDER_PAID", { kind: "refused", reason: "already_paid" }],
    [400, "ORDERPAID", { kind: "refused", reason: "already_paid" }],
    [400, "INVALID_REQUEST", { kind: "refused", reason: "already_paid" }],
    [400, "ORDER_CLOSED", { kind: "done", value: "closed" }],
    [404, "ORDER_NOT_EXIST", { kind: "refused", reason: "absent" }],
    [403, "TRADE_ERROR", { kind: "unknown" }],
    [401, "SIGN_ERROR", { kind: "unknown" }],
  ])("HTTP %s %s", async (status, code, expected) => {
    refuse(status, code);
    expect(await own.gateway.closeTrade("order-0001")).toMatchObject(expected);
  });

  test("200 instead of 204 is unknown", async () => {
    answer(200, {});
    expect((await own.gateway.closeTrade("order-0001")).kind).toBe("unknown");
  });
});

test("the bridge gets fresh parameters signed over the prepay id", async () => {
  const one = await own.gateway.signForBridge("wx2014");
  const other = await own.gateway.signForBridge("wx2014");
  expect(one).toMatchObject({ appId: APP_ID, package: "prepay_id=wx2014", signType: "RSA", timeStamp: "1782900000" });
  expect(one.nonceStr).not.toBe(other.nonceStr);
  const text = `${APP_ID}\n${one.timeStamp}\n${one.nonceStr}\nprepay_id=wx2014\n`;
  const holds = verify("sha256", Buffer.from(text), createPublicKey(merchantKey), Buffer.from(one.paySign, "base64"));
  expect(holds).toBe(true);
});

test("nothing that is logged holds a body, a key or an openid", async () => {
  answer(200, { strange: "oSecretOpenid" });
  await own.gateway.openTrade({ ...native, channel: "jsapi", openid: "oSecretOpenid" });
  own.platform.script = () => ({ status: 500, body: "oSecretOpenid" });
  await own.gateway.openTrade({ ...native, channel: "jsapi", openid: "oSecretOpenid" });
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toMatch(/oSecretOpenid|PRIVATE|signature/);
});
