import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { VOUCHERS_MAX } from "#lib/base/limits.ts";
import type { Voucher } from "#lib/payment/index.ts";
import { paidTradeOf as paidV2, refundSplitIn } from "./v2/wire.ts";
import { paidTradeOf, paidTradeSchema, parseJson, refundToldSchema, tradeRefundOf } from "./v3/wire.ts";

// Goal: what WeChat tells of its own vouchers is read as it is meant, in both protocols, and nothing it may add or leave out
// keeps a payment from being read. Samples after wechatpay.md §6.5, §6.8, §9.3 and §11.

const notice = {
  ...{ mchid: "1900000001", appid: "wx00", out_trade_no: "order-0001", transaction_id: "4200001", trade_type: "JSAPI" },
  ...{ trade_state: "SUCCESS", success_time: "2026-07-01T10:00:00+08:00" },
  amount: { total: 1000, payer_total: 750, currency: "CNY", payer_currency: "CNY" },
  promotion_detail: [
    {
      ...{ coupon_id: "109519", name: "单品惠-6", scope: "SINGLE", type: "CASH", amount: 100, stock_id: "931386" },
      ...{ wechatpay_contribute: 60, merchant_contribute: 0, other_contribute: 40, currency: "CNY" },
      goods_detail: [{ goods_id: "M1006", quantity: 1, unit_price: 100, discount_amount: 1, goods_remark: "备注" }],
    },
    {
      ...{ coupon_id: "109520", name: "满减", scope: "GLOBAL", type: "NOCASH", amount: 150, stock_id: "931387" },
      ...{ merchant_contribute: 150, currency: "CNY", future_field: [1] },
    },
  ],
};
const read = (change: object) => {
  const wire = parseJson(Buffer.from(JSON.stringify({ ...notice, ...change })), paidTradeSchema);
  return wire === null ? null : paidTradeOf(wire);
};

test("v3: each voucher with its kind and who pays for it", () => {
  expect(read({})).toMatchObject({
    totalFen: 1000,
    payerFen: 750,
    vouchers: [
      {
        ...{ id: "109519", name: "单品惠-6", batch: "931386", amountFen: 100, funding: "prefunded" },
        ...{ wechatFen: 60, merchantFen: 0, otherFen: 40 },
      },
      { id: "109520", amountFen: 150, funding: "merchant", wechatFen: null, merchantFen: 150, otherFen: null },
    ],
  });
});

test.each<[string, unknown, number]>([
  ["none", undefined, 0],
  ["null", null, 0],
  ["an empty list", [], 0],
  ["no list", { a: 1 }, 0],
  ["one that is no voucher beside one that is", ["x", null, { amount: "1" }, { amount: 5 }], 1],
  ["a fraction", [{ amount: 0.5 }], 0],
  ["a control character in its name", [{ amount: 5, name: "a\u0000b" }], 1],
])("v3: %s never keeps a payment from being read", (_, promotion_detail, count) => {
  const trade = read({ promotion_detail });
  expect(trade?.totalFen).toBe(1000);
  expect(trade?.vouchers ?? []).toHaveLength(count);
  expect(JSON.stringify(trade)).not.toContain("\\u0000");
});

test("v3: a kind that WeChat does not name stays unknown", () => {
  expect(read({ promotion_detail: [{ amount: 5, type: "NEW" }] })?.vouchers?.[0]?.funding).toBe("unknown");
});

const fields = {
  ...{
    return_code: "SUCCESS",
    result_code: "SUCCESS",
    appid: "wx00",
    mch_id: "1900000001",
    out_trade_no: "order-0001",
  },
  ...{ transaction_id: "4200001", total_fee: "1000", settlement_total_fee: "850", fee_type: "CNY", cash_fee: "750" },
  ...{ coupon_fee: "250", coupon_count: "2", coupon_type_0: "CASH", coupon_id_0: "109519", coupon_fee_0: "100" },
  ...{ coupon_type_1: "NO_CASH", coupon_id_1: "109520", coupon_fee_1: "150", time_end: "20260701100000" },
};
const readV2 = (change: Record<string, string>) => paidV2(new Map(Object.entries({ ...fields, ...change })));

