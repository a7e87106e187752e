// Goal: tenpay, as published on npm, does everything that a shop needs against the sandbox: API v2, MD5, the .p12 file.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import Payment from "tenpay";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DEFAULT_SHOPPERS } from "./books/shoppers.ts";
import { control } from "./testing/client.ts";
import { readMerchantV2 } from "./testing/client-v2.ts";
import { DAY, openSdkBench, type SdkBench } from "./testing/sdks.ts";

let bench: SdkBench;
let payment: Payment;
const trusted = getCACertificates("default");
beforeAll(async () => {
  bench = await openSdkBench();
  const { appid, mch_id, api_key } = await readMerchantV2(bench);
  setDefaultCACertificates([...trusted, String(await bench.file("tls_ca.pem"))]);
  const pfx = await bench.file("apiclient_cert.p12");
  payment = new Payment({ appid, mchid: mch_id, partnerKey: api_key, pfx, notify_url: bench.shop.url });
  for (const [name, url] of Object.entries(payment.urls)) {
    payment.urls[name] = url.replace("https://api.mch.weixin.qq.com", bench.sandbox.tlsUrl);
  }
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await bench.close();
});
beforeEach(() => bench.newDay());

const order = (out_trade_no: string, change: object) => ({
  out_trade_no,
  body: "演示商品",
  total_fee: 100,
  ...change,
});
const native = (number: string) => payment.unifiedOrder(order(number, { trade_type: "NATIVE", product_id: "P1" }));

/** As an application of Koa would call it. */
async function receive(kind: "pay" | "refund", body: string) {
  const context: Parameters<ReturnType<Payment["middleware"]>>[0] = { request: { body } };
  let isAccepted = false;
  await payment.middleware(kind)(context, async () => {
    isAccepted = true;
    context.reply?.();
  });
  return { isAccepted, fields: context.request.weixin, reply: context.body ?? "" };
}

test("opens native and jsapi orders, queries and closes them", async () => {
  expect((await native("TENPAY_NATIVE")).code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
  const params = await payment.getPayParams(order("TENPAY_JSAPI", { openid: DEFAULT_SHOPPERS[0].openid }));
  const init = { method: "POST", body: JSON.stringify(params) };
  expect((await fetch(`${bench.sandbox.url}/phone/jsapi/verify`, init)).status).toBe(200);
  expect((await payment.orderQuery({ out_trade_no: "TENPAY_JSAPI" })).trade_state).toBe("NOTPAY");
  await payment.closeOrder({ out_trade_no: "TENPAY_JSAPI" });
  expect((await payment.orderQuery({ out_trade_no: "TENPAY_JSAPI" })).trade_state).toBe("CLOSED");
});

test("a body of 129 bytes gets WeChat Pay's error", async () => {
  const long = payment.unifiedOrder(
    order("TENPAY_LONG", { trade_type: "NATIVE", product_id: "P1", body: "字".repeat(43) }),
  );
  await expect(long).rejects.toThrow("字节数 129，大于最大值 128");
});

test("accepts the notice of a payment; refunds with the .p12 file and accepts that notice; downloads the bill", async () => {
  bench.shop.answerBody = "not yet";
  await native("TENPAY_PAID");
  const received = await receive("pay", (await bench.pay("TENPAY_PAID")).body);
  expect([received.isAccepted, received.fields?.out_trade_no]).toEqual([true, "TENPAY_PAID"]);
  expect((await payment.orderQuery({ out_trade_no: "TENPAY_PAID" })).transaction_id).toBe(
    received.fields?.transaction_id,
  );
  bench.shop.answerBody = received.reply;
  await control(bench.sandbox, "notify", { outTradeNo: "TENPAY_PAID" });
  await bench.acknowledged("TENPAY_PAID");

  await control(bench.sandbox, "faults", { refund: { delayMs: 0 } });
  const before = bench.shop.received.length;
  const refund = { out_trade_no: "TENPAY_PAID", out_refund_no: "TENPAY_REFUND", total_fee: 100, refund_fee: 40 };
  const { refund_id } = await payment.refund({ ...refund, notify_url: bench.shop.url });
  expect((await payment.refundQuery({ out_refund_no: "TENPAY_REFUND" })).refund_id_0).toBe(refund_id);
  await bench.shop.waitForNotices(before + 1);
  const refunded = await receive("refund", bench.shop.received[before]?.body ?? "");
  expect(refunded.fields?.req_info).toMatchObject({ refund_id, refund_status: "SUCCESS", refund_fee: "40" });

  await bench.waitForBill();
  const { list_title, list_data } = await payment.downloadBill({ bill_date: DAY.replaceAll("-", "") }, true);
  const column = (name: string) => list_data.map((row) => row[list_title.indexOf(name)]);
  expect(column("商户订单号")).toEqual(["TENPAY_PAID", "TENPAY_PAID"]);
  expect(column("申请退款金额")).toEqual(["0.00", "0.40"]);
});

test("a notice that was altered on its way is refused", async () => {
  await native("TENPAY_ALTERED");
  const { body } = await bench.pay("TENPAY_ALTERED");
  const { isAccepted, reply } = await receive("pay", body.replace("<total_fee>100<", "<total_fee>1<"));
  expect([isAccepted, reply.includes("FAIL")]).toEqual([false, true]);
});
