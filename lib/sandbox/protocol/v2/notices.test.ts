import { createDecipheriv, createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, call, control, type LooseJson, NATIVE, nativeOrder, openBench } from "../../testing/client.ts";
import {
  callV2,
  fromXml,
  type MerchantV2,
  orderV2,
  readMerchantV2,
  sign,
  type V2Fields,
  type V2Texts,
} from "../../testing/client-v2.ts";

const TAKEN = "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>";

let bench: Bench;
let merchant: MerchantV2;
beforeEach(async () => {
  bench = await openBench();
  merchant = await readMerchantV2(bench);
  bench.shop.answerBody = TAKEN;
});
afterEach(() => bench.close());

const send = (path: string, fields: V2Fields, options: object = {}) =>
  callV2({ sandbox: bench.sandbox, merchant }, path, fields, options);

async function payOne(change: V2Fields = {}, signType = "HMAC-SHA256", payment: object = {}): Promise<string> {
  const fields = orderV2(bench, change);
  await send("/pay/unifiedorder", fields, { signType });
  await control(bench.sandbox, "pay", { outTradeNo: fields.out_trade_no, ...payment });
  return String(fields.out_trade_no);
}

const noticesOf = async (number: string) =>
  (await control(bench.sandbox, `trades?outTradeNo=${number}`)).value.trades?.[0]?.notices as unknown as LooseJson[];
const stateOf = async (number: string, index = 0) => String((await noticesOf(number))[index]?.state);
async function until(happened: () => Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 5));
}
const tried = (number: string) => until(async () => (await noticesOf(number))[0]?.tries?.[0] !== undefined);
const fieldsOf = (index: number): V2Texts => fromXml(bench.shop.received[index]!.body);
const faults = (notify: object) => control(bench.sandbox, "faults", { notify });

describe("a payment notice", () => {
  test.each(["MD5", "HMAC-SHA256"])("is signed as the order was: %s", async (signType) => {
    const number = await payOne({ attach: "桌号 8" }, signType, { coupon: 3 });
    await bench.shop.waitForNotices(1);
    const fields = fieldsOf(0);
    expect(bench.shop.received[0]!.headers["content-type"]).toBe("text/xml");
    expect(fields.sign).toBe(sign(fields, merchant.api_key, signType));
    expect(fields).toMatchObject({
      return_code: "SUCCESS",
      result_code: "SUCCESS",
      mch_id: merchant.mch_id,
      out_trade_no: number,
      total_fee: "100",
      cash_fee: "97",
      coupon_fee: "3",
      coupon_count: "2",
      coupon_fee_0: "2",
      coupon_type_1: "CASH",
      attach: "桌号 8",
    });
    expect(fields).not.toHaveProperty("trade_state");
    await until(async () => (await stateOf(number)) === "acknowledged");
  });

  test("takes the form in which the trade was ordered", async () => {
    await payOne();
    const body = nativeOrder(bench);
    await call(bench.merchant, NATIVE, { body });
    await control(bench.sandbox, "pay", { outTradeNo: body.out_trade_no });
    await bench.shop.waitForNotices(2);
    const kinds = bench.shop.received.map((message) => message.body.slice(0, 5)).sort();
    expect([kinds[0], kinds[1]]).toEqual(["<xml>", '{"id"']);
  });

  test.each([
    ["JSON", 200, '{"return_code":"SUCCESS","return_msg":"OK"}'],
    ["nothing", 200, ""],
    ["plain text", 200, "SUCCESS"],
    ["HTML", 200, "<html><body>SUCCESS</body></html>"],
    ["something after the root", 200, `${TAKEN}ok`],
    ["an element that has no end", 200, TAKEN.replace("</xml>", "")],
    ["FAIL", 200, TAKEN.replace("SUCCESS", "FAIL")],
    ["the code in lower case", 200, TAKEN.replace("SUCCESS", "success")],
    ["a code of another name", 200, TAKEN.replaceAll("return_code", "result_code")],
    ["the right body with 500", 500, TAKEN],
    ["204", 204, ""],
  ])("is not taken by %s, and comes again after 15 s", async (_, status, answerBody) => {
    bench.shop.answer = status;
    bench.shop.answerBody = answerBody;
    const number = await payOne();
    await tried(number);
    expect(await stateOf(number)).toBe("pending");
    bench.shop.answer = 200;
    bench.shop.answerBody = TAKEN.replaceAll("><r", ">\n  <r").replace("</xml>", "\n</xml>");
    await control(bench.sandbox, "clock", { advanceMs: 15_001 });
    await bench.shop.waitForNotices(2);
    expect(fieldsOf(1).nonce_str).not.toBe(fieldsOf(0).nonce_str);
    expect(fieldsOf(1).transaction_id).toBe(fieldsOf(0).transaction_id);
    await until(async () => (await stateOf(number)) === "acknowledged");
  });

  test.each([
    ["without CDATA", "<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>"],
    ["with a line end after it", `${TAKEN}\n`],
    ["with white space before it", `\r\n ${TAKEN}`],
    ["with the fields in the other order", "<xml><return_msg>OK</return_msg><return_code>SUCCESS</return_code></xml>"],
    ["with another message", TAKEN.replace("OK", "成功")],
    ["without a message", "<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>"],
    ["with a declaration and fields of its own", `<?xml version="1.0"?>${TAKEN.replace("</xml>", "<a>1</a></xml>")}`],
  ])("is taken by SUCCESS %s", async (_, answerBody) => {
    bench.shop.answerBody = answerBody;
    const number = await payOne();
    await tried(number);
    expect(await stateOf(number)).toBe("acknowledged");
  });

  test("faults: wrong signature, another key, the other sign type, unknown fields, other content", async () => {
    await faults({ badSignature: 1, override: { amount: { total: 1 }, attach: "x" } });
    const number = await payOne();
    await bench.shop.waitForNotices(1);
    for (const name of ["otherSerial", "otherSignType", "unknownFields"]) {
      await faults({ [name]: 1 });
      await control(bench.sandbox, "notify", { outTradeNo: number });
    }
    const fits = (index: number, type: string) =>
      fieldsOf(index).sign === sign(fieldsOf(index), merchant.api_key, type);
    expect([0, 1, 2, 3].map((index) => fits(index, "HMAC-SHA256"))).toEqual([false, false, false, true]);
    expect([fits(2, "MD5"), fieldsOf(2).sign_type]).toEqual([true, undefined]);
    expect(fieldsOf(3)).toMatchObject({ zz_future: "0", total_fee: "1", attach: "x" });
  });
});

