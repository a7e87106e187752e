import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeCertificate } from "../../keys/certificate.ts";
import { benchFixture } from "../../testing/bench-fixture.ts";
import { control } from "../../testing/client.ts";
import { type CallV2Options, orderV2, readMerchantV2, type V2Fields } from "../../testing/client-v2.ts";

const { own, send } = benchFixture();

const refund = (number: string, out_refund_no: string, refund_fee: number, options: CallV2Options = {}) =>
  send(
    "/secapi/pay/refund",
    { out_trade_no: number, out_refund_no, refund_fee, total_fee: 100 },
    { certificate: true, ...options },
  );

async function paidOrder(): Promise<string> {
  const fields = orderV2(own.bench);
  await send("/pay/unifiedorder", fields);
  await control(own.bench.sandbox, "pay", { outTradeNo: fields.out_trade_no });
  return String(fields.out_trade_no);
}

describe("the merchant's certificate", () => {
  test("is required, and no other is accepted; plain HTTP cannot show one", async () => {
    const number = await paidOrder();
    const none = await refund(number, "R1", 10, { certificate: false });
    expect([none.status, none.headers["content-type"]]).toEqual([400, "text/html"]);
    expect(none.bytes.toString()).toContain("<title>400 No required SSL certificate was sent</title>");
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const life = { notBefore: new Date(Date.now() - 1_000), notAfter: new Date(Date.now() + 86_400_000) };
    const otherCertificate = {
      cert: makeCertificate(pair, { name: [["CN", own.merchant.mch_id]], ...life }).pem,
      key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
    const other = await refund(number, "R1", 10, { certificate: otherCertificate });
    expect(other.fields.return_msg).toBe("证书与商户号不匹配");
    const plain = await refund(number, "R1", 10, { base: own.bench.sandbox.url });
    expect(plain.status).toBe(400);
    expect((await send("/pay/refundquery", { out_trade_no: number })).fields.err_code).toBe("REFUNDNOTEXIST");
    const right = await refund(number, "R1", 10);
    expect([right.fields.result_code, right.isSigned]).toEqual(["SUCCESS", true]);
    expect((await send("/pay/orderquery", { out_trade_no: number })).fields.trade_state).toBe("REFUND");
  });

  test("HTTPS keeps its port and certificate over a restart", async () => {
    const before = own.merchant.api_base;
    await own.bench.restart();
    own.merchant = await readMerchantV2(own.bench);
    expect(own.merchant.api_base).toBe(before);
    expect((await refund(await paidOrder(), "R1", 10)).fields.result_code).toBe("SUCCESS");
  });
});

test("v2's errors and statuses; several refunds are numbered, ten per answer", async () => {
  const number = await paidOrder();
  const query = async (fields: V2Fields) => (await send("/pay/refundquery", fields)).fields;
  expect((await query({ out_trade_no: number })).err_code).toBe("REFUNDNOTEXIST");
  expect((await refund("NEVER_WAS", "R0", 1)).fields.err_code).toBe("ORDERNOTEXIST");
  await control(own.bench.sandbox, "faults", { refund: { notEnough: 1 } });
  expect((await refund(number, "R0", 1)).fields.err_code).toBe("NOTENOUGH");
  const first = await refund(number, "R0", 1);
  expect((await refund(number, "R0", 1)).fields.refund_id).toBe(first.fields.refund_id);
  expect((await query({ out_refund_no: "R0" })).refund_status_0).toBe("PROCESSING");
  for (const index of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
    await control(own.bench.sandbox, "faults", { refund: { outcome: index === 1 ? "ABNORMAL" : "SUCCESS" } });
    await control(own.bench.sandbox, "clock", { advanceMs: 60_000 });
    expect((await refund(number, `R${index}`, 1)).fields.result_code).toBe("SUCCESS");
  }
  const all = await query({ out_trade_no: number });
  expect(all).toMatchObject({ refund_count: "10", out_refund_no_9: "R9", refund_status_0: "SUCCESS" });
  expect(all).toMatchObject({ refund_status_1: "CHANGE", refund_fee_1: "1" });
  expect(all.refund_success_time_0).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(all).not.toHaveProperty("out_refund_no_10");
  const rest = await query({ out_trade_no: number, offset: 10 });
  expect(rest).toMatchObject({ total_refund_count: "12", refund_count: "2", out_refund_no_0: "R10" });
});
