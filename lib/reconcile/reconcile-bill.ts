import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { BILL_BATCH_ROWS, DISCREPANCIES_MAX, REFUND_MOMENTS_APART_MS } from "#lib/base/limits.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { BillFile } from "#lib/payment/index.ts";
import { type Book, type Comparison, createComparison } from "./compare.ts";
import { createFeeComparison, type FeeComparison } from "./compare-fees.ts";
import { createDaySums, type DaySums } from "./day-sums.ts";
import { type Discrepancy, discrepancy } from "./discrepancy.ts";
import type { Paged, PageOfDay, ReconciliationStore, RefundOfDay, Subject } from "./ports.ts";
import { type BillPart, type BillRow, createBillReader, type WrongSum } from "./read-bill.ts";
import { unpackBill } from "./unpack-bill.ts";

export interface BillFindings {
  readonly trades: number;
  readonly refunds: number;
  readonly otherApps: number;
  readonly fees: FeeComparison;
  /** The bill does not contradict itself. */
  readonly isSound: boolean;
  readonly sums: DaySums;
}

/** A day's bounds. */
export const dayBounds = (day: string): { readonly from: Date; readonly to: Date } => {
  const from = beijingMidnight(day);
  return { from, to: addMs(from, DAY_MS) };
};

/** Differences as they are found. */
export interface Findings {
  readonly kept: readonly Discrepancy[];
  /** Beyond {@link kept}. */
  readonly more: number;
  readonly count: number;
  add(found: readonly Discrepancy[]): void;
  join(other: Findings): void;
}

/** Keeps the first of them and counts the rest. */
export function createFindings(): Findings {
  const kept: Discrepancy[] = [];
  let more = 0;
  const add = (found: readonly Discrepancy[]): void => {
    const room = Math.max(0, DISCREPANCIES_MAX - kept.length);
    kept.push(...found.slice(0, room));
    more += Math.max(0, found.length - room);
  };
  return {
    kept,
    get more() {
      return more;
    },
    get count() {
      return kept.length + more;
    },
    add,
    join(other) {
      add(other.kept);
      more += other.more;
    },
  };
}

export interface BillReading {
  readonly subject: Subject;
  /** null: WeChat has no bill of that day, for nothing happened */
  readonly bill: BillFile | null;
  readonly findings: Findings;
}

/**
 * Reads the bill batch by batch against our book, then our book against what the bill has shown.
 * @throws BillProblem when it is no trade bill
 */
export async function reconcileBill(
  store: ReconciliationStore,
  { subject, bill, findings }: BillReading,
): Promise<BillFindings> {
  const { merchantNumber, day } = subject;
  const bounds = dayBounds(day);
  const comparison = createComparison(merchantNumber);
  const tally = { trades: 0, refunds: 0, otherApps: 0 };
  const fees = createFeeComparison();
  const sums = createDaySums(merchantNumber);
  const problems = createFindings();
  if (bill !== null) {
    const appIds = await store.appIds(merchantNumber);
    const ofBatch = async (all: readonly BillRow[]): Promise<void> => {
      const book = await store.book({ merchantNumber, to: bounds.to, ...numbersOf(all) });
      const [rows, others] = partOtherApps(all, { merchantNumber, appIds, book });
      tally.otherApps += others.length;
      for (const row of others) fees.add(row, false);
      for (const row of rows) {
        if (row.refund === null) tally.trades++;
        else tally.refunds++;
        fees.add(row, row.merchantNumber === merchantNumber);
      }
      sums.bill(rows);
      for (const refund of book.refunds.values()) if (!comparison.hasRefund(refund.number)) sums.refund(refund);
      findings.add(comparison.compare(rows, book));
    };
    await eachBatch(bill, { ofBatch, onProblem: (problem) => problems.add([problem]) });
    findings.join(problems);
  }
  findings.add(comparison.rest());
  const pages = { merchantNumber, ...bounds };
  for await (const payment of eachPage((page) => store.paidIn({ ...pages, ...page }))) {
    const { tradeNumber, transactionId } = payment;
    sums.payment(payment);
    if (transactionId === null || comparison.hasPayment(transactionId)) continue;
    findings.add([discrepancy("only_in_book", { tradeNumber, transactionId, ours: payment.paidFen, theirs: null })]);
  }
  for await (const refund of missingRefunds(store, subject, comparison)) {
    sums.refund(refund);
    findings.add([onlyInBook(refund)]);
  }
  return { ...tally, fees, isSound: problems.count === 0, sums: sums.total() };
}

interface OwnApps {
  readonly merchantNumber: string;
  readonly appIds: ReadonlySet<string>;
  readonly book: Book;
}

