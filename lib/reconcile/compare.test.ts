import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { type BookPayment, createComparison } from "./compare.ts";
import type { BookRefund } from "./compare-refund.ts";
import { DISCREPANCY_KINDS } from "./discrepancy.ts";
import type { BillRow } from "./read-bill.ts";
import { sentenceOf } from "./sentences.ts";

// Goal: each kind of difference is found where it is, and nothing where there is none. Rows and book are made by hand.

const row = (change: Partial<BillRow> = {}): BillRow => ({
  line: 2,
  kind: "payment",
  merchantNumber: "M",
  appId: "wx1",
  time: "2026-07-01 12:00:00",
  transactionId: "T1",
  tradeNumber: "N1",
  state: "SUCCESS",
  totalFen: fen(1000),
  settledFen: fen(1000),
  voucherFen: fen(0),
  refund: null,
  fee: 6000,
  rate: "0.60%",
  ...change,
});
const refundRow = (change: Partial<NonNullable<BillRow["refund"]>> = {}, more: Partial<BillRow> = {}): BillRow =>
  row({
    kind: "refund",
    state: "REFUND",
    totalFen: fen(0),
    settledFen: fen(0),
    fee: -2400,
    refund: {
      refundId: "W1",
      number: "R1",
      amountFen: fen(400),
      isExact: true,
      settledFen: fen(400),
      status: "SUCCESS",
      ...change,
    },
    ...more,
  });
const payment: BookPayment = {
  tradeNumber: "N1",
  transactionId: "T1",
  status: "succeeded",
  paidFen: fen(1000),
  settledFen: fen(1000),
  payerFen: fen(1000),
  isUnresolved: false,
};
const refund: BookRefund = {
  number: "R1",
  tradeNumber: "N1",
  transactionId: "T1",
  refundId: "W1",
  status: "succeeded",
  amountFen: fen(400),
  settledFen: fen(400),
  isOfWholeSettlement: true,
  isSettledLater: false,
};

function kinds(
  rows: readonly BillRow[],
  ours: { payment?: Partial<BookPayment> | null; refund?: Partial<BookRefund> | null } = {},
) {
  const book = {
    payments: new Map(ours.payment === null ? [] : [["N1", { ...payment, ...ours.payment }]]),
    refunds: new Map(ours.refund === null ? [] : [["R1", { ...refund, ...ours.refund }]]),
  };
  const comparison = createComparison("M");
  // One by one: how a bill is cut into batches must not matter.
  const found = rows.flatMap((one) => comparison.compare([one], book));
  return [...found, ...comparison.rest()].map(({ kind }) => kind);
}

const reversal = refundRow(
  { number: "N1", amountFen: fen(1000), settledFen: fen(1000) },
  { kind: "reversal", state: "REVOKED", fee: -6000 },
);

