// Goal: a v2 notice is accepted if and only if one of our keys signed it with that account's signature type; refund notices
// are hints; each rejection has its reason; and an altered notice is never accepted with other fields.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { APP_ID, MERCHANT } from "../testing/platform.ts";
import { hide, type Plain, signedXml, signPlain, V2_KEY, writePlain } from "../testing/platform-v2.ts";
import { readV2Notification, type V2NoticeReader } from "./read-notification.ts";
import { parseFields } from "./xml.ts";

const RUNS = 2_000;
const OTHER_KEY = "f".repeat(32);

const reader = (change: Partial<V2NoticeReader> = {}): V2NoticeReader => ({
  accountId: "acc_v2",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  apiKey: new Secret(V2_KEY),
  signType: "MD5",
  ...change,
});
const read = (text: string | Buffer, readers: readonly V2NoticeReader[] = [reader()]) =>
  readV2Notification(Buffer.from(text), readers);
const rejection = (reason: string) => ({ kind: "rejection", protocol: "v2", reason });
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

const payment: Plain = {
  return_code: "SUCCESS",
  result_code: "SUCCESS",
  appid: APP_ID,
  mch_id: MERCHANT,
  nonce_str: "5d2b6c2a8db53831f7eda20af46e531c",
  openid: "oUser",
  is_subscribe: "N",
  trade_type: "NATIVE",
  bank_type: "OTHERS",
  total_fee: "100",
  fee_type: "CNY",
  cash_fee: "90",
  coupon_fee: "10",
  coupon_count: "1",
  coupon_type_0: "CASH",
  coupon_id_0: "10000",
  coupon_fee_0: "10",
  transaction_id: "4200001",
  out_trade_no: "order-0001",
  attach: " 支付 & <测试> ",
  time_end: "20260701175959",
};
const trade = {
  number: "order-0001",
  transactionId: "4200001",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  currency: "CNY",
  totalFen: 100,
  payerFen: 90,
  paidAt: new Date("2026-07-01T09:59:59Z"),
  vouchers: [
    {
      ...{ id: "10000", name: null, batch: null, amountFen: 10, funding: "prefunded" },
      ...{ wechatFen: null, merchantFen: null, otherFen: null },
    },
  ],
};
const refund: Plain = {
  transaction_id: "4200001",
  out_trade_no: "order-0001",
  refund_id: "5000001",
  out_refund_no: "order-0001-R1",
  total_fee: "100",
  refund_fee: "30",
  settlement_refund_fee: "30",
  refund_status: "SUCCESS",
  success_time: "2026-07-01 18:00:00",
  refund_recv_accout: "支付用户零钱",
};
const envelope: Plain = { return_code: "SUCCESS", appid: APP_ID, mch_id: MERCHANT, nonce_str: "n" };
const refundXml = (change: Plain = {}, outside: Plain = {}, key = V2_KEY) =>
  writePlain({ ...envelope, req_info: hide(writePlain({ ...refund, ...change }, "root"), key), ...outside });

