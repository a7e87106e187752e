// Goal: what is sent is what v2's documents ask for, and each way in which an answer can lack WeChat's signature
// leads to "unknown", to a refusal, or to a question asked once more, never to a belief.
import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { Gateway, NewRefund, NewTrade } from "#lib/payment/index.ts";
import { v2Sign } from "../crypto/shared-key.ts";
import { APP_ID, impatient, MERCHANT, NOW, testClock } from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";
import {
  failing,
  HEAD,
  NOT_HEARD,
  type Plain,
  readPlain,
  signedXml,
  signPlain,
  V2_KEY,
  v2Credentials,
  writePlain,
} from "../testing/platform-v2.ts";
import type { RawAnswer } from "../transport.ts";
import { createV2Gateway } from "./account.ts";

const { own, log } = platformFixture();

const gatewayWith = (change: Parameters<typeof v2Credentials>[1] = {}): Gateway =>
  createV2Gateway(v2Credentials(own.platform.origin, change), { clock: testClock(), log, exchange: impatient });

/** Each path answers with these texts in turn, the last one again and again. */
function answering(byPath: Record<string, string | string[]>): void {
  const left = new Map(Object.entries(byPath).map(([path, texts]) => [path, [texts].flat()]));
  own.platform.script = ({ path }) => {
    const texts = left.get(path) ?? [];
    return { status: 200, body: (texts.length > 1 ? texts.shift() : texts[0]) ?? "" };
  };
}
const signed = (fields: Plain): string => signedXml({ ...HEAD, ...fields });
const sent = (at = 0): Plain => readPlain(own.platform.seen[at]?.body ?? "");

const ORDER = "/pay/unifiedorder";
const QUERY = "/pay/orderquery";
const trade: NewTrade = {
  number: "order-0001",
  channel: "native",
  amountFen: fen(1999),
  description: "一杯茶 & <tea>",
  expiresAt: new Date(NOW.getTime() + 3_600_000),
  openid: null,
  payerIp: null,
};
const codeAnswer = signed({ result_code: "SUCCESS", trade_type: "NATIVE", code_url: "weixin://wxpay/bizpayurl?pr=x" });
const absent = signed(failing("ORDERNOTEXIST"));
const unpaid = signed({ result_code: "SUCCESS", out_trade_no: "order-0001", trade_state: "NOTPAY" });
const paidFields: Plain = {
  result_code: "SUCCESS",
  trade_state: "SUCCESS",
  out_trade_no: "order-0001",
  transaction_id: "4200001",
  total_fee: "1999",
  cash_fee: "1900",
  coupon_fee: "99",
  time_end: "20260701180000",
};

