import { createSign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SHOPPERS } from "../books/shoppers.ts";
import { type Bench, call, control, NATIVE, nativeOrder, openBench } from "../testing/client.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(() => control(bench.sandbox, "reset", {}));

async function phone(path: string, body: unknown, cookie = "") {
  const init = { method: "POST", body: JSON.stringify(body), headers: { cookie } };
  const reply = await fetch(`${bench.sandbox.url}/phone/${path}`, init);
  return (await reply.json()) as Record<string, unknown> & { error?: { code: string } };
}

async function codeUrl(change: Record<string, unknown> = {}): Promise<string> {
  const { value } = await call(bench.merchant, NATIVE, { body: nativeOrder(bench, change) });
  return String(value.code_url);
}

async function jsapiParams(change: Record<string, string> = {}): Promise<Record<string, string>> {
  const payer = { openid: DEFAULT_SHOPPERS[1].openid };
  const { value } = await call(bench.merchant, "/v3/pay/transactions/jsapi", { body: nativeOrder(bench, { payer }) });
  const params = {
    appId: bench.merchant.appid,
    timeStamp: "1700000000",
    nonceStr: "n",
    package: `prepay_id=${value.prepay_id}`,
  };
  const message = `${params.appId}\n${params.timeStamp}\n${params.nonceStr}\n${params.package}\n`;
  const paySign = createSign("RSA-SHA256").update(message).sign(bench.merchant.private_key, "base64");
  return { ...params, signType: "RSA", paySign, ...change };
}

describe("scanning", () => {
  test("shows what is to be paid; a wrong password pays nothing; a right one pays once, as who holds the phone", async () => {
    const url = await codeUrl();
    const cookie = `sandbox_openid=${DEFAULT_SHOPPERS[1].openid}`;
    expect(await phone("look", { codeUrl: url }, cookie)).toMatchObject({
      total: 100,
      shopper: DEFAULT_SHOPPERS[1].name,
    });
    expect((await phone("pay", { codeUrl: url, password: "000000" })).error?.code).toBe("WRONG_PASSWORD");
    expect((await phone("pay", { codeUrl: url, password: "12345" })).error?.code).toBe("WRONG_PASSWORD");
    expect((await phone("pay", { codeUrl: url, password: "123456" }, cookie)).transactionId).toMatch(/^4200\d{24}$/);
    expect((await phone("pay", { codeUrl: url, password: "123456" })).error?.code).toBe("ORDERPAID");
    expect((await phone("look", { codeUrl: url })).error?.code).toBe("ORDERPAID");
    const { value } = await control(bench.sandbox, "trades");
    expect(value.trades?.[0]).toMatchObject({ state: "SUCCESS", payerOpenid: DEFAULT_SHOPPERS[1].openid });
  });

  test("unknown, closed and old codes show their problem", async () => {
    expect((await phone("look", { codeUrl: "weixin://wxpay/bizpayurl?pr=nothing" })).error?.code).toBe(
      "ORDER_NOT_EXIST",
    );
    expect((await phone("look", {})).error?.code).toBe("ORDER_NOT_EXIST");
    const url = await codeUrl();
    await control(bench.sandbox, "clock", { advanceMs: 7_200_001 });
    expect((await phone("look", { codeUrl: url })).error?.code).toBe("ORDER_EXPIRED");
  });

  test("the page carries no markup from the code", async () => {
    const reply = await fetch(`${bench.sandbox.url}/phone?code_url=${encodeURIComponent("</script><img src=x>")}`);
    expect(await reply.text()).not.toContain("<img");
  });
});

describe("the bridge", () => {
  test("accepts what the merchant signed for its own jsapi order, and nothing else", async () => {
    expect(await phone("jsapi/verify", await jsapiParams())).toMatchObject({ ok: true });
    const wrong = [
      { nonceStr: "m" },
      { timeStamp: "1700000001" },
      { appId: "wx0000000000000000" },
      { signType: "MD5" },
      { paySign: "AAAA" },
      { package: "prepay_id=wxother" },
      { paySign: "" },
    ];
    for (const change of wrong)
      expect(await phone("jsapi/verify", await jsapiParams(change))).toMatchObject({ ok: false });
  });

  test("the framed cashier pays as the one who ordered, with or without a cookie", async () => {
    const params = await jsapiParams();
    const prepayId = params.package?.slice("prepay_id=".length);
    expect((await phone("pay", { prepayId, password: "123456" })).transactionId).toBeDefined();
    expect((await control(bench.sandbox, "trades")).value.trades?.[0]?.payerOpenid).toBe(DEFAULT_SHOPPERS[1].openid);
  });
});

describe("h5", () => {
  const open = async (referer: string | undefined, userAgent = "Mozilla/5.0 (Linux; Android 14)") => {
    const scene_info = { payer_client_ip: "127.0.0.1", h5_info: { type: "Wap" } };
    const { value } = await call(bench.merchant, "/v3/pay/transactions/h5", {
      body: nativeOrder(bench, { scene_info }),
    });
    return async () => {
      const headers = { "user-agent": userAgent, ...(referer === undefined ? {} : { referer }) };
      return (await fetch(String(value.h5_url), { headers })).text();
    };
  };

  test("needs a referer of the merchant's domain, a browser outside WeChat, and five minutes", async () => {
    expect(await (await open(undefined))()).toContain("商家参数格式有误");
    expect(await (await open("https://elsewhere.example/"))()).toContain("商家存在未配置的参数");
    expect(await (await open("http://localhost:3000/", "MicroMessenger/8.0"))()).toContain("请在微信外打开订单");
    const visit = await open("http://localhost:3000/");
    expect(await visit()).not.toContain("支付失败");
    await control(bench.sandbox, "clock", { advanceMs: 300_001 });
    expect(await visit()).toContain("支付请求已失效");
  });
});

test("the WeChat browser moves to the host name of the page, and tells it that it is in WeChat", async () => {
  const { port } = bench.sandbox;
  const address = (host: string, url: string) => `http://${host}:${port}/phone/browser?url=${encodeURIComponent(url)}`;
  const away = await fetch(address("127.0.0.1", "http://localhost:3000/pay/1"), { redirect: "manual" });
  expect(away.headers.get("location")).toBe(address("localhost", "http://localhost:3000/pay/1"));
  const here = await fetch(address("127.0.0.1", "http://127.0.0.1:3000/pay/1?a=1"));
  expect(await here.text()).toContain("http://127.0.0.1:3000/pay/1?a=1&amp;env=wechat");
  const script = await fetch(address("127.0.0.1", "javascript:alert(1)"), { redirect: "manual" });
  expect(script.headers.get("location")).toBe("/phone");
});
