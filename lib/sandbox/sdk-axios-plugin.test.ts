// Goal: wechatpay-axios-plugin, as published on npm, does everything that a shop needs against the sandbox: API v3 and v2.
import { Agent } from "node:https";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Aes, Formatter, Hash, Rsa, Transformer, Wechatpay } from "wechatpay-axios-plugin";
import { DEFAULT_SHOPPERS } from "./books/shoppers.ts";
import { control, type LooseJson, type SealedBody } from "./testing/client.ts";
import { type MerchantV2, readMerchantV2 } from "./testing/client-v2.ts";
import { DAY, openSdkBench, type SdkBench } from "./testing/sdks.ts";

let bench: SdkBench;
let merchantV2: MerchantV2;
let wxpay: Wechatpay;
beforeAll(async () => {
  bench = await openSdkBench();
  merchantV2 = await readMerchantV2(bench);
  const { mch_id, serial_no, private_key, wechatpay_public_key_id, wechatpay_public_key } = bench.merchant;
  const ca = await bench.file("tls_ca.pem");
  wxpay = new Wechatpay({
    mchid: mch_id,
    serial: serial_no,
    privateKey: private_key,
    certs: { [wechatpay_public_key_id]: wechatpay_public_key },
    secret: merchantV2.api_key,
    merchant: { cert: await bench.file("apiclient_cert.pem"), key: await bench.file("apiclient_key.pem"), ca },
    baseURL: bench.sandbox.tlsUrl,
    httpsAgent: new Agent({ ca }),
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.newDay());

interface Chain {
  get(config?: object): Promise<{ readonly status: number; readonly data: LooseJson }>;
  post(data: object, config?: object): Promise<{ readonly status: number; readonly data: LooseJson }>;
}
/** The SDK's own types know nothing of what comes back. */
const at = (path: string): Chain => wxpay.chain(path) as unknown as Chain;

describe("v3", () => {
  const order = (out_trade_no: string, change: object = {}) => ({
    appid: bench.merchant.appid,
    mchid: bench.merchant.mch_id,
    description: "演示商品",
    out_trade_no,
    notify_url: bench.shop.url,
    amount: { total: 100 },
    ...change,
  });
  const find = async (out_trade_no: string) => {
    const params = { mchid: bench.merchant.mch_id };
    return (await at("v3/pay/transactions/out-trade-no/{out_trade_no}").get({ params, out_trade_no })).data;
  };

  test("opens native and jsapi orders, queries and closes them", async () => {
    const native = await at("v3/pay/transactions/native").post(order("AXIOS_NATIVE"));
    expect(native.data.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    const payer = { openid: DEFAULT_SHOPPERS[0].openid };
    const jsapi = await at("v3/pay/transactions/jsapi").post(order("AXIOS_JSAPI", { payer }));
    expect(jsapi.data.prepay_id).toMatch(/^wx/);
    expect((await find("AXIOS_JSAPI")).trade_state).toBe("NOTPAY");
    const body = { mchid: bench.merchant.mch_id };
    const path = { out_trade_no: "AXIOS_JSAPI" };
    const closed = await at("v3/pay/transactions/out-trade-no/{out_trade_no}/close").post(body, path);
    expect(closed.status).toBe(204);
    expect((await find("AXIOS_JSAPI")).trade_state).toBe("CLOSED");
  });

  test("a refusal names its field and the number of bytes", async () => {
    const refused = at("v3/pay/transactions/native").post(order("AXIOS_LONG", { description: "字".repeat(43) }));
    const detail = { location: "body", value: 129 };
    await expect(refused).rejects.toMatchObject({ response: { status: 400, data: { code: "PARAM_ERROR", detail } } });
  });

  test("verifies and opens the notice of a payment; refunds, queries the refund, downloads the bill", async () => {
    await at("v3/pay/transactions/native").post(order("AXIOS_PAID"));
    const { headers, body } = await bench.pay("AXIOS_PAID");
    const text = Formatter.response(String(headers["wechatpay-timestamp"]), String(headers["wechatpay-nonce"]), body);
    const key = Rsa.from(bench.merchant.wechatpay_public_key, Rsa.KEY_TYPE_PUBLIC);
    expect(Rsa.verify(text, String(headers["wechatpay-signature"]), key)).toBe(true);
    const { nonce, ciphertext, associated_data } = JSON.parse(body).resource;
    const opened = Aes.AesGcm.decrypt(ciphertext, bench.merchant.api_v3_key, nonce, associated_data);
    const payment = JSON.parse(opened);
    expect(payment).toMatchObject({ out_trade_no: "AXIOS_PAID", trade_state: "SUCCESS", amount: { total: 100 } });
    expect(await find("AXIOS_PAID")).toEqual({ ...payment, promotion_detail: [] });

    const refund = await at("v3/refund/domestic/refunds").post({
      transaction_id: payment.transaction_id,
      out_refund_no: "AXIOS_REFUND",
      amount: { refund: 40, total: 100, currency: "CNY" },
    });
    expect(refund.data.status).toBe("PROCESSING");
    const asked = await at("v3/refund/domestic/refunds/{out_refund_no}").get({ out_refund_no: "AXIOS_REFUND" });
    expect(asked.data.refund_id).toBe(refund.data.refund_id);

    await bench.waitForBill();
    const bill = await at("v3/bill/tradebill").get({ params: { bill_date: DAY, bill_type: "ALL" } });
    const link = new URL(String(bill.data.download_url));
    expect(link.origin).toBe(bench.sandbox.tlsUrl);
    const file = await at("v3/billdownload/file").get({ params: { token: link.searchParams.get("token") } });
    expect(String(file.data)).toContain("`AXIOS_PAID");
  });

  test("fetches the platform's certificates and opens them", async () => {
    await control(bench.sandbox, "keys", { certificates404: false });
    const { data } = await at("v3/certificates").get();
    const sealed = data.data?.[0]?.encrypt_certificate as unknown as SealedBody;
    const pem = Aes.AesGcm.decrypt(sealed.ciphertext, bench.merchant.api_v3_key, sealed.nonce, sealed.associated_data);
    expect(() => Rsa.from(pem, Rsa.KEY_TYPE_PUBLIC)).not.toThrow();
    await control(bench.sandbox, "keys", { certificates404: true });
  });
});

describe("v2", () => {
  const party = () => ({ appid: merchantV2.appid, mch_id: merchantV2.mch_id, sign_type: "HMAC-SHA256" });
  const order = (out_trade_no: string, change: object) => ({
    ...party(),
    body: "演示商品 & <茶>",
    out_trade_no,
    total_fee: 100,
    spbill_create_ip: "127.0.0.1",
    notify_url: bench.shop.url,
    ...change,
  });
  const find = async (out_trade_no: string) =>
    (await at("v2/pay/orderquery").post({ ...party(), out_trade_no })).data as unknown as Record<string, string>;

  test("opens native and jsapi orders, queries and closes them", async () => {
    const native = await at("v2/pay/unifiedorder").post(
      order("AXIOS2_NATIVE", { trade_type: "NATIVE", product_id: "P1" }),
    );
    expect(native.data.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    const { openid } = DEFAULT_SHOPPERS[0];
    const jsapi = await at("v2/pay/unifiedorder").post(order("AXIOS2_JSAPI", { trade_type: "JSAPI", openid }));
    expect(jsapi.data.prepay_id).toMatch(/^wx/);
    expect((await find("AXIOS2_JSAPI")).trade_state).toBe("NOTPAY");
    await at("v2/pay/closeorder").post({ ...party(), out_trade_no: "AXIOS2_JSAPI" });
    expect((await find("AXIOS2_JSAPI")).trade_state).toBe("CLOSED");
  });

  test("verifies and answers the notice of a payment; refunds, queries the refund, downloads the bill", async () => {
    // The reply as the SDK writes it: without CDATA.
    bench.shop.answerBody = Transformer.toXml({ return_code: "SUCCESS", return_msg: "OK" }) as unknown as string;
    expect(bench.shop.answerBody).toBe("<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>");
    await at("v2/pay/unifiedorder").post(order("AXIOS2_PAID", { trade_type: "NATIVE", product_id: "P1" }));
    const { body } = await bench.pay("AXIOS2_PAID");
    const notice = Transformer.toObject(body) as unknown as Record<string, string>;
    expect(Hash.sign("HMAC-SHA256", notice, merchantV2.api_key)).toBe(notice.sign);
    expect(notice).toMatchObject({ out_trade_no: "AXIOS2_PAID", total_fee: "100" });
    expect((await find("AXIOS2_PAID")).transaction_id).toBe(notice.transaction_id);
    await bench.acknowledged("AXIOS2_PAID");

    const refund = { transaction_id: notice.transaction_id, out_refund_no: "AXIOS2_REFUND", refund_fee: 40 };
    const opened = await at("v2/secapi/pay/refund").post({ ...party(), ...refund, total_fee: 100 }, { security: true });
    const asked = await at("v2/pay/refundquery").post({ ...party(), out_refund_no: "AXIOS2_REFUND" });
    expect(asked.data.refund_id_0).toBe(opened.data.refund_id);
    const bare = at("v2/secapi/pay/refund").post({ ...party(), ...refund, total_fee: 100 });
    await expect(bare).rejects.toMatchObject({ response: { status: 400 } });

    await bench.waitForBill();
    const bill = await at("v2/pay/downloadbill").post(
      { ...party(), bill_date: DAY.replaceAll("-", ""), bill_type: "ALL" },
      { transformResponse: [] },
    );
    expect(String(bill.data)).toContain("`AXIOS2_PAID");
  });
});
