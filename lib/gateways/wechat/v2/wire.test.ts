import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { amountIn, momentIn, oneLine, paidTradeOf, refundSplitIn, refundStatusOf, wordIn } from "./wire.ts";

// Goal: each field of v2 is read as WeChat writes it, to its last character, and anything else is no value.

const fields = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));
const word = (text: string, charsMax = 4) => wordIn(fields({ a: text }), "a", charsMax);
const moment = (text: string) => momentIn(fields({ at: text }), "at")?.toISOString() ?? null;

test("a word is printable ASCII of at most so many characters, from its first to its last", () => {
  expect([word("abcd"), word("a ~")]).toEqual(["abcd", "a ~"]);
  expect([word("abcde"), word(""), word("ab\n"), word("\nab"), word("店"), word("a店"), word("\x7f")]).toEqual(
    Array.from({ length: 7 }, () => null),
  );
});

test("an amount is whole fen without a sign, a leading zero or more than twelve digits", () => {
  const amount = (text: string) => amountIn(fields({ fee: text }), "fee");
  expect([amount("0"), amount("1800"), amount("999999999999")]).toEqual([0, 1_800, 999_999_999_999]);
  for (const wrong of ["", "-1", "+1", "01", "1.0", "1e3", "1 ", " 1", "1000000000000", "1800x", "x1800"])
    expect(amount(wrong), wrong).toBeNull();
});

test("a moment is of Beijing, in either form, and a day that there is", () => {
  expect(moment("20260701100000")).toBe("2026-07-01T02:00:00.000Z");
  expect(moment("2026-07-01 10:00:00")).toBe("2026-07-01T02:00:00.000Z");
  const wrong = [
    "20260631100000",
    "20260701240000",
    "2026070110000",
    "202607011000000",
    "x20260701100000",
    "1",
    "0",
    "2026",
  ];
  for (const text of [...wrong, "2026-07-01 10:00:00x", "x2026-07-01 10:00:00", "20260701100000x", ""])
    expect(moment(text), text).toBeNull();
});

test("a text for people is one line of at most 200 characters, each run of control characters one space", () => {
  expect(oneLine("no\r\n\u0000money")).toBe("no money");
  expect(oneLine("x".repeat(201))).toBe("x".repeat(200));
});

const PAID = {
  ...{ out_trade_no: "O1", transaction_id: "4200", appid: "wx1", mch_id: "19", total_fee: "1800", cash_fee: "1500" },
  time_end: "20260701100000",
};
const trade = (more: Readonly<Record<string, string>> = {}) => paidTradeOf(fields({ ...PAID, ...more }));

test("a payment has what is compared with its order; without any of that there is none", () => {
  expect(trade()).toEqual({
    ...{ number: "O1", transactionId: "4200", appId: "wx1", merchantNumber: "19", currency: "CNY", totalFen: 1_800 },
    ...{ payerFen: 1_500, paidAt: new Date("2026-07-01T02:00:00Z") },
  });
  for (const name of ["out_trade_no", "transaction_id", "appid", "mch_id", "total_fee"])
    expect(trade({ [name]: "" }), name).toBeNull();
  expect(trade({ fee_type: "USD" })).toMatchObject({ currency: "USD" });
  expect(trade({ fee_type: "x".repeat(17) })).toBeNull();
  expect(trade({ cash_fee_type: "CNY" })).toMatchObject({ payerFen: 1_500 });
  expect(trade({ cash_fee_type: "USD" })).toMatchObject({ payerFen: null });
  expect(trade({ settlement_total_fee: "1700" })).toMatchObject({ settledFen: 1_700 });
});

test("vouchers: by number, with who pays for them; none of nothing, none of another name", () => {
  const voucher = { name: null, batch: null, wechatFen: null, merchantFen: null, otherFen: null };
  const paid = trade({
    ...{ coupon_fee_0: "100", coupon_type_0: "CASH", coupon_id_0: "a" },
    ...{ coupon_fee_1: "200", coupon_type_1: "NO_CASH", coupon_id_1: "b" },
    ...{ coupon_fee_2: "300", coupon_type_2: "NOCASH", coupon_id_2: "c".repeat(65) },
    ...{ coupon_fee_10: "400", coupon_type_10: "OTHER", coupon_id_10: "d" },
    ...{ coupon_fee_3: "0", coupon_fee_4: "x", xcoupon_fee_5: "1", coupon_fee_6x: "1", coupon_fee_1000: "1" },
  });
  expect(paid?.vouchers).toEqual([
    { ...voucher, id: "a", amountFen: 100, funding: "prefunded" },
    { ...voucher, id: "b", amountFen: 200, funding: "merchant" },
    { ...voucher, id: null, amountFen: 300, funding: "merchant" },
    { ...voucher, id: "d", amountFen: 400, funding: "unknown" },
  ]);
  expect(trade()).not.toHaveProperty("vouchers");
});

test("a refund is split as the answer says, and never into more than it is", () => {
  const split = (values: Readonly<Record<string, string>>, at?: string) => refundSplitIn(fields(values), fen(500), at);
  expect(split({})).toEqual({});
  expect(split({ coupon_refund_fee: "100", settlement_refund_fee: "400" })).toEqual({ payerFen: 400, settledFen: 400 });
  expect(split({ coupon_refund_fee: "500", settlement_refund_fee: "500" })).toEqual({ payerFen: 0, settledFen: 500 });
  expect(split({ coupon_refund_fee: "501", settlement_refund_fee: "501" })).toEqual({});
  expect(split({ coupon_refund_fee_1: "100", settlement_refund_fee_1: "300" }, "_1")).toEqual({
    ...{ payerFen: 400, settledFen: 300 },
  });
});

test("the statuses of a refund that we know, and no other", () => {
  const statuses = ["SUCCESS", "REFUNDCLOSE", "CHANGE", "PROCESSING", "success", ""].map(refundStatusOf);
  expect(statuses).toEqual(["succeeded", "closed", "abnormal", "processing", undefined, undefined]);
});