describe("payments", () => {
  test.each(["MD5", "HMAC-SHA256"] as const)("%s: what the notice says, under the digest of what came", (signType) => {
    const body = signedXml(signType === "MD5" ? payment : { ...payment, sign_type: signType }, signType);
    const head = { protocol: "v2", accountId: "acc_v2", accountIds: ["acc_v2"], noticeId: digest(body) };
    expect(read(body, [reader({ signType })])).toEqual({ ...head, kind: "payment", trade });
  });

  test("the same bytes have the same id, others another", () => {
    const noticeIdOf = (nonce_str: string) => {
      const notice = read(signedXml({ ...payment, nonce_str }));
      return notice.kind === "payment" ? notice.noticeId : notice;
    };
    expect(noticeIdOf("a")).toBe(noticeIdOf("a"));
    expect(noticeIdOf("a")).not.toBe(noticeIdOf("b"));
  });

  test("undocumented fields are part of the signature", () => {
    expect(read(signedXml({ ...payment, future_field: "新 🧧", zz: "0" }))).toMatchObject({ kind: "payment", trade });
    const added = signedXml(payment).replace("</xml>", "<future_field>x</future_field></xml>");
    expect(read(added)).toEqual(rejection("bad_signature"));
  });

  test("a missing currency is CNY, as WeChat documents; another one is passed on", () => {
    const { fee_type: _, ...unnamed } = payment;
    expect(read(signedXml(unnamed))).toMatchObject({ trade: { currency: "CNY" } });
    expect(read(signedXml({ ...payment, fee_type: "USD" }))).toMatchObject({ trade: { currency: "USD" } });
  });

  test("a changed amount with a valid signature is passed on as it is", () => {
    expect(read(signedXml({ ...payment, total_fee: "1" }))).toMatchObject({ trade: { totalFen: 1 } });
  });

  test.each([
    ["return_code FAIL", { return_code: "FAIL" }, "payment FAIL SUCCESS"],
    ["result_code FAIL", { result_code: "FAIL" }, "payment SUCCESS FAIL"],
    ["no result_code", { result_code: "" }, "payment SUCCESS -"],
    ["the answer about a trade that is not paid", { trade_state: "NOTPAY" }, "payment SUCCESS SUCCESS"],
    ["the answer about a trade that was closed", { trade_state: "CLOSED" }, "payment SUCCESS SUCCESS"],
  ])("%s is no payment", (_name, change, type) => {
    expect(read(signedXml({ ...payment, ...change }))).toMatchObject({ kind: "other", type });
  });

  test("the answer about a trade that is paid says the same as its notice", () => {
    expect(read(signedXml({ ...payment, trade_state: "SUCCESS" }))).toMatchObject({ kind: "payment", trade });
  });

  test.each(["out_trade_no", "transaction_id", "appid", "mch_id", "total_fee"])("without %s", (name) => {
    expect(read(signedXml({ ...payment, [name]: "" }))).toEqual(rejection("malformed"));
  });
});

test.each(["", "20260631000000", "yesterday"])("a payment with the time %j is a payment without a time", (time_end) => {
  expect(read(signedXml({ ...payment, time_end }))).toMatchObject({
    kind: "payment",
    trade: { ...trade, paidAt: null },
  });
});

test("every account whose key verifies it is named: it counts for their trades", () => {
  const twin = reader({ accountId: "acc_twin", appId: "wxtwin" });
  const stranger = reader({ accountId: "acc_stranger", apiKey: new Secret(OTHER_KEY) });
  expect(read(signedXml(payment), [reader(), stranger, twin])).toMatchObject({ accountIds: ["acc_v2", "acc_twin"] });
});

describe("rejected notices", () => {
  test.each([
    ["no signature", writePlain(payment), "missing_headers"],
    ["an empty signature", writePlain({ ...payment, sign: "" }), "missing_headers"],
    ["another key", signedXml(payment, "MD5", OTHER_KEY), "bad_signature"],
    ["HMAC-SHA256 where MD5 is configured", signedXml(payment, "HMAC-SHA256"), "bad_signature"],
    [
      "a signature in small letters",
      writePlain({ ...payment, sign: signPlain(payment, "MD5").toLowerCase() }),
      "bad_signature",
    ],
    ["a sum changed on the way", signedXml(payment).replace("[100]", "[1]"), "bad_signature"],
    ["the outer spaces of a value", signedXml(payment).replace("[ 支付", "[支付"), "bad_signature"],
    ["an empty document", "<xml></xml>", "missing_headers"],
    ["no XML at all", "return_code=SUCCESS", "missing_headers"],
    ["half of a notice", signedXml(payment).slice(0, -20), "malformed"],
    ["a document type", `<!DOCTYPE x [<!ENTITY e "1">]>${signedXml(payment)}`, "malformed"],
    ["a field twice", signedXml(payment).replace("</xml>", "<total_fee>1</total_fee></xml>"), "malformed"],
    ["more than a notice can be", signedXml({ ...payment, attach: "x".repeat(65_536) }), "malformed"],
  ])("%s", (_name, body, reason) => {
    expect(read(body)).toEqual(rejection(reason));
  });

  test("HMAC-SHA256 is configured: MD5 is rejected, even if the notice names it", () => {
    const strict = [reader({ signType: "HMAC-SHA256" })];
    expect(read(signedXml(payment), strict)).toEqual(rejection("bad_signature"));
    expect(read(signedXml({ ...payment, sign_type: "MD5" }), strict)).toEqual(rejection("bad_signature"));
    expect(read(signedXml({ ...payment, sign_type: "HMAC-SHA256" }), strict)).toEqual(rejection("bad_signature"));
  });

  test("a key that moved on to HMAC-SHA256 accepts no MD5 from a retired account; another key, or a move back, does", () => {
    const retired = reader({ accountId: "acc_retired" });
    const strict = reader({ signType: "HMAC-SHA256" });
    expect(read(signedXml(payment), [strict, retired])).toEqual(rejection("bad_signature"));
    const ofOtherKey = reader({ accountId: "acc_other", apiKey: new Secret(OTHER_KEY) });
    expect(read(signedXml(payment, "MD5", OTHER_KEY), [strict, ofOtherKey])).toMatchObject({ accountId: "acc_other" });
    expect(read(signedXml(payment), [retired, strict])).toMatchObject({ accountId: "acc_retired" });
    expect(read(signedXml(payment, "HMAC-SHA256"), [retired, strict])).toMatchObject({ accountId: "acc_v2" });
  });

  test("a key that moved on to HMAC-SHA256 is good for every account that signs with it", () => {
    const strict = reader({ signType: "HMAC-SHA256" });
    const twin = reader({ accountId: "acc_twin", signType: "HMAC-SHA256" });
    expect(read(signedXml(payment, "HMAC-SHA256"), [strict, twin])).toMatchObject({
      accountIds: ["acc_v2", "acc_twin"],
    });
  });

  test("no account holds a v2 key", () => {
    expect(read(signedXml(payment), [])).toEqual(rejection("not_configured"));
    expect(read("", [])).toEqual(rejection("not_configured"));
  });
});