describe("what goes out", () => {
  const common = {
    appid: APP_ID,
    mch_id: MERCHANT,
    sign_type: "MD5",
    body: "一杯茶 & <tea>",
    out_trade_no: "order-0001",
    total_fee: "1999",
    notify_url: "https://shop.example/payment/notify",
    time_expire: "20260701190000",
    spbill_create_ip: "127.0.0.1",
  };
  test.each([
    [{ channel: "native" }, { trade_type: "NATIVE", product_id: "order-0001" }],
    [
      { channel: "jsapi", openid: "oUser" },
      { trade_type: "JSAPI", openid: "oUser" },
    ],
    [
      { channel: "miniprogram", openid: "oUser" },
      { trade_type: "JSAPI", openid: "oUser" },
    ],
    [
      { channel: "h5", payerIp: "2001:db8::1" },
      {
        trade_type: "MWEB",
        spbill_create_ip: "2001:db8::1",
        scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"shop.example"}}',
      },
    ],
  ] as const)("an order: %o", async (change, fields) => {
    answering({ [ORDER]: codeAnswer });
    await gatewayWith().openTrade({ ...trade, ...change });
    const { nonce_str, sign, ...rest } = sent();
    expect(rest).toEqual({ ...common, ...fields });
    expect(nonce_str).toMatch(/^[0-9a-f]{32}$/);
    expect(sign).toBe(signPlain({ ...rest, nonce_str: nonce_str ?? "" }, "MD5"));
    expect(own.platform.seen[0]?.headers["content-type"]).toBe("text/xml; charset=utf-8");
  });

  test("a long description is cut at a whole character, one that XML forbids is mended, always alike", async () => {
    answering({ [ORDER]: codeAnswer });
    await gatewayWith().openTrade({ ...trade, description: ` ${"茶".repeat(126)}` });
    await gatewayWith().openTrade({ ...trade, description: "a\u0000\ufffe\r\nb\ud800" });
    expect(sent(0).body).toBe("茶".repeat(42));
    expect(sent(1).body).toBe("a b\ufffd");
  });

  test("an expiry that v2 would not take is left out", async () => {
    answering({ [ORDER]: codeAnswer });
    await gatewayWith().openTrade({ ...trade, expiresAt: new Date(NOW.getTime() + 60_000) });
    await gatewayWith().openTrade({ ...trade, expiresAt: new Date(NOW.getTime() + 66_000) });
    expect(sent(0)).not.toHaveProperty("time_expire");
    expect(sent(1).time_expire).toBe("20260701180106");
  });

  test("HMAC-SHA256 where it is configured, for calls and for the bridge", async () => {
    answering({ [QUERY]: signedXml({ ...HEAD, ...failing("ORDERNOTEXIST") }, "HMAC-SHA256") });
    const gateway = gatewayWith({ signType: "HMAC-SHA256" });
    expect(await gateway.findTrade("order-0001")).toMatchObject({ reason: "absent" });
    const { sign, ...rest } = sent();
    expect(rest.sign_type).toBe("HMAC-SHA256");
    expect(sign).toBe(signPlain(rest, "HMAC-SHA256"));
    const { paySign, ...bridge } = await gateway.signForBridge("wx1");
    const nonceStr = expect.any(String);
    expect(bridge).toEqual({
      appId: APP_ID,
      timeStamp: "1782900000",
      nonceStr,
      package: "prepay_id=wx1",
      signType: "HMAC-SHA256",
    });
    expect(paySign).toBe(signPlain(bridge, "HMAC-SHA256"));
  });

  test("the bridge's MD5, as the documents print it", async () => {
    const { paySign, ...bridge } = await gatewayWith().signForBridge("wx1");
    expect(paySign).toBe(v2Sign(new Map(Object.entries(bridge)), V2_KEY, "MD5"));
    expect(bridge.signType).toBe("MD5");
  });

  test("a refund", async () => {
    answering({ "/secapi/pay/refund": signed(failing("NOTENOUGH")) });
    expect(await gatewayWith().openRefund(refund)).toMatchObject({ kind: "refused", reason: "not_enough" });
    await gatewayWith().openRefund({ ...refund, reason: null });
    const { nonce_str: _nonce, sign: _sign, ...rest } = sent();
    expect(rest).toEqual({
      appid: APP_ID,
      mch_id: MERCHANT,
      sign_type: "MD5",
      transaction_id: "4200001",
      out_refund_no: "order-0001-R1",
      total_fee: "1999",
      refund_fee: "500",
      refund_desc: "太甜",
      notify_url: "https://shop.example/payment/notify",
    });
    expect(sent(1)).not.toHaveProperty("refund_desc");
  });
});

const refund: NewRefund = {
  number: "order-0001-R1",
  tradeNumber: "order-0001",
  transactionId: "4200001",
  amountFen: fen(500),
  totalFen: fen(1999),
  reason: "太甜",
};

const otherAccount = (change: Plain) => signedXml({ ...HEAD, ...change, result_code: "SUCCESS" });
const unbelievable: [string, string, string][] = [
  ["no signature", writePlain({ ...HEAD, result_code: "SUCCESS" }), "bad_signature"],
  ["another key's signature", signedXml({ ...HEAD, result_code: "SUCCESS" }, "MD5", "0".repeat(32)), "bad_signature"],
  ["the other kind of signature", signedXml({ ...HEAD, result_code: "SUCCESS" }, "HMAC-SHA256"), "bad_signature"],
  ["an unsigned refusal", writePlain({ ...HEAD, ...failing("ORDERNOTEXIST") }), "bad_signature"],
  [
    "a field more than was signed",
    signed({ result_code: "SUCCESS" }).replace("</xml>", "<a>1</a></xml>"),
    "bad_signature",
  ],
  ["another merchant's", otherAccount({ mch_id: "1900000009" }), "the answer is for another account"],
  ["another app's", otherAccount({ appid: "wxother" }), "the answer is for another account"],
  ["return_code FAIL", NOT_HEARD, "return_code FAIL 签名错误"],
  ["return_code of another kind", signed({ return_code: "OK" }), "the answer has no return_code"],
  ["no result_code", signed({}), "the answer has no result_code or err_code"],
  ["a failure without its code", signed({ result_code: "FAIL" }), "the answer has no result_code or err_code"],
  ["trouble at WeChat", signed(failing("SYSTEMERROR")), "SYSTEMERROR: 说明"],
  ["a page of HTML", "<html><body>502</body></html>", "the answer is not v2's XML"],
  ["a document type", `<!DOCTYPE xml>${signed({ result_code: "SUCCESS" })}`, "the answer is not v2's XML"],
  ["nothing", "", "the answer is not v2's XML"],
];

