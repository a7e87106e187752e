import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DEFAULT_SHOPPERS } from "../../books/shoppers.ts";
import { benchFixture } from "../../testing/bench-fixture.ts";
import { call, control, queryTarget } from "../../testing/client.ts";
import { type CallV2Options, orderV2, sign, type V2Fields } from "../../testing/client-v2.ts";

const { own, send } = benchFixture();

const order = (fields: V2Fields, options?: CallV2Options) => send("/pay/unifiedorder", fields, options);
const query = (number: unknown) => send("/pay/orderquery", { out_trade_no: String(number) });
const pay = (body: object) => control(own.bench.sandbox, "pay", body);

describe("ordering", () => {
  test("each kind of trade hands over its own thing, signed as it was asked", async () => {
    const native = await order(orderV2(own.bench));
    expect(native.fields).toMatchObject({ return_code: "SUCCESS", result_code: "SUCCESS", trade_type: "NATIVE" });
    expect(native.isSigned).toBe(true);
    expect((await pay({ codeUrl: native.fields.code_url })).value.state).toBe("SUCCESS");

    const openid = DEFAULT_SHOPPERS[1].openid;
    const jsapi = await order(orderV2(own.bench, { trade_type: "JSAPI", openid }), { signType: "MD5" });
    expect([jsapi.isSigned, jsapi.fields.sign?.length]).toEqual([true, 32]);
    expect((await pay({ prepayId: jsapi.fields.prepay_id })).value.payerOpenid).toBe(openid);

    const scene = { trade_type: "MWEB", scene_info: '{"h5_info":{"type":"Wap"}}' };
    const h5 = await order(orderV2(own.bench, scene));
    expect(h5.fields.mweb_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx/);
    expect((await pay({ h5Url: h5.fields.mweb_url })).value.state).toBe("SUCCESS");
  });

  test.each<[string, string, V2Fields, CallV2Options]>([
    ["another signature", "签名错误", {}, { change: (xml) => xml.replace(/<sign><!\[CDATA\[./, "<sign><![CDATA[Z") }],
    [
      "a lower-case signature",
      "签名错误",
      {},
      { change: (xml) => xml.replace(/(?<=<sign><!\[CDATA\[)\w+/, (one) => one.toLowerCase()) },
    ],
    ["what was changed after signing", "签名错误", {}, { change: (xml) => xml.replace("[100]", "[101]") }],
    [
      "an unknown field that was not signed",
      "签名错误",
      {},
      { change: (xml) => xml.replace("</xml>", "<new>1</new></xml>") },
    ],
    ["a document type", "XML格式错误", {}, { change: (xml) => `<!DOCTYPE xml>${xml}` }],
    ["an element twice", "XML格式错误", {}, { change: (xml) => xml.replace("</xml>", "<body>1</body></xml>") }],
    ["another merchant", "mch_id不存在", { mch_id: "1900000001" }, {}],
    ["no product", "NATIVE支付必须传product_id", { product_id: undefined }, {}],
    ["no openid", "JSAPI支付必须传openid", { trade_type: "JSAPI" }, {}],
    ["no address", "缺少参数spbill_create_ip", { spbill_create_ip: undefined }, {}],
    ["a fee with a fraction", "total_fee参数格式错误", { total_fee: "1.0" }, {}],
    ["a notify_url with a query", "notify_url参数格式错误", { notify_url: "https://a.example/b?c" }, {}],
    [
      "a body of 129 bytes",
      "输入源“/body/xml/body”映射到值字段“商品描述”字符串规则校验失败，字节数 129，大于最大值 128",
      { body: "字".repeat(43) },
      {},
    ],
    [
      "an attach of 129 bytes",
      "输入源“/body/xml/attach”映射到值字段“附加数据”字符串规则校验失败，字节数 129，大于最大值 127",
      { attach: "字".repeat(43) },
      {},
    ],
    ["a number of five characters", "out_trade_no参数格式错误", { out_trade_no: "12345" }, {}],
  ])("refuses %s, unsigned, with 200", async (_, message, change, options) => {
    const reply = await order(orderV2(own.bench, change), options);
    expect([reply.status, reply.fields]).toEqual([200, { return_code: "FAIL", return_msg: message }]);
    expect((await control(own.bench.sandbox, "trades")).value.trades).toEqual([]);
  });

  test("lengths are in bytes, and the limits themselves are allowed", async () => {
    const reply = await order(orderV2(own.bench, { body: `${"字".repeat(42)}aa`, attach: `${"字".repeat(42)}a` }));
    expect(reply.fields.result_code).toBe("SUCCESS");
  });

  test("the official vectors hold here", () => {
    const fields = {
      appid: "wxd930ea5d5a258f4f",
      mch_id: "10000100",
      device_info: "1000",
      body: "test",
      nonce_str: "ibuaiVcKdpRxkhJA",
    };
    const key = "192006250b4c09247ec02edce69f6a2d";
    expect(sign(fields, key, "MD5")).toBe("9A0A8659F005D6984697E2CA0A9CF3B7");
    expect(sign(fields, key, "HMAC-SHA256")).toBe("6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6");
  });

  test("the rules of v3 under v2's names: repeats, other parameters, paid, closed", async () => {
    const fields = orderV2(own.bench);
    await order(fields);
    expect((await order({ ...fields, spbill_create_ip: "::1" })).fields.code_url).toBeDefined();
    const other = await order({ ...fields, total_fee: 101 });
    expect([other.fields.err_code, other.isSigned]).toEqual(["INVALID_REQUEST", true]);
    await pay({ outTradeNo: fields.out_trade_no });
    expect((await order(fields)).fields.err_code).toBe("ORDERPAID");
    const closed = orderV2(own.bench);
    await order(closed);
    await send("/pay/closeorder", { out_trade_no: closed.out_trade_no });
    expect((await order(closed)).fields.err_code).toBe("ORDERCLOSED");
    expect((await order(orderV2(own.bench, { appid: "wx0000000000000000" }))).fields.err_code).toBe(
      "APPID_MCHID_NOT_MATCH",
    );
  });
});

describe("querying and closing", () => {
  test("an order unpaid, paid with coupons, refunded; one store for v2 and v3", async () => {
    const fields = orderV2(own.bench, { attach: "a&b", device_info: "till 1" });
    await order(fields);
    const unpaid = (await query(fields.out_trade_no)).fields;
    expect(unpaid).toMatchObject({ trade_state: "NOTPAY", total_fee: "100", device_info: "till 1" });
    expect(unpaid).not.toHaveProperty("attach");
    await pay({ outTradeNo: fields.out_trade_no, coupon: 3, couponType: "NOCASH", bankType: "CMB_DEBIT" });
    const paid = await query(fields.out_trade_no);
    expect(paid.isSigned).toBe(true);
    expect(paid.fields).toMatchObject({
      trade_state: "SUCCESS",
      total_fee: "100",
      settlement_total_fee: "97",
      cash_fee: "97",
      coupon_fee: "3",
      coupon_count: "2",
      coupon_fee_0: "2",
      coupon_fee_1: "1",
      coupon_type_1: "NO_CASH",
      attach: "a&b",
      device_info: "till 1",
      bank_type: "CMB_DEBIT",
    });
    expect(paid.fields.time_end).toMatch(/^\d{14}$/);
    const byTransaction = await send("/pay/orderquery", { transaction_id: paid.fields.transaction_id });
    expect(byTransaction.fields.out_trade_no).toBe(fields.out_trade_no);
    const v3 = await call(own.bench.merchant, queryTarget(own.bench, fields.out_trade_no));
    expect(v3.value).toMatchObject({ trade_state: "SUCCESS", amount: { total: 100, payer_total: 97 } });
  });

  test("closing names the state it found", async () => {
    const close = async (number: unknown) => (await send("/pay/closeorder", { out_trade_no: String(number) })).fields;
    expect((await query("NEVER_WAS")).fields).toMatchObject({ return_code: "SUCCESS", err_code: "ORDERNOTEXIST" });
    expect(await close("NEVER_WAS")).toMatchObject({ result_code: "FAIL", err_code: "ORDERNOTEXIST" });
    const fields = orderV2(own.bench);
    await order(fields);
    await control(own.bench.sandbox, "faults", { api: { closeTooSoon: true } });
    expect((await close(fields.out_trade_no)).err_code).toBe("SYSTEMERROR");
    await control(own.bench.sandbox, "clock", { advanceMs: 300_000 });
    expect((await close(fields.out_trade_no)).result_code).toBe("SUCCESS");
    expect((await close(fields.out_trade_no)).err_code).toBe("ORDERCLOSED");
    const late = orderV2(own.bench);
    await order(late);
    await control(own.bench.sandbox, "faults", { api: { closeTooSoon: false, payBetweenQueryAndClose: 1 } });
    expect((await close(late.out_trade_no)).err_code).toBe("ORDERPAID");
  });
});

describe("faults", () => {
  const faults = (api: object) => control(own.bench.sandbox, "faults", { api });

  test("refusals, errors after the work, missing and wrong signatures, html, cut connections", async () => {
    const fields = orderV2(own.bench);
    await faults({ operations: ["native"], errorRate: 1, errorCode: "BANK_ERROR" });
    expect((await order(fields)).fields).toMatchObject({ result_code: "FAIL", err_code: "BANKERROR" });
    await faults({ errorRate: 0, errorAfterWork: 1 });
    expect((await order(fields)).fields.err_code).toBe("SYSTEMERROR");
    expect((await query(fields.out_trade_no)).fields.trade_state).toBe("NOTPAY");
    await faults({ unsigned: 1 });
    expect((await order(fields)).fields).not.toHaveProperty("sign");
    await faults({ badSignature: 1 });
    expect((await order(fields)).isSigned).toBe(false);
    await faults({ html: 1 });
    expect((await order(fields)).bytes.toString()).toContain("<html>");
    await faults({ dropConnection: 1 });
    await expect(order(fields)).rejects.toThrow();
    expect((await order(fields)).isSigned).toBe(true);
  });
});

test("the bridge takes v2's signature for v2's orders, of the order's own type, and nothing else", async () => {
  const openid = DEFAULT_SHOPPERS[0].openid;
  const { fields } = await order(orderV2(own.bench, { trade_type: "JSAPI", openid }));
  const params = (signType: string) => ({
    appId: own.merchant.appid,
    timeStamp: "1700000000",
    nonceStr: "n",
    package: `prepay_id=${fields.prepay_id}`,
    signType,
  });
  const verify = async (signType: string, paySign: string) => {
    const init = { method: "POST", body: JSON.stringify({ ...params(signType), paySign }) };
    return (await fetch(`${own.bench.sandbox.url}/phone/jsapi/verify`, init)).status;
  };
  const text = (signType: string) =>
    `appId=${own.merchant.appid}&nonceStr=n&package=prepay_id=${fields.prepay_id}&signType=${signType}&timeStamp=1700000000&key=${own.merchant.api_key}`;
  const hmac = createHmac("sha256", own.merchant.api_key!).update(text("HMAC-SHA256")).digest("hex").toUpperCase();
  const md5 = createHash("md5").update(text("MD5")).digest("hex").toUpperCase();
  expect(await verify("HMAC-SHA256", hmac)).toBe(200);
  expect(await verify("HMAC-SHA256", `${hmac.slice(1)}0`)).toBe(400);
  expect(await verify("MD5", md5)).toBe(400);
});