test.each<[string, string[], string[]]>([
  ["what agrees", kinds([row(), refundRow()]), []],
  ["a fee settled to the fen", kinds([row({ totalFen: fen(1000), fee: 6000 }), refundRow({}, { fee: -2000 })]), []],
  ["a coupon that was funded beforehand changes nothing", kinds([row({ settledFen: fen(1000) })]), []],
  [
    "a counter payment that was reversed",
    kinds([row(), reversal], { payment: { status: "closed", transactionId: null } }),
    [],
  ],
  ["a refund that was still under way", kinds([refundRow({ status: "PROCESSING" })]), []],
  [
    "a refund that went through after the day",
    kinds([refundRow({ status: "FAIL" })], { refund: { isSettledLater: true } }),
    [],
  ],
  [
    "the old layout's refund of a payment with a coupon",
    kinds([refundRow({ amountFen: fen(399), isExact: false, settledFen: fen(399) }, { fee: -2394 })], {
      refund: { settledFen: fen(399), isOfWholeSettlement: false },
    }),
    [],
  ],
  [
    "another amount of a refund in the old layout",
    kinds([refundRow({ amountFen: fen(1), isExact: false, settledFen: fen(1) }, { fee: -6 })], {
      refund: { settledFen: null },
    }),
    ["refund_amount_differs"],
  ],
  [
    "a refund that is settled with less than its payment was",
    kinds([refundRow({ settledFen: fen(350) }, { fee: -2100 })], { refund: { settledFen: null } }),
    ["voucher_effect"],
  ],
  ["only_in_bill", kinds([row()], { payment: null }), ["only_in_bill"]],
  ["another payment under our number", kinds([row({ transactionId: "T2" })]), ["only_in_bill"]],
  ["amount_differs", kinds([row()], { payment: { paidFen: fen(999) } }), ["amount_differs"]],
  ["status_differs", kinds([row({ state: "REVOKED" })]), ["status_differs"]],
  [
    "paid there, open here",
    kinds([row()], { payment: { status: "waiting", transactionId: null } }),
    ["status_differs"],
  ],
  ["reversed there, paid here", kinds([row(), reversal]), ["status_differs"]],
  ["refund_only_in_bill", kinds([refundRow()], { refund: null }), ["refund_only_in_bill"]],
  ["another refund under our number", kinds([refundRow({ refundId: "W2" })]), ["refund_only_in_bill"]],
  ["refund_amount_differs", kinds([refundRow()], { refund: { amountFen: fen(401) } }), ["refund_amount_differs"]],
  ["a refund's status", kinds([refundRow()], { refund: { status: "processing" } }), ["status_differs"]],
  ["fee_differs", kinds([row({ fee: 6500 })]), ["fee_differs"]],
  ["no fee", kinds([row({ fee: 0 })]), ["fee_differs"]],
  ["duplicate", kinds([row(), row()]), ["duplicate"]],
  ["a refund twice", kinds([refundRow(), refundRow()]), ["duplicate"]],
  ["unknown_merchant", kinds([row({ merchantNumber: "X" })]), ["unknown_merchant"]],
  ["unresolved_payment", kinds([row()], { payment: { isUnresolved: true } }), ["unresolved_payment"]],
  ["voucher_effect", kinds([row({ settledFen: fen(900), fee: 5400 })]), ["voucher_effect"]],
  [
    "a voucher at the merchant's expense that WeChat reported",
    kinds([row({ settledFen: fen(900), voucherFen: fen(100), fee: 5400 })], {
      payment: { settledFen: fen(900), payerFen: fen(900) },
    }),
    [],
  ],
  [
    "one that the bill does not know",
    kinds([row()], { payment: { settledFen: fen(900), payerFen: fen(900) } }),
    ["voucher_effect"],
  ],
  ["voucher_differs", kinds([row({ voucherFen: fen(100) })]), ["voucher_differs"]],
  [
    "what the payer handed over was not reported",
    kinds([row({ voucherFen: fen(100) })], { payment: { payerFen: null } }),
    [],
  ],
  ["a refund's voucher share", kinds([refundRow({ settledFen: fen(350) }, { fee: -2100 })]), ["voucher_effect"]],
  [
    "a refund's voucher share that was reported",
    kinds([refundRow({ settledFen: fen(350) }, { fee: -2100 })], { refund: { settledFen: fen(350) } }),
    [],
  ],
  [
    "a refund with a share that was not reported yet",
    kinds([refundRow({ settledFen: fen(350) }, { fee: -2100 })], {
      refund: { settledFen: null, isOfWholeSettlement: false },
    }),
    [],
  ],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});

test("every kind has a sentence in both languages that names what it is about", () => {
  for (const kind of DISCREPANCY_KINDS) {
    const facts = { kind, tradeNumber: "N1", refundNumber: "R1", ours: 123, theirs: "4.56" };
    for (const language of ["zh-CN", "en"] as const) {
      const sentence = sentenceOf(facts, language);
      expect(sentence, `${kind} ${language}`).toMatch(/N1|R1|4\.56/);
      expect(sentence).not.toMatch(/undefined|null|NaN/);
    }
  }
});