test("v2: the numbered fields, what is settled and what was handed over", () => {
  expect(readV2({})).toMatchObject({
    totalFen: 1000,
    settledFen: 850,
    payerFen: 750,
    vouchers: [
      { id: "109519", amountFen: 100, funding: "prefunded", batch: null },
      { id: "109520", amountFen: 150, funding: "merchant" },
    ],
  });
  const cents = readV2({ coupon_fee_0: "1e2", coupon_fee_1: "-1", settlement_total_fee: "x" });
  expect([cents?.vouchers, cents?.settledFen]).toEqual([undefined, undefined]);
});

test("more vouchers than are kept one by one still count in full", () => {
  const many = Array.from({ length: 70 }, (_, at) => ({
    ...{ coupon_id: `C${at}`, amount: 1 + (at % 3), type: at % 2 === 0 ? "NOCASH" : "CASH", merchant_contribute: 1 },
  }));
  const sumOf = (type: string) => many.filter((one) => one.type === type).reduce((sum, { amount }) => sum + amount, 0);
  const sums = (vouchers: readonly Voucher[] = []) =>
    ["merchant", "prefunded"].map((funding) =>
      vouchers.filter((one) => one.funding === funding).reduce((sum, { amountFen }) => sum + amountFen, 0),
    );
  const expected = [sumOf("NOCASH"), sumOf("CASH")];
  const v3 = read({ promotion_detail: many })?.vouchers;
  expect(v3?.length).toBeLessThanOrEqual(VOUCHERS_MAX);
  expect(sums(v3)).toEqual(expected);
  expect(v3?.reduce((sum, { merchantFen }) => sum + (merchantFen ?? 0), 0)).toBe(70);
  const numbered = many.flatMap(({ amount, type }, at) => [
    [`coupon_fee_${at}`, String(amount)],
    [`coupon_type_${at}`, type],
  ]);
  const v2 = readV2(Object.fromEntries(numbered))?.vouchers;
  expect(v2?.length).toBeLessThanOrEqual(VOUCHERS_MAX);
  expect(sums(v2)).toEqual(expected);
});

test("v3: amounts beyond any order's never keep a payment from being read", () => {
  const absurd = Array.from({ length: 3 }, () => ({ amount: Number.MAX_SAFE_INTEGER, type: "NOCASH" }));
  const trade = read({ promotion_detail: [...absurd, { amount: 5, type: "NOCASH" }] });
  expect(trade?.vouchers?.map(({ amountFen }) => amountFen)).toEqual([5]);
});

test("refunds: what the payer gets and what the merchant gives; what cannot be is not told", () => {
  const refund = {
    ...{ refund_id: "5000001", out_refund_no: "R1", out_trade_no: "order-0001", transaction_id: "4200001" },
  };
  const v3 = (amount: object) => {
    const wire = parseJson(Buffer.from(JSON.stringify({ ...refund, amount })), refundToldSchema);
    return wire === null ? null : tradeRefundOf(wire, "succeeded");
  };
  expect(v3({ refund: 100, payer_refund: 75, settlement_refund: 85, discount_refund: 25 })).toMatchObject({
    ...{ amountFen: 100, payerFen: 75, settledFen: 85 },
  });
  const strange = v3({ refund: 100, payer_refund: 101, settlement_refund: "85" });
  expect([strange?.amountFen, strange?.payerFen, strange?.settledFen]).toEqual([100, undefined, undefined]);
  const v2 = (told: Record<string, string>, at?: string) => refundSplitIn(new Map(Object.entries(told)), fen(100), at);
  expect(v2({ settlement_refund_fee: "85", coupon_refund_fee: "25" })).toEqual({ payerFen: 75, settledFen: 85 });
  expect(v2({ settlement_refund_fee_3: "85" }, "_3")).toEqual({ settledFen: 85 });
  expect(v2({ settlement_refund_fee: "101", coupon_refund_fee: "101" })).toEqual({});
});
