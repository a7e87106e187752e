import type { Fen } from "#lib/base/fen.ts";
import { type Discrepancy, discrepancy } from "./discrepancy.ts";
import type { BillRow } from "./read-bill.ts";

/** A refund as our book has it. */
export interface BookRefund {
  readonly number: string;
  readonly tradeNumber: string;
  readonly transactionId: string | null;
  /** WeChat's own number of it; null until it was accepted. */
  readonly refundId: string | null;
  readonly status: "awaiting_approval" | "requested" | "processing" | "succeeded" | "abnormal" | "closed";
  readonly amountFen: Fen;
  /** The merchant's share; null until WeChat reports it. */
  readonly settledFen: Fen | null;
  /** Nothing was taken off its payment's settlement, so nothing is off the refund's. */
  readonly isOfWholeSettlement: boolean;
  /** It went back after the day of the bill, so the bill could not know. */
  readonly isSettledLater: boolean;
}

export function compareRefund(row: BillRow, refund: BookRefund | undefined): Discrepancy[] {
  const { tradeNumber, transactionId, refund: theirs } = row;
  if (theirs === null) return [];
  const about = { tradeNumber, transactionId, refundNumber: theirs.number };
  if (refund === undefined || (refund.refundId !== null && refund.refundId !== theirs.refundId))
    return [discrepancy("refund_only_in_bill", { ...about, ours: null, theirs: theirs.amountFen })];
  const found: Discrepancy[] = [];
  // By vouchers at the merchant's expense it takes less than the amount.
  const settledFen = refund.settledFen ?? (refund.isOfWholeSettlement ? refund.amountFen : null);
  const isSettledAlike = settledFen === null ? theirs.settledFen <= refund.amountFen : theirs.settledFen === settledFen;
  // The old layout tells only what was settled.
  const ours = theirs.isExact ? refund.amountFen : (settledFen ?? refund.amountFen);
  if (theirs.isExact ? theirs.amountFen !== refund.amountFen : !isSettledAlike) {
    found.push(discrepancy("refund_amount_differs", { ...about, ours, theirs: theirs.amountFen }));
  } else if (!isSettledAlike) {
    found.push(discrepancy("voucher_effect", { ...about, ours: settledFen, theirs: theirs.settledFen }));
  }
  if (!fits(refund, theirs.status)) {
    found.push(discrepancy("status_differs", { ...about, ours: refund.status, theirs: theirs.status }));
  }
  return found;
}

/** What our book may say when the bill says this: a bill tells how a refund stood, and is never brought up to date. */
const FITTING: Readonly<Record<string, readonly BookRefund["status"][]>> = {
  SUCCESS: ["succeeded"],
  PROCESSING: ["processing", "requested", "succeeded", "abnormal", "closed"],
  CHANGE: ["abnormal", "closed"],
  ABNORMAL: ["abnormal", "closed"],
  FAIL: ["abnormal", "closed"],
  CLOSED: ["closed"],
  REFUNDCLOSE: ["closed"],
};

export function fits(refund: BookRefund, status: string): boolean {
  if (status !== "SUCCESS" && refund.isSettledLater) return true;
  // Some layouts leave it out.
  return status === "" || (FITTING[status] ?? []).includes(refund.status);
}
