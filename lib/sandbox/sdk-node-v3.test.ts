// Goal: wechatpay-node-v3, as published on npm, does everything that a shop needs against the sandbox: API v3 with platform
// certificates, and the serial in lower case, as the SDK reads it from the certificate.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import Pay from "wechatpay-node-v3";
import { PayRequest } from "wechatpay-node-v3/dist/lib/pay-request.js";
import { DEFAULT_SHOPPERS } from "./books/shoppers.ts";
import { control } from "./testing/client.ts";
import { DAY, openSdkBench, type SdkBench } from "./testing/sdks.ts";

const HOST = "api.mch.weixin.qq.com";

let bench: SdkBench;
let pay: Pay;
beforeAll(async () => {
  bench = await openSdkBench();
  await control(bench.sandbox, "keys", { mode: "certificate", certificates404: false });
  const { appid, mch_id, api_v3_key } = bench.merchant;
  pay = new Pay({
    appid,
    mchid: mch_id,
    publicKey: await bench.file("apiclient_cert.pem"),
    privateKey: await bench.file("apiclient_key.pem"),
    key: api_v3_key,
  });
  // The SDK knows one host only. Its own caller is kept, and sent as a proxy would send it that stands for this host.
  const caller = new PayRequest();
  const here = (url: string) => url.replace(`https://${HOST}`, bench.sandbox.url);
  const proxied = (headers: object) => ({ ...headers, Host: HOST, "X-Forwarded-Proto": "https" });
  pay.createHttp({
    get: (url, headers) => caller.get(here(url), proxied(headers)),
    post: (url, params, headers) => caller.post(here(url), params, proxied(headers)),
    upload: (url, params, headers) => caller.upload(here(url), params, proxied(headers)),
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.newDay());

const order = (out_trade_no: string) => ({
  description: "演示商品",
  out_trade_no,
  notify_url: bench.shop.url,
  amount: { total: 100 },
});
const dataOf = (answer: object): Record<string, unknown> =>
  "data" in answer && typeof answer.data === "object" ? { ...answer.data } : {};

test("opens native and jsapi orders, queries and closes them", async () => {
  const native = await pay.transactions_native(order("NODEV3_NATIVE"));
  expect([native.status, dataOf(native).code_url]).toEqual([200, expect.stringMatching(/^weixin:\/\/wxpay\//)]);
  const payer = { openid: DEFAULT_SHOPPERS[0].openid };
  // Its answer is what the page hands to the bridge, signed.
  const jsapi = await pay.transactions_jsapi({ ...order("NODEV3_JSAPI"), payer });
  const init = { method: "POST", body: JSON.stringify(dataOf(jsapi)) };
  expect((await fetch(`${bench.sandbox.url}/phone/jsapi/verify`, init)).status).toBe(200);
  const state = async () => dataOf(await pay.query({ out_trade_no: "NODEV3_JSAPI" })).trade_state;
  expect(await state()).toBe("NOTPAY");
  expect((await pay.close("NODEV3_JSAPI")).status).toBe(204);
  expect(await state()).toBe("CLOSED");
});

test("an error has WeChat Pay's status and message", async () => {
  const refused = await pay.transactions_native({ ...order("NODEV3_LONG"), description: "字".repeat(43) });
  expect(refused.status).toBe(400);
  const { error } = refused as { error?: string };
  expect(JSON.parse(error ?? "")).toMatchObject({ code: "PARAM_ERROR", detail: { value: 129 } });
});

test("fetches the certificates, verifies and opens a notice; refunds, queries the refund, downloads the bill", async () => {
  await pay.transactions_native(order("NODEV3_PAID"));
  const { headers, body } = await bench.pay("NODEV3_PAID");
  const signed = {
    timestamp: String(headers["wechatpay-timestamp"]),
    nonce: String(headers["wechatpay-nonce"]),
    serial: String(headers["wechatpay-serial"]),
    signature: String(headers["wechatpay-signature"]),
  };
  expect(await pay.verifySign({ ...signed, body })).toBe(true);
  expect(await pay.verifySign({ ...signed, body: `${body} ` })).toBe(false);
  const { nonce, ciphertext, associated_data } = JSON.parse(body).resource;
  const payment = pay.decipher_gcm<Record<string, unknown>>(ciphertext, associated_data, nonce);
  expect(payment).toMatchObject({ out_trade_no: "NODEV3_PAID", trade_state: "SUCCESS" });
  expect(dataOf(await pay.query({ out_trade_no: "NODEV3_PAID" }))).toEqual({ ...payment, promotion_detail: [] });

  const refund = await pay.refunds({
    transaction_id: String(payment.transaction_id),
    out_refund_no: "NODEV3_REFUND",
    amount: { refund: 40, total: 100, currency: "CNY" },
  });
  expect([refund.status, dataOf(refund).status]).toEqual([200, "PROCESSING"]);
  expect(dataOf(await pay.find_refunds("NODEV3_REFUND")).refund_id).toBe(dataOf(refund).refund_id);

  await bench.waitForBill();
  const bill = dataOf(await pay.tradebill({ bill_date: DAY, bill_type: "ALL" }));
  const file = await pay.downloadBill(String(bill.download_url));
  expect((file as { data?: unknown }).data).toContain("`NODEV3_PAID");
});