test("a refund notice is unsigned and opens with the hex text of the key's md5", async () => {
  const open = (info: string, apiKey: string): V2Texts => {
    const key = createHash("md5").update(apiKey).digest("hex");
    const decipher = createDecipheriv("aes-256-ecb", key, null);
    return fromXml(Buffer.concat([decipher.update(info, "base64"), decipher.final()]).toString("utf8"));
  };
  const number = await payOne();
  await bench.shop.waitForNotices(1);
  await control(bench.sandbox, "faults", { refund: { delayMs: 0 } });
  const amounts = { out_trade_no: number, out_refund_no: "R1", total_fee: 100, refund_fee: 40 };
  await send("/secapi/pay/refund", { ...amounts, notify_url: bench.shop.url }, { certificate: true });
  await bench.shop.waitForNotices(2);
  const { req_info, nonce_str, ...rest } = fieldsOf(1);
  expect(rest).toEqual({ return_code: "SUCCESS", appid: merchant.appid, mch_id: merchant.mch_id });
  expect(open(req_info!, merchant.api_key)).toMatchObject({
    out_refund_no: "R1",
    refund_fee: "40",
    total_fee: "100",
    refund_status: "SUCCESS",
    refund_request_source: "API",
  });
  expect(open(req_info!, merchant.api_key).success_time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  await until(async () => (await stateOf(number, 1)) === "acknowledged");
  await faults({ badCiphertext: 1 });
  await control(bench.sandbox, "notify", { outRefundNo: "R1" });
  // A wrong key meets right padding about once in 256; then there is no XML behind it.
  const decryptFails = () => open(fieldsOf(2).req_info!, merchant.api_key).out_refund_no ?? "nothing";
  expect(nonce_str).not.toBe(fieldsOf(2).nonce_str);
  let seen = "thrown";
  try {
    seen = decryptFails();
  } catch {
    // as usual
  }
  expect(seen).not.toBe("R1");
});

test("both forms outlive the process that owed them", async () => {
  bench.shop.answerBody = "no";
  const number = await payOne();
  await tried(number);
  await bench.restart();
  bench.shop.answerBody = TAKEN;
  await control(bench.sandbox, "clock", { advanceMs: 15_001 });
  await bench.shop.waitForNotices(2);
  expect(fieldsOf(1).sign).toBe(sign(fieldsOf(1), merchant.api_key, "HMAC-SHA256"));
  await until(async () => (await stateOf(number)) === "acknowledged");
});
