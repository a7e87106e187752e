import type { Book } from "./compare.ts";
import { fits } from "./compare-refund.ts";
import type { Discrepancy } from "./discrepancy.ts";

/** Whether our book, as it is now, agrees with what the bill said. What the bill lacks, no book of ours explains. */
export function isExplained(difference: Discrepancy, book: Book): boolean {
  const { kind, theirs, transactionId } = difference;
  const payment = book.payments.get(difference.tradeNumber ?? "");
  const refund = book.refunds.get(difference.refundNumber ?? "");
  const isPaid = payment?.status === "succeeded" && payment.transactionId === transactionId;
  switch (kind) {
    case "only_in_bill":
    case "amount_differs":
      return isPaid && payment.paidFen === theirs;
    case "status_differs":
      if (difference.refundNumber === null) return isPaid && theirs === "SUCCESS";
      return refund !== undefined && fits(refund, String(theirs));
    case "refund_only_in_bill":
    case "refund_amount_differs":
      return refund?.amountFen === theirs;
    default:
      return false;
  }
}
