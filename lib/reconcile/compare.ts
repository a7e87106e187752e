import { type Fen, subtractFen } from "#lib/base/fen.ts";
import { feeByRate, feeText, isFeeByRate } from "./bill-amounts.ts";
import { type BookRefund, compareRefund } from "./compare-refund.ts";
import { type Discrepancy, discrepancy } from "./discrepancy.ts";
import type { BillRow } from "./read-bill.ts";

/** A trade as our book has it. */
export interface BookPayment {
  readonly tradeNumber: string;
  /** Null until it is paid. */
  readonly transactionId: string | null;
  readonly status: "opening" | "waiting" | "succeeded" | "failed" | "closed";
  /** WeChat's order total that was paid. */
  readonly paidFen: Fen;
  /** What of it comes to the merchant, by the vouchers that WeChat reported. */
  readonly settledFen: Fen;
  /** What the payer handed over; null where WeChat did not say. */
  readonly payerFen: Fen | null;
  /** Money that settles nothing and is not decided about yet. */
  readonly isUnresolved: boolean;
}

export interface Book {
  readonly payments: ReadonlyMap<string, BookPayment>;
  readonly refunds: ReadonlyMap<string, BookRefund>;
}

/** What is remembered of a bill while it is read batch by batch: which of our payments and refunds it has shown. */
export interface Comparison {
  /** Rows that belong together are compared with `book`, which has all of ours that they name. Changes nothing outside. */
  compare(rows: readonly BillRow[], book: Book): Discrepancy[];
  hasPayment(transactionId: string): boolean;
  hasRefund(number: string): boolean;
  /** Differences that a later row might have explained; to be asked after the last. */
  rest(): Discrepancy[];
}

/** Bill against book. Pure: the same rows and book give the same differences, however they are cut into batches. */
export function createComparison(merchantNumber: string): Comparison {
  const refunds = new Set<string>();
  const rows = new Set<string>();
  // A reversed counter payment stands in the bill as a payment and as its reversal; our book never had it.
  const unpaidHere = new Map<string, Discrepancy>();

  function compareRow(row: BillRow, book: Book): Discrepancy[] {
    const key = row.refund === null ? `p ${row.transactionId}` : `r ${row.refund.refundId} ${row.refund.number}`;
    const isRepeated = rows.has(key);
    rows.add(key);
    if (row.refund !== null) refunds.add(row.refund.number);
    const about = namesOf(row);
    if (isRepeated) return [discrepancy("duplicate", { ...about, ours: 1, theirs: 2 })].map(inWords);
    if (row.merchantNumber !== merchantNumber) {
      return [discrepancy("unknown_merchant", { ...about, ours: merchantNumber, theirs: row.merchantNumber })];
    }
    const found = compareKind(row, book);
    return [...found, ...compareFee(row)];
  }
  function compareKind(row: BillRow, book: Book): Discrepancy[] {
    const payment = book.payments.get(row.tradeNumber);
    if (row.kind === "refund") return compareRefund(row, book.refunds.get(row.refund?.number ?? ""));
    if (row.kind === "reversal") {
      if (unpaidHere.delete(row.tradeNumber) || payment?.status !== "succeeded") return [];
      return [
        discrepancy("status_differs", { ...namesOf(row), refundNumber: null, ours: "succeeded", theirs: row.state }),
      ];
    }
    if (payment !== undefined && payment.status !== "succeeded") {
      const differing = discrepancy("status_differs", { ...namesOf(row), ours: payment.status, theirs: row.state });
      unpaidHere.set(row.tradeNumber, differing);
      return [];
    }
    return comparePayment(row, payment);
  }
  return {
    compare: (batch, book) => batch.flatMap((row) => compareRow(row, book)),
    hasPayment: (transactionId) => rows.has(`p ${transactionId}`),
    hasRefund: (number) => refunds.has(number),
    rest: () => [...unpaidHere.values()],
  };
}

const namesOf = ({ tradeNumber, transactionId, refund }: BillRow) => ({
  tradeNumber,
  transactionId,
  refundNumber: refund?.number ?? null,
});

/** How often it was seen is no amount. */
const inWords = (one: Discrepancy): Discrepancy => ({ ...one, ours: `${one.ours} ×`, theirs: `≥ ${one.theirs} ×` });

function comparePayment(row: BillRow, payment: BookPayment | undefined): Discrepancy[] {
  const about = namesOf(row);
  // Another payment under a number that we know is money that our book does not have.
  if (payment === undefined || payment.transactionId !== row.transactionId) {
    return [discrepancy("only_in_bill", { ...about, ours: null, theirs: row.totalFen })];
  }
  const found: Discrepancy[] = [];
  if (row.state !== "SUCCESS") {
    found.push(discrepancy("status_differs", { ...about, ours: payment.status, theirs: row.state }));
  }
  if (row.totalFen !== payment.paidFen) {
    found.push(discrepancy("amount_differs", { ...about, ours: payment.paidFen, theirs: row.totalFen }));
  } else found.push(...compareVouchers(row, payment));
  if (payment.isUnresolved) {
    found.push(discrepancy("unresolved_payment", { ...about, ours: null, theirs: payment.paidFen }));
  }
  return found;
}

/** Three numbers of one payment: the total agrees already; what is settled, and what vouchers took off for the payer. */
function compareVouchers(row: BillRow, payment: BookPayment): Discrepancy[] {
  const about = namesOf(row);
  if (row.settledFen !== null && row.settledFen !== payment.settledFen) {
    return [discrepancy("voucher_effect", { ...about, ours: payment.settledFen, theirs: row.settledFen })];
  }
  const ours = payment.payerFen === null ? null : subtractFen(payment.paidFen, payment.payerFen);
  if (ours === null || row.voucherFen === null || row.voucherFen === ours) return [];
  return [discrepancy("voucher_differs", { ...about, ours, theirs: row.voucherFen })];
}

/** The bill names the rate, so the fee can be checked by itself. */
function compareFee(row: BillRow): Discrepancy[] {
  const base = row.refund === null ? (row.settledFen ?? row.totalFen) : row.refund.settledFen;
  const size = feeByRate(base, row.rate);
  if (size === null) return [];
  const expected = row.refund === null || size === 0 ? size : -size;
  if (isFeeByRate(row.fee, expected)) return [];
  return [discrepancy("fee_differs", { ...namesOf(row), ours: feeText(expected), theirs: feeText(row.fee) })];
}
