import type { Fen } from "#lib/base/fen.ts";
import { BILL_BATCH_ROWS, DISCREPANCIES_MAX, REFUND_MOMENTS_APART_MS } from "#lib/base/limits.ts";
import { addMs, beijingDay, DAY_MS } from "#lib/base/time.ts";
import type { BillFile } from "#lib/payment/index.ts";
import { fenOfFee } from "./bill-amounts.ts";
import { type Comparison, createComparison } from "./compare.ts";
import { createDaySums, type DaySums } from "./day-sums.ts";
import { type Discrepancy, discrepancy } from "./discrepancy.ts";
import type { Paged, PageOfDay, ReconciliationStore, RefundOfDay, Subject } from "./ports.ts";
import { type BillPart, type BillRow, createBillReader } from "./read-bill.ts";
import { unpackBill } from "./unpack-bill.ts";

export interface BillFindings {
  readonly trades: number;
  readonly refunds: number;
  readonly discrepancies: readonly Discrepancy[];
  readonly more: number;
  /** Null when the bill contradicts itself. */
  readonly feesFen: Fen | null;
  readonly sums: DaySums;
}

/** A day's bounds. */
export const dayBounds = (day: string): { readonly from: Date; readonly to: Date } => {
  const from = new Date(`${day}T00:00:00+08:00`);
  return { from, to: addMs(from, DAY_MS) };
};

/** Keeps the first of them and counts the rest. */
export function createFindings() {
  const kept: Discrepancy[] = [];
  let more = 0;
  return {
    kept,
    get more() {
      return more;
    },
    add(found: readonly Discrepancy[]): void {
      const room = Math.max(0, DISCREPANCIES_MAX - kept.length);
      kept.push(...found.slice(0, room));
      more += Math.max(0, found.length - room);
    },
  };
}

/**
 * Reads the bill batch by batch against our book, then our book against what the bill has shown.
 * @param bill null: WeChat has no bill of that day, for nothing happened
 * @throws BillProblem when it is no trade bill
 */
export async function reconcileBill(
  store: ReconciliationStore,
  subject: Subject,
  bill: BillFile | null,
): Promise<BillFindings> {
  const { merchantNumber, day } = subject;
  const bounds = dayBounds(day);
  const comparison = createComparison(merchantNumber);
  const findings = createFindings();
  const tally = { trades: 0, refunds: 0, fee: 0, isSound: true };
  const sums = createDaySums(merchantNumber);
  if (bill !== null) {
    const problems = await eachBatch(bill, async (rows) => {
      for (const row of rows) count(tally, row, merchantNumber);
      const book = await store.book({ merchantNumber, to: bounds.to, ...numbersOf(rows) });
      sums.bill(rows);
      for (const refund of book.refunds.values()) if (!comparison.hasRefund(refund.number)) sums.refund(refund);
      findings.add(comparison.compare(rows, book));
    });
    tally.isSound = problems.length === 0;
    findings.add(problems);
  }
  findings.add(comparison.rest());
  const pages = { merchantNumber, ...bounds };
  for await (const payment of eachPage((page) => store.paidIn({ ...pages, ...page }))) {
    const { tradeNumber, transactionId } = payment;
    sums.payment(payment);
    if (transactionId === null || comparison.hasPayment(transactionId)) continue;
    findings.add([discrepancy("only_in_book", { tradeNumber, transactionId, ours: payment.paidFen, theirs: null })]);
  }
  const missing = await missingRefunds(store, subject, comparison);
  for (const refund of missing) sums.refund(refund);
  findings.add(missing.map(onlyInBook));
  return {
    trades: tally.trades,
    refunds: tally.refunds,
    discrepancies: findings.kept,
    more: findings.more,
    feesFen: tally.isSound ? fenOfFee(tally.fee) : null,
    sums: sums.total(),
  };
}

function count(tally: { trades: number; refunds: number; fee: number }, row: BillRow, merchantNumber: string): void {
  if (row.refund === null) tally.trades++;
  else tally.refunds++;
  if (row.merchantNumber === merchantNumber) tally.fee += row.fee;
}

const numbersOf = (rows: readonly BillRow[]) => ({
  tradeNumbers: [...new Set(rows.map((row) => row.tradeNumber))],
  refundNumbers: [...new Set(rows.flatMap((row) => row.refund?.number ?? []))],
});

/** @returns what is wrong with the bill itself */
async function eachBatch(bill: BillFile, work: (rows: readonly BillRow[]) => Promise<void>): Promise<Discrepancy[]> {
  const reader = createBillReader();
  const problems: Discrepancy[] = [];
  let batch: BillRow[] = [];
  const take = async (parts: readonly BillPart[]): Promise<void> => {
    for (const part of parts) {
      if (part.kind === "row") batch.push(part.row);
      else if (problems.length < DISCREPANCIES_MAX) problems.push(unreadable(part.line));
      if (batch.length < BILL_BATCH_ROWS) continue;
      await work(batch);
      batch = [];
    }
  };
  for await (const text of unpackBill(bill)) await take(reader.push(text));
  await take(reader.end());
  if (batch.length > 0) await work(batch);
  const wrong = reader
    .wrongSums()
    .map(({ column, rows, stated }) =>
      discrepancy("summary_differs", { ours: `${column} ${rows}`, theirs: `${column} ${stated}` }),
    );
  return [...problems, ...wrong];
}

export const unreadable = (line: number): Discrepancy =>
  discrepancy("unreadable_row", { ours: null, theirs: `第 ${line} 行 / line ${line}` });

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
async function missingRefunds(
  store: ReconciliationStore,
  { merchantNumber, day }: Subject,
  comparison: Comparison,
): Promise<RefundOfDay[]> {
  const { from, to } = dayBounds(day);
  const window = {
    merchantNumber,
    from: addMs(from, -REFUND_MOMENTS_APART_MS),
    to: addMs(to, -REFUND_MOMENTS_APART_MS),
  };
  const sure: RefundOfDay[] = [];
  const early: RefundOfDay[] = [];
  for await (const refund of eachPage((page) => store.refundsIn({ ...window, ...page }))) {
    if (comparison.hasRefund(refund.number)) continue;
    const isSure = refund.createdAt.getTime() >= from.getTime() + REFUND_MOMENTS_APART_MS;
    if (sure.length + early.length < DISCREPANCIES_MAX) (isSure ? sure : early).push(refund);
  }
  return [...sure, ...(early.length === 0 ? [] : await notTheDayBefore(store, { merchantNumber, from }, early))];
}

const onlyInBook = ({ number, tradeNumber, transactionId, amountFen }: RefundOfDay): Discrepancy =>
  discrepancy("refund_only_in_book", {
    tradeNumber,
    transactionId,
    refundNumber: number,
    ours: amountFen,
    theirs: null,
  });

async function notTheDayBefore(
  store: ReconciliationStore,
  { merchantNumber, from }: { readonly merchantNumber: string; readonly from: Date },
  refunds: readonly RefundOfDay[],
): Promise<RefundOfDay[]> {
  const bill = await store.keptBill({ merchantNumber, day: beijingDay(addMs(from, -1)), kind: "trades" });
  if (bill === null) return [];
  const shown = new Set<string>();
  await eachBatch(bill, async (rows) => {
    for (const { refund } of rows) if (refund !== null) shown.add(refund.number);
  });
  return refunds.filter(({ number }) => !shown.has(number));
}