describe("answers without a valid signature", () => {
  test.each(unbelievable)("%s", async (_name, body, cause) => {
    own.platform.script = () => ({ status: 200, body });
    const gateway = gatewayWith();
    expect(await gateway.findTrade("order-0001")).toEqual({ kind: "unknown", cause });
    expect(await gateway.closeTrade("order-0001")).toEqual({ kind: "unknown", cause });
    expect(await gateway.openRefund(refund)).toEqual({ kind: "unknown", cause });
    expect(await gateway.findRefund("order-0001-R1")).toEqual({ kind: "unknown", cause });
    if (body !== NOT_HEARD) expect((await gateway.openTrade(trade)).kind).toBe("unknown");
    expect(JSON.stringify(log.lines)).not.toContain(V2_KEY);
  });

  test("another status, and no answer at all", async () => {
    own.platform.script = () => ({ status: 500, body: codeAnswer });
    expect(await gatewayWith().openTrade(trade)).toEqual({ kind: "unknown", cause: "HTTP 500" });
    own.platform.script = () => undefined;
    expect(await gatewayWith().openTrade(trade)).toEqual({ kind: "unknown", cause: "time-out" });
    expect(log.lines.map(({ fields }) => fields)).toContainEqual({ call: `POST ${ORDER}`, cause: "time-out" });
  });
});

describe("opening", () => {
  const open = (change: Partial<NewTrade> = {}) => gatewayWith().openTrade({ ...trade, ...change });

  test.each([
    ["native", { code_url: "https://evil.example/" }, {}],
    ["native", { prepay_id: "wx1" }, {}],
    ["h5", { mweb_url: "javascript:alert(1)" }, { payerIp: "192.0.2.1" }],
    ["jsapi", { prepay_id: "wx 1" }, { openid: "oUser" }],
    ["jsapi", {}, { openid: "oUser" }],
  ] as const)("%s: an answer of another form is no handover: %o", async (channel, fields, who) => {
    answering({ [ORDER]: signed({ result_code: "SUCCESS", ...fields }) });
    expect((await open({ channel, ...who })).kind).toBe("unknown");
  });

  test("what may mean two things is asked for", async () => {
    const repeated = signed(failing("INVALID_REQUEST"));
    answering({ [ORDER]: repeated, [QUERY]: [unpaid, absent, signed(failing("SYSTEMERROR"))] });
    expect(await open()).toMatchObject({ kind: "refused", reason: "number_used", detail: "INVALID_REQUEST: 说明" });
    expect(await open()).toMatchObject({ kind: "refused", reason: "invalid" });
    expect(await open()).toMatchObject({ kind: "unknown" });
  });

  test("return_code FAIL is asked about too; where WeChat listens to nothing, our keys are wrong", async () => {
    answering({ [ORDER]: NOT_HEARD, [QUERY]: [unpaid, absent, NOT_HEARD, "<html>"] });
    expect(await open()).toMatchObject({ kind: "refused", reason: "number_used", detail: "签名错误" });
    expect(await open()).toMatchObject({ kind: "refused", reason: "invalid" });
    expect(await open()).toMatchObject({ kind: "refused", reason: "account_trouble" });
    expect(await open()).toMatchObject({ kind: "unknown" });
    expect(log.lines[0]).toEqual({ event: "gateway.unheard", fields: { call: `POST ${ORDER}`, detail: "签名错误" } });
  });
});

/** The first host is silent, its backup answers: what was refused there may have been done here. */
function afterUnknownTry(bodies: Record<string, string>): Gateway {
  const credentials = v2Credentials("https://api.mch.weixin.qq.com");
  const sentBodies: string[] = [];
  return createV2Gateway(credentials, {
    clock: testClock(),
    log,
    exchange: async ({ origin, path, body }) => {
      sentBodies.push(body);
      if (origin === "https://api.mch.weixin.qq.com") {
        return { kind: "no_answer", cause: "time-out", mayHaveArrived: true, staleConnection: false };
      }
      expect(sentBodies.at(-1)).toBe(sentBodies.at(-2));
      return {
        kind: "answer",
        status: 200,
        headers: new Headers(),
        body: Buffer.from(bodies[path] ?? ""),
      } satisfies RawAnswer;
    },
  });
}