/**
 * A merchant number may serve several systems. A row of an app that is not ours is none of our business, unless our book knows
 * its very transaction or refund.
 */
function partOtherApps(rows: readonly BillRow[], { merchantNumber, appIds, book }: OwnApps): [BillRow[], BillRow[]] {
  const ours: BillRow[] = [];
  const others: BillRow[] = [];
  for (const row of rows) {
    const isBooked =
      book.payments.get(row.tradeNumber)?.transactionId === row.transactionId ||
      (row.refund !== null && book.refunds.get(row.refund.number)?.refundId === row.refund.refundId);
    const isOurApp = row.appId === null || appIds.has(row.appId);
    (isOurApp || isBooked || row.merchantNumber !== merchantNumber ? ours : others).push(row);
  }
  return [ours, others];
}

const numbersOf = (rows: readonly BillRow[]) => ({
  tradeNumbers: [...new Set(rows.map((row) => row.tradeNumber))],
  refundNumbers: [...new Set(rows.flatMap((row) => row.refund?.number ?? []))],
});

interface BatchWork {
  ofBatch(rows: readonly BillRow[]): Promise<void>;
  /** What is wrong with the bill itself. */
  onProblem?(problem: Discrepancy): void;
}

async function eachBatch(bill: BillFile, { ofBatch, onProblem }: BatchWork): Promise<void> {
  const reader = createBillReader();
  let batch: BillRow[] = [];
  const take = async (parts: readonly BillPart[]): Promise<void> => {
    for (const part of parts) {
      if (part.kind === "row") batch.push(part.row);
      else onProblem?.(unreadable(part.line));
      if (batch.length < BILL_BATCH_ROWS) continue;
      await ofBatch(batch);
      batch = [];
    }
  };
  for await (const text of unpackBill(bill)) await take(reader.push(text));
  await take(reader.end());
  if (batch.length > 0) await ofBatch(batch);
  for (const wrong of reader.wrongSums()) onProblem?.(wrongSum(wrong));
}

export const wrongSum = ({ column, rows, stated }: WrongSum): Discrepancy =>
  discrepancy("summary_differs", { ours: `${column} ${rows}`, theirs: `${column} ${stated}` });

export const unreadable = (line: number): Discrepancy =>
  discrepancy("unreadable_row", { ours: null, theirs: `#${line}` });

async function* eachPage<Thing extends Paged>(
  read: (page: Pick<PageOfDay, "after" | "limit">) => Promise<Thing[]>,
): AsyncGenerator<Thing> {
  for (let after = ""; ; ) {
    const page = await read({ after, limit: BILL_BATCH_ROWS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < BILL_BATCH_ROWS) return;
    after = last.id;
  }
}

/**
 * Our moment of a refund and WeChat's are not the same one, so about midnight a refund may stand in the bill of the day before:
 * it is looked for there as well, and where that bill was not kept nothing is said.
 */
async function* missingRefunds(
  store: ReconciliationStore,
  { merchantNumber, day }: Subject,
  comparison: Comparison,
): AsyncGenerator<RefundOfDay> {
  const { from, to } = dayBounds(day);
  const window = {
    merchantNumber,
    from: addMs(from, -REFUND_MOMENTS_APART_MS),
    to: addMs(to, -REFUND_MOMENTS_APART_MS),
  };
  let dayBefore: ReadonlySet<string> | null | undefined;
  for await (const refund of eachPage((page) => store.refundsIn({ ...window, ...page }))) {
    if (comparison.hasRefund(refund.number)) continue;
    if (refund.createdAt.getTime() < from.getTime() + REFUND_MOMENTS_APART_MS) {
      dayBefore ??= await refundsOnBill(store, { merchantNumber, day: beijingDay(addMs(from, -1)) });
      if (dayBefore === null || dayBefore.has(refund.number)) continue;
    }
    yield refund;
  }
}

const onlyInBook = ({ number, tradeNumber, transactionId, amountFen }: RefundOfDay): Discrepancy =>
  discrepancy("refund_only_in_book", {
    tradeNumber,
    transactionId,
    refundNumber: number,
    ours: amountFen,
    theirs: null,
  });

/** @returns null when that bill was not kept */
async function refundsOnBill(
  store: ReconciliationStore,
  which: { readonly merchantNumber: string; readonly day: string },
): Promise<ReadonlySet<string> | null> {
  const bill = await store.keptBill({ ...which, kind: "trades" });
  if (bill === null) return null;
  const shown = new Set<string>();
  await eachBatch(bill, {
    async ofBatch(rows) {
      for (const { refund } of rows) if (refund !== null) shown.add(refund.number);
    },
  });
  return shown;
}
