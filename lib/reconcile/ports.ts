import type { Fen } from "#lib/base/fen.ts";
import type { BillFile, BillKind, JournalEntry } from "#lib/payment/index.ts";
import type { Book, BookPayment } from "./compare.ts";
import type { BookRefund } from "./compare-refund.ts";
import type { DaySums } from "./day-sums.ts";
import type { Discrepancy } from "./discrepancy.ts";

/** One merchant number's day. */
export interface Subject {
  /** Under which the run is kept, once and for all. */
  readonly accountId: string;
  /** The account that fetches the bill: the newest of that merchant number. */
  readonly gatewayId: string;
  readonly merchantNumber: string;
  /** Of Beijing, `2026-07-01`. */
  readonly day: string;
}

export interface PageOfDay {
  readonly merchantNumber: string;
  readonly from: Date;
  readonly to: Date;
  /** Id of the last one of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

export interface Paged {
  readonly id: string;
}

export interface RefundOfDay extends BookRefund, Paged {
  readonly createdAt: Date;
}

export interface RunFacts {
  readonly subject: Subject;
  readonly trades: number;
  readonly refunds: number;
  /** Rows of apps that are not ours, which share the merchant number. */
  readonly otherApps: number;
  readonly hasBill: boolean;
  readonly discrepancies: readonly Discrepancy[];
  /** Found beyond {@link discrepancies}. */
  readonly more: number;
  /** What the day's fees come to; null: the bill cannot be trusted with it. */
  readonly feesFen: Fen | null;
  readonly sums: DaySums;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

export interface RunFailure {
  readonly problem: string;
  readonly isLate: boolean;
  readonly at: Date;
}

export interface ReconciliationStore {
  /** The merchant numbers that had to do with the day. */
  subjects(day: string): Promise<Subject[]>;
  /** All app ids that accounts of this merchant number have or had. */
  appIds(merchantNumber: string): Promise<ReadonlySet<string>>;
  /** Everything of ours that goes by one of these numbers. */
  book(ask: {
    readonly merchantNumber: string;
    readonly tradeNumbers: readonly string[];
    readonly refundNumbers: readonly string[];
    /** End of the bill's day. */
    readonly to: Date;
  }): Promise<Book>;
  paidIn(page: PageOfDay): Promise<(BookPayment & Paged)[]>;
  /** Refunds that WeChat accepted between the two moments. */
  refundsIn(page: PageOfDay): Promise<RefundOfDay[]>;
  keepBill(subject: Subject, kind: BillKind, bill: BillFile): Promise<void>;
  keptBill(ask: {
    readonly merchantNumber: string;
    readonly day: string;
    readonly kind: BillKind;
  }): Promise<BillFile | null>;
  /**
   * Writes down the run, its differences and the fees, in one transaction. What was found before and is not any more is closed
   * and says so; what a person has closed stays closed.
   * @returns the differences that are open
   */
  conclude(facts: RunFacts, feeJournal: (booked: BookedFees) => JournalEntry | null): Promise<Discrepancy[]>;
  /**
   * A run that came to no result; one that did before stays as it is.
   * @param failure `isLate`: the bill is overdue, which raises an alert
   */
  recordFailure(subject: Subject, failure: RunFailure): Promise<void>;
  /** Those of the days that the account in use has a result for, or was not there yet. */
  settledDays(days: readonly string[]): Promise<string[]>;
}

export interface BookedFees {
  readonly feesFen: Fen;
  readonly entries: number;
}
