import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { BookPayment } from "./compare.ts";
import type { BookRefund } from "./compare-refund.ts";
import { type DiscrepancyKind, discrepancy } from "./discrepancy.ts";
import { isExplained } from "./explain.ts";

// Goal: a difference is taken for settled only where the book says the same as the bill, of the same payment and refund.

const payment: BookPayment = {
  ...{ tradeNumber: "N1", transactionId: "T1", status: "succeeded", paidFen: fen(400), settledFen: fen(400) },
  ...{ payerFen: null, isUnresolved: false },
};
const refund: BookRefund = {
  ...{ number: "R1", tradeNumber: "N1", transactionId: "T1", refundId: "W1", status: "succeeded", amountFen: fen(100) },
  ...{ settledFen: null, isOfWholeSettlement: true, isSettledLater: false },
};
interface Ours {
  readonly payment?: Partial<BookPayment> | null;
  readonly refund?: Partial<BookRefund> | null;
}
function explained(kind: DiscrepancyKind, theirs: number | string | null, ours: Ours = {}, refundNumber = "") {
  const named = refundNumber === "" ? {} : { refundNumber };
  const difference = discrepancy(kind, { tradeNumber: "N1", transactionId: "T1", ours: null, theirs, ...named });
  return isExplained(difference, {
    payments: new Map(ours.payment === null ? [] : [["N1", { ...payment, ...ours.payment }]]),
    refunds: new Map(ours.refund === null ? [] : [["R1", { ...refund, ...ours.refund }]]),
  });
}

test.each<[string, boolean, boolean]>([
  ["the amount is the bill's now", explained("amount_differs", 400), true],
  ["another amount", explained("amount_differs", 401), false],
  ["of another payment", explained("amount_differs", 400, { payment: { transactionId: "T2" } }), false],
  ["a payment that was unknown is ours now", explained("only_in_bill", 400), true],
  ["an unknown payment of another amount", explained("only_in_bill", 55), false],
  ["a payment that stays unknown", explained("only_in_bill", 400, { payment: null }), false],
  ["paid, as the bill says", explained("status_differs", "SUCCESS"), true],
  ["not paid", explained("status_differs", "SUCCESS", { payment: { status: "closed" } }), false],
  ["paid, and reversed on the bill", explained("status_differs", "REVOKED"), false],
  ["a refund's state", explained("status_differs", "SUCCESS", {}, "R1"), true],
  ["a refund under way", explained("status_differs", "SUCCESS", { refund: { status: "processing" } }, "R1"), false],
  ["a refund that stays unknown", explained("status_differs", "SUCCESS", { refund: null }, "R1"), false],
  ["a refund that is booked now", explained("refund_only_in_bill", 100, {}, "R1"), true],
  ["a refund of another amount", explained("refund_amount_differs", 99, {}, "R1"), false],
  ["a refund that could not be booked", explained("refund_only_in_bill", 100, { refund: null }, "R1"), false],
  ["what the bill lacks", explained("only_in_book", null), false],
  ["a refund that the bill lacks", explained("refund_only_in_book", null, {}, "R1"), false],
  ["a fee", explained("fee_differs", "0.00018"), false],
])("%s: %s", (_, found, expected) => {
  expect(found).toBe(expected);
});