test("which account is meant: one whose key verified it, and of those the one that is named", () => {
  const retired = reader({ accountId: "acc_retired", merchantNumber: "1900000009", apiKey: new Secret(OTHER_KEY) });
  const twin = reader({ accountId: "acc_twin", appId: "wxtwin" });
  const all = [reader(), twin, retired];
  const accountOf = (fields: Plain, key = V2_KEY) => read(signedXml({ ...payment, ...fields }, "MD5", key), all);
  expect(accountOf({ appid: "wxtwin" })).toMatchObject({ accountId: "acc_twin" });
  expect(accountOf({ mch_id: "1900000009" }, OTHER_KEY)).toMatchObject({ accountId: "acc_retired" });
  const namesake = reader({ accountId: "acc_namesake", merchantNumber: "1900000007" });
  expect(read(signedXml(payment), [namesake, reader()])).toMatchObject({ accountId: "acc_v2" });
  // Another account is named: reported under the account that signed, so that the difference is seen.
  expect(accountOf({ mch_id: "1900000009" })).toMatchObject({
    accountId: "acc_v2",
    trade: { merchantNumber: "1900000009" },
  });
});

test("a field that was folded into its neighbour, under the same signature, is missed", () => {
  const abroad = { ...payment, fee_type: "USD", coupon_type_0: "CASH" };
  const { fee_type: _, ...rest } = { ...abroad, coupon_type_0: "CASH&fee_type=USD" };
  expect(signPlain(rest, "MD5")).toBe(signPlain(abroad, "MD5"));
  expect(read(signedXml(rest))).toEqual(rejection("bad_signature"));
  expect(read(signedXml({ ...payment, attach: "a=1&b=2" }))).toMatchObject({ kind: "payment" });
});