test("a refusal by the backup host does not settle what the first one did", async () => {
  const refusals = { NOAUTH: "unknown", ORDERPAID: "refused", INVALID_REQUEST: "unknown" };
  for (const [code, kind] of Object.entries(refusals)) {
    const gateway = afterUnknownTry({ [ORDER]: signed(failing(code)), [QUERY]: absent });
    expect((await gateway.openTrade(trade)).kind).toBe(kind);
  }
  const deaf = afterUnknownTry({ [ORDER]: NOT_HEARD, [QUERY]: NOT_HEARD });
  expect((await deaf.openTrade(trade)).kind).toBe("unknown");
  expect((await afterUnknownTry({ [ORDER]: codeAnswer }).openTrade(trade)).kind).toBe("done");
});

describe("asking for a trade", () => {
  const find = (fields: Plain) => {
    answering({ [QUERY]: signed(fields) });
    return gatewayWith().findTrade("order-0001");
  };

  test("a paid one has every field", async () => {
    expect(await find(paidFields)).toEqual({
      kind: "done",
      value: {
        number: "order-0001",
        state: "paid",
        payment: {
          number: "order-0001",
          transactionId: "4200001",
          appId: APP_ID,
          merchantNumber: MERCHANT,
          currency: "CNY",
          totalFen: 1999,
          payerFen: 1900,
          paidAt: NOW,
        },
      },
    });
  });

  test("a signed answer need not name the account, the currency, or the reason", async () => {
    const { appid: _a, mch_id: _m, ...rest } = HEAD;
    answering({ [QUERY]: signedXml({ ...rest, ...paidFields, trade_state: "CLOSED" }) });
    expect(await gatewayWith().findTrade("order-0001")).toMatchObject({ value: { state: "closed" } });
    expect(await find({ ...paidFields, fee_type: "" })).toMatchObject({ value: { payment: { currency: "CNY" } } });
    expect(await find(failing("ORDERNOTEXIST", ""))).toMatchObject({ detail: "ORDERNOTEXIST: " });
  });

  test("another currency is passed on as such; the payer's amount in it is not fen", async () => {
    const found = await find({ ...paidFields, fee_type: "USD", cash_fee_type: "USD" });
    expect(found).toMatchObject({ value: { payment: { currency: "USD", payerFen: null } } });
  });

  test.each([
    ["REFUND", "paid"],
    ["NOTPAY", "not_paid"],
    ["USERPAYING", "not_paid"],
    ["ACCEPT", "not_paid"],
    ["CLOSED", "closed"],
    ["REVOKED", "closed"],
    ["PAYERROR", "closed"],
  ])("%s is %s", async (trade_state, state) => {
    expect(await find({ ...paidFields, trade_state })).toMatchObject({ kind: "done", value: { state } });
  });

  test.each([
    ["another trade", { out_trade_no: "order-0002" }],
    ["a state nobody knows", { trade_state: "SETTLED" }],
    ["no state", { trade_state: "" }],
    ["no sum", { total_fee: "" }],
    ["a sum with zeros before it", { total_fee: "01999" }],
    ["a sum with an exponent", { total_fee: "2e3" }],
    ["a sum below nothing", { total_fee: "-1" }],
    ["a sum beyond all sums", { total_fee: "9".repeat(16) }],
    ["no transaction", { transaction_id: "" }],
    ["a transaction not in ASCII", { transaction_id: "４２００" }],
    ["a currency that is none", { fee_type: "人民币" }],
  ])("%s tells nothing", async (_name, change) => {
    expect((await find({ ...paidFields, ...change })).kind).toBe("unknown");
  });

  test.each(["", "20260631180000", "20260701250000", "soon"])(
    "a payment is not lost for its time %j",
    async (time_end) => {
      const payment = { totalFen: 1_999, paidAt: null };
      expect(await find({ ...paidFields, time_end })).toMatchObject({
        kind: "done",
        value: { state: "paid", payment },
      });
    },
  );
});

test("closing: what is not certain is asked again", async () => {
  const meanings = { ORDERPAID: "already_paid", ORDERNOTEXIST: "absent" };
  for (const [code, reason] of Object.entries(meanings)) {
    answering({ "/pay/closeorder": signed(failing(code)) });
    expect(await gatewayWith().closeTrade("order-0001")).toMatchObject({ kind: "refused", reason });
  }
  answering({ "/pay/closeorder": signed(failing("ORDERCLOSED")) });
  expect((await gatewayWith().closeTrade("order-0001")).kind).toBe("done");
  answering({ "/pay/closeorder": signed(failing("TRADE_ERROR", "订单生成后5分钟内不能关闭")) });
  expect((await gatewayWith().closeTrade("order-0001")).kind).toBe("unknown");
});
