import { describe, expect, test } from "vitest";
import { DEFAULT_SHOPPERS } from "../../books/shoppers.ts";
import { benchFixture } from "../../testing/bench-fixture.ts";
import {
  type CallOptions,
  call,
  closeTarget,
  control,
  NATIVE,
  nativeOrder,
  openBench,
  queryTarget,
  unseal,
  verifies,
} from "../../testing/client.ts";

const { own } = benchFixture();

const post = (target: string, body: unknown) => call(own.bench.merchant, target, { body });
const order = (change: Record<string, unknown> = {}) => post(NATIVE, nativeOrder(own.bench, change));
const pay = (body: Record<string, unknown>) => control(own.bench.sandbox, "pay", { outcome: "success", ...body });

describe("requests", () => {
  const refusals: [string, CallOptions["tamper"]][] = [
    ["another body was signed", { body: "{}" }],
    ["another address was signed", { target: "/v3/pay/transactions/jsapi" }],
    ["the merchant is unknown", { mchid: "1900000000" }],
    ["the certificate is unknown", { serial: "0".repeat(40) }],
    ["the scheme is another", { authorization: (value) => value.replace("RSA2048", "RSA4096") }],
    ["a field is missing", { authorization: (value) => value.replace(/nonce_str="[^"]*",?/, "").replace(/,$/, "") }],
    ["a field comes twice", { authorization: (value) => `${value},mchid="1"` }],
    ["values are not quoted", { authorization: (value) => value.replaceAll('"', "") }],
    ["the header is absent", { authorization: () => "" }],
  ];
  test.each(refusals)("are refused when %s", async (_why, tamper) => {
    const reply = await call(own.bench.merchant, NATIVE, { body: nativeOrder(own.bench), tamper: tamper ?? {} });
    expect([reply.status, reply.value.code]).toEqual([401, "SIGN_ERROR"]);
    expect((await control(own.bench.sandbox, "trades")).value.trades).toEqual([]);
  });

  test("may be 300 s old or ahead and not a second more", async () => {
    const now = new Date("2026-07-01T12:00:00+08:00");
    const still = await openBench({ clock: { now: () => now } });
    try {
      const statusAt = async (ahead: number) => {
        const tamper = { timestamp: now.getTime() / 1000 + ahead };
        return (await call(still.merchant, NATIVE, { body: nativeOrder(still), tamper })).status;
      };
      const statuses = [await statusAt(-301), await statusAt(-300), await statusAt(300), await statusAt(301)];
      expect(statuses).toEqual([401, 200, 200, 401]);
    } finally {
      await still.close();
    }
  });

  test.each(["Accept", "User-Agent", "Content-Type"])("need %s", async (name) => {
    const reply = await call(own.bench.merchant, NATIVE, { body: nativeOrder(own.bench), headers: { [name]: "" } });
    expect([reply.status, reply.value.code]).toEqual([400, "PARAM_ERROR"]);
  });

  test("name the certificate in either case", async () => {
    const serial = own.bench.merchant.serial_no.toLowerCase();
    expect(serial).not.toBe(own.bench.merchant.serial_no);
    const reply = await call(own.bench.merchant, NATIVE, { body: nativeOrder(own.bench), tamper: { serial } });
    expect(reply.status).toBe(200);
  });

  test("sign the query as it was sent", async () => {
    const body = nativeOrder(own.bench);
    await post(NATIVE, body);
    const target = `${queryTarget(own.bench, body.out_trade_no)}&x=%e4%b8`;
    expect((await call(own.bench.merchant, target)).status).toBe(200);
    expect((await call(own.bench.merchant, target, { tamper: { target: target.replace("%e4", "%E4") } })).status).toBe(
      401,
    );
  });

  test("are answered with a signature over the very bytes", async () => {
    const reply = await order();
    expect(reply.headers.get("request-id")).toMatch(/^[0-9A-F]{48}-\d+$/);
    expect(reply.headers.get("wechatpay-serial")).toBe(own.bench.merchant.wechatpay_public_key_id);
    const message = { headers: Object.fromEntries(reply.headers), body: reply.text };
    expect(verifies(own.bench.merchant.wechatpay_public_key, message)).toBe(true);
    expect(verifies(own.bench.merchant.wechatpay_public_key, { ...message, body: `${reply.text} ` })).toBe(false);
  });

  test("are answered with a signature when they are refused, unless the caller is not known", async () => {
    const isSigned = ({ headers, text }: Awaited<ReturnType<typeof call>>) =>
      verifies(own.bench.merchant.wechatpay_public_key, { headers: Object.fromEntries(headers), body: text });
    const faulty = async (api: object) => {
      await control(own.bench.sandbox, "faults", { api });
      return order();
    };
    const refused = [
      await call(own.bench.merchant, queryTarget(own.bench, "NEVER_WAS")),
      await order({ description: "" }),
      await faulty({ errorRate: 1, errorCode: "RULE_LIMIT" }),
      await faulty({ errorRate: 0, errorAfterWork: 1 }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 400, 403, 500]);
    expect(refused.map(isSigned)).toEqual([true, true, true, true]);
    const madeUpKey = await call(own.bench.merchant, NATIVE, { body: nativeOrder(own.bench), tamper: { body: "{}" } });
    expect([madeUpKey.status, madeUpKey.headers.get("wechatpay-signature")]).toEqual([401, null]);
  });
});

describe("fields", () => {
  const wrong: [string, Record<string, unknown>, string][] = [
    ["a number of 5 characters", { out_trade_no: "ABCDE" }, "/out_trade_no"],
    ["a number of 33 characters", { out_trade_no: "A".repeat(33) }, "/out_trade_no"],
    ["a number with a space", { out_trade_no: "ABC DEF" }, "/out_trade_no"],
    ["a description of 129 bytes", { description: "字".repeat(43) }, "/description"],
    ["no description", { description: undefined }, "/description"],
    ["an amount of 0", { amount: { total: 0, currency: "CNY" } }, "/amount/total"],
    ["an amount with a fraction", { amount: { total: 1.5 } }, "/amount/total"],
    ["an amount as text", { amount: { total: "100" } }, "/amount/total"],
    ["dollars", { amount: { total: 100, currency: "USD" } }, "/amount/currency"],
    ["a public http notify_url", { notify_url: "http://shop.example/notify" }, "/notify_url"],
    ["a notify_url with a query", { notify_url: "https://shop.example/notify?a=1" }, "/notify_url"],
    ["a time without offset", { time_expire: "2030-01-01T00:00:00" }, "/time_expire"],
    ["an attach of 129 characters", { attach: "a".repeat(129) }, "/attach"],
    ["a payer on a native order", { payer: { openid: "o" } }, "/payer"],
    ["an unknown field", { colour: "red" }, "/colour"],
    ["a scene without address", { scene_info: {} }, "/scene_info/payer_client_ip"],
  ];
  test.each(wrong)("%s is a PARAM_ERROR that names the field", async (_what, change, field) => {
    const reply = await order(change);
    expect([reply.status, reply.value.code, reply.value.detail?.field]).toEqual([400, "PARAM_ERROR", field]);
  });

  test.each([
    // As the real one was seen to answer: 69 characters of which 33 are Chinese.
    [
      "a description",
      { description: `${"字".repeat(33)}${"a".repeat(36)}` },
      "description”映射到值字段“商品描述",
      135,
      "大于最大值 127",
    ],
    ["an attach", { attach: "桌号".repeat(22) }, "attach”映射到值字段“附加数据", 132, "大于最大值 128"],
    ["a number", { out_trade_no: "ABC" }, "out_trade_no”映射到值字段“商户订单号", 3, "小于最小值 6"],
    ["no text", { description: "" }, "description”映射到值字段“商品描述", 0, "小于最小值 1"],
  ])("the error about the length of %s has the number of bytes", async (_what, change, where, bytes, bound) => {
    const { value } = await order(change);
    expect(value.detail).toMatchObject({ location: "body", value: bytes });
    expect(value.message).toBe(`输入源“/body/${where}”字符串规则校验失败，字节数 ${bytes}，${bound}`);
  });

  test("lengths in addresses count as well", async () => {
    const long = "A".repeat(35);
    for (const reply of [
      await call(own.bench.merchant, queryTarget(own.bench, long)),
      await post(closeTarget(long), { mchid: own.bench.merchant.mch_id }),
    ]) {
      expect([reply.status, reply.value.code]).toEqual([400, "PARAM_ERROR"]);
      expect(reply.value.detail).toMatchObject({ location: "uri_template", value: 35 });
    }
    const refund = await call(own.bench.merchant, `/v3/refund/domestic/refunds/${"R".repeat(65)}`);
    expect(refund.value.detail).toMatchObject({ location: "uri_template", value: 65 });
  });

  test("wrong numbers are shown as numbers, texts as texts", async () => {
    expect((await order({ amount: { total: 0 } })).value.detail?.value).toBe(0);
    expect((await order({ amount: { total: "100" } })).value.detail?.value).toBe("100");
    expect((await order({ out_trade_no: "订单号" })).value.detail?.value).toBe("订单号");
  });

  test("the limits themselves are allowed", async () => {
    const reply = await order({
      out_trade_no: "A".repeat(32),
      description: `${"字".repeat(42)}a`,
      attach: "a".repeat(128),
    });
    expect(reply.value.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=[0-9A-Za-z]+$/);
  });

  test("parties must be the signer's own", async () => {
    expect((await order({ mchid: "1900000000" })).value.code).toBe("MCH_NOT_EXISTS");
    expect((await order({ appid: "wx0000000000000000" })).value.code).toBe("APPID_MCHID_NOT_MATCH");
  });

  test("h5 needs the shopper's address and kind of device", async () => {
    const missing = await post("/v3/pay/transactions/h5", nativeOrder(own.bench));
    expect(missing.value.detail?.field).toBe("/scene_info");
    const scene = { payer_client_ip: "::1", h5_info: { type: "Wap" } };
    const reply = await post("/v3/pay/transactions/h5", nativeOrder(own.bench, { scene_info: scene }));
    expect(new URL(String(reply.value.h5_url)).origin).toBe(own.bench.sandbox.url);
  });

  test("jsapi needs an openid of this app", async () => {
    const jsapi = (payer?: unknown) => post("/v3/pay/transactions/jsapi", nativeOrder(own.bench, { payer }));
    expect((await jsapi()).value.detail?.field).toBe("/payer");
    expect((await jsapi({ openid: "oOfAnotherApp" })).value.code).toBe("OPENID_MISMATCH");
    expect((await jsapi({ openid: DEFAULT_SHOPPERS[0].openid })).value.prepay_id).toMatch(/^wx\d{14}/);
  });
});

describe("orders", () => {
  test("the same order again gives a fresh code for the same trade; the old one still pays", async () => {
    const body = nativeOrder(own.bench);
    const first = await post(NATIVE, body);
    const second = await post(NATIVE, body);
    expect(second.value.code_url).not.toBe(first.value.code_url);
    expect((await pay({ codeUrl: first.value.code_url })).status).toBe(200);
    expect((await pay({ codeUrl: second.value.code_url })).value.error?.code).toBe("ORDERPAID");
    expect((await control(own.bench.sandbox, "trades")).value.trades?.length).toBe(1);
  });

  test.each([
    ["amount", { amount: { total: 101, currency: "CNY" } }],
    ["description", { description: "别的商品" }],
    ["time_expire", { time_expire: "2099-01-01T00:00:00+08:00" }],
  ])("the same number with another %s is refused", async (_name, change) => {
    const body = nativeOrder(own.bench);
    await post(NATIVE, body);
    const reply = await post(NATIVE, { ...body, ...change });
    expect([reply.status, reply.value.code]).toEqual([400, "INVALID_REQUEST"]);
  });

  test("the same number for another product is refused", async () => {
    const body = nativeOrder(own.bench);
    await post(NATIVE, body);
    const reply = await post("/v3/pay/transactions/app", body);
    expect([reply.status, reply.value.code]).toEqual([403, "OUT_TRADE_NO_USED"]);
  });

  test("an unpaid and a closed order are shown as WeChat Pay shows them: nothing of a payer", async () => {
    const body = nativeOrder(own.bench, { attach: "附加" });
    await post(NATIVE, body);
    const shown = async () => (await call(own.bench.merchant, queryTarget(own.bench, body.out_trade_no))).value;
    const unpaid = {
      amount: { payer_currency: "CNY", total: 100 },
      appid: own.bench.merchant.appid,
      mchid: own.bench.merchant.mch_id,
      out_trade_no: body.out_trade_no,
      promotion_detail: [],
      scene_info: { device_id: "" },
      trade_state: "NOTPAY",
      trade_state_desc: "订单未支付",
    };
    expect(await shown()).toEqual(unpaid);
    await post(closeTarget(body.out_trade_no), { mchid: own.bench.merchant.mch_id });
    expect(await shown()).toEqual({ ...unpaid, trade_state: "CLOSED", trade_state_desc: "订单已关闭" });
  });

  test("a paid order without a coupon has an empty list of promotions in answers and none in its notice", async () => {
    const body = nativeOrder(own.bench);
    await post(NATIVE, body);
    const before = own.bench.shop.received.length;
    await pay({ outTradeNo: body.out_trade_no });
    await own.bench.shop.waitForNotices(before + 1);
    const { value } = await call(own.bench.merchant, queryTarget(own.bench, body.out_trade_no));
    const { resource } = JSON.parse(own.bench.shop.received[before]!.body);
    const { promotion_detail, ...same } = value;
    expect(promotion_detail).toEqual([]);
    expect(JSON.parse(unseal(own.bench.merchant.api_v3_key, resource))).toEqual(same);
    expect(same.amount).toEqual({ total: 100, payer_total: 100, currency: "CNY", payer_currency: "CNY" });
  });

  test("a paid number: ORDERPAID for ordering and closing; the query shows the payment", async () => {
    const body = nativeOrder(own.bench, { attach: "附加" });
    await post(NATIVE, body);
    const before = await call(own.bench.merchant, queryTarget(own.bench, body.out_trade_no));
    expect([before.value.trade_state, before.value.transaction_id]).toEqual(["NOTPAY", undefined]);
    const paid = await pay({ outTradeNo: body.out_trade_no, coupon: 30 });
    expect((await post(NATIVE, body)).value.code).toBe("ORDERPAID");
    const closing = await post(closeTarget(body.out_trade_no), { mchid: own.bench.merchant.mch_id });
    expect([closing.status, closing.value.code]).toEqual([400, "ORDERPAID"]);
    const byId = `/v3/pay/transactions/id/${paid.value.transactionId}?mchid=${own.bench.merchant.mch_id}`;
    const after = await call(own.bench.merchant, byId);
    expect(after.value).toMatchObject({
      trade_state: "SUCCESS",
      trade_type: "NATIVE",
      attach: "附加",
      out_trade_no: body.out_trade_no,
      amount: { total: 100, payer_total: 70, currency: "CNY" },
    });
  });

  test("a closed number cannot be paid or ordered again; closing answers 204, also twice, also for unknown numbers", async () => {
    const body = nativeOrder(own.bench);
    const { value } = await post(NATIVE, body);
    const close = (number: unknown) => post(closeTarget(number), { mchid: own.bench.merchant.mch_id });
    const [first, second, madeUpKey] = [
      await close(body.out_trade_no),
      await close(body.out_trade_no),
      await close("NEVER_WAS"),
    ];
    expect([first.status, second.status, madeUpKey.status]).toEqual([204, 204, 204]);
    const message = { headers: Object.fromEntries(first.headers), body: "" };
    expect(verifies(own.bench.merchant.wechatpay_public_key, message)).toBe(true);
    expect((await post(NATIVE, body)).value.code).toBe("ORDER_CLOSED");
    expect((await pay({ codeUrl: value.code_url })).value.error?.code).toBe("ORDER_CLOSED");
    expect((await call(own.bench.merchant, queryTarget(own.bench, "NEVER_WAS"))).value.code).toBe("ORDER_NOT_EXIST");
  });

  test("time_expire blocks payment and leaves NOTPAY; it is moved to a minute at least", async () => {
    const body = nativeOrder(own.bench, { time_expire: new Date(Date.now() - 60_000).toISOString() });
    await post(NATIVE, body);
    await control(own.bench.sandbox, "clock", { advanceMs: 50_000 });
    expect((await pay({ outTradeNo: body.out_trade_no, outcome: "cancel" })).status).toBe(200);
    await control(own.bench.sandbox, "clock", { advanceMs: 11_000 });
    expect((await pay({ outTradeNo: body.out_trade_no })).value.error?.code).toBe("ORDER_EXPIRED");
    expect((await call(own.bench.merchant, queryTarget(own.bench, body.out_trade_no))).value.trade_state).toBe(
      "NOTPAY",
    );
  });

  test("a code lives two hours, the trade longer", async () => {
    const body = nativeOrder(own.bench);
    const old = await post(NATIVE, body);
    await control(own.bench.sandbox, "clock", { advanceMs: 2 * 3_600_000 + 1_000 });
    expect((await pay({ codeUrl: old.value.code_url })).value.error?.code).toBe("ORDER_EXPIRED");
    const fresh = await post(NATIVE, body);
    expect((await pay({ codeUrl: fresh.value.code_url })).status).toBe(200);
  });

  test("only the openid that ordered pays a jsapi trade", async () => {
    const payer = { openid: DEFAULT_SHOPPERS[0].openid };
    const { value } = await post("/v3/pay/transactions/jsapi", nativeOrder(own.bench, { payer }));
    const other = await pay({ prepayId: value.prepay_id, openid: DEFAULT_SHOPPERS[1].openid });
    expect(other.value.error?.code).toBe("OPENID_MISMATCH");
    expect((await pay({ prepayId: value.prepay_id })).value.payerOpenid).toBe(payer.openid);
  });

  test("a payment may land between query and close", async () => {
    const body = nativeOrder(own.bench);
    await post(NATIVE, body);
    await control(own.bench.sandbox, "faults", { api: { payBetweenQueryAndClose: 1 } });
    expect((await post(closeTarget(body.out_trade_no), { mchid: own.bench.merchant.mch_id })).value.code).toBe(
      "ORDERPAID",
    );
  });
});