describe("refunds", () => {
  test.each([
    ["SUCCESS", "succeeded"],
    ["CHANGE", "abnormal"],
    ["REFUNDCLOSE", "closed"],
  ])("%s is a hint of %s, never more", (refund_status, status) => {
    const body = refundXml({ refund_status });
    const head = { protocol: "v2", accountId: "acc_v2", accountIds: ["acc_v2"], noticeId: digest(body) };
    const said = { refundNumber: "order-0001-R1", tradeNumber: "order-0001", status, refund: null };
    expect(read(body)).toEqual({ ...head, kind: "refund", ...said });
  });

  test("the account whose key opens it, and of those the one that is named", () => {
    const retired = reader({ accountId: "acc_retired", apiKey: new Secret(OTHER_KEY), signType: "HMAC-SHA256" });
    const twin = reader({ accountId: "acc_twin", appId: "wxtwin" });
    const all = [reader(), twin, retired];
    expect(read(refundXml({}, {}, OTHER_KEY), all)).toMatchObject({ kind: "refund", accountId: "acc_retired" });
    expect(read(refundXml({}, { appid: "wxtwin" }), all)).toMatchObject({ kind: "refund", accountId: "acc_twin" });
    expect(read(refundXml({}, { appid: "" }), all)).toMatchObject({ kind: "refund", accountId: "acc_v2" });
  });

  test.each([
    ["a status nobody knows", refundXml({ refund_status: "STRANGE" }), "refund STRANGE"],
    ["no status", refundXml({ refund_status: "" }), "refund -"],
    ["another merchant's envelope", refundXml({}, { mch_id: "1900000009" }), "refund SUCCESS"],
    ["a failed envelope", refundXml({}, { return_code: "FAIL" }), "refund SUCCESS"],
  ])("%s is kept and changes nothing", (_name, body, type) => {
    expect(read(body)).toMatchObject({ kind: "other", type });
  });

  test.each([
    ["another key", refundXml({}, {}, OTHER_KEY), "undecryptable"],
    ["no base64", refundXml({}, { req_info: "~~~" }), "undecryptable"],
    ["half a block", refundXml({}, { req_info: "AAAA" }), "undecryptable"],
    ["another root inside", refundXml({}, { req_info: hide(writePlain(refund)) }), "undecryptable"],
    [
      "a document type inside",
      refundXml({}, { req_info: hide(`<!DOCTYPE x>${writePlain(refund, "root")}`) }),
      "undecryptable",
    ],
    ["no refund number", refundXml({ out_refund_no: "" }), "malformed"],
    ["no trade number", refundXml({ out_trade_no: "" }), "malformed"],
    ["a signature that does not hold", refundXml({}, { sign: "0".repeat(32) }), "bad_signature"],
  ])("%s", (_name, body, reason) => {
    expect(read(body)).toEqual(rejection(reason));
  });

  test("an envelope that names no merchant belongs to who opens it", () => {
    expect(read(refundXml({}, { mch_id: "" }))).toMatchObject({ kind: "refund", status: "succeeded" });
  });

  test("one that is signed has to be signed rightly", () => {
    const fields = { ...envelope, req_info: hide(writePlain(refund, "root")) };
    expect(read(signedXml(fields))).toMatchObject({ kind: "refund", refund: null });
  });
});

describe("arbitrary input", () => {
  const strict = [reader({ signType: "HMAC-SHA256" }), reader({ accountId: "acc_b", apiKey: new Secret(OTHER_KEY) })];
  const original = Buffer.from(signedXml(payment, "HMAC-SHA256"));
  const signedFields = parseFields(original);

  /** Whether these bytes say the same as the ones that were signed. */
  const saysTheSame = (bytes: Buffer): boolean => {
    const fields = parseFields(bytes);
    const meaning = (of: ReadonlyMap<string, string> | null) =>
      new Map([...(of ?? [])].filter(([, value]) => value !== ""));
    return (
      fields !== null &&
      JSON.stringify([...meaning(fields)].sort()) === JSON.stringify([...meaning(signedFields)].sort())
    );
  };

  const change = fc.record({
    at: fc.nat(original.length - 1),
    remove: fc.integer({ min: 0, max: 12 }),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc
        .constantFrom("<a/>", "]]>", "<![CDATA[", "&#49;", "<total_fee>1</total_fee>", "</xml>", "<!---->")
        .map((text) => Buffer.from(text)),
    ),
  });

  test("an altered notice is accepted only if it still says the same", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = changes.reduce<Buffer>(
          (all, { at, remove, insert }) => Buffer.concat([all.subarray(0, at), insert, all.subarray(at + remove)]),
          original,
        );
        const notice = readV2Notification(bytes, strict);
        if (notice.kind === "rejection") return;
        expect(notice).toMatchObject({ kind: "payment", trade });
        expect(saysTheSame(bytes)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test("random bytes and texts are rejected, and nothing is thrown", () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text)),
      fc
        .dictionary(
          fc.constantFrom("sign", "req_info", "mch_id", "return_code", "a"),
          fc.base64String({ maxLength: 64 }),
        )
        .map((fields) => Buffer.from(writePlain(fields))),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        expect(readV2Notification(bytes, strict)).toMatchObject({ kind: "rejection", protocol: "v2" });
      }),
      { numRuns: RUNS },
    );
  });
});
