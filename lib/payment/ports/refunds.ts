import type { AbnormalApplication } from "../domain/abnormal-refund.ts";
import type { JournalEntry } from "../domain/ledger.ts";
import type { LockedOrder } from "../domain/order-file.ts";
import type { Refund, RefundMove } from "../domain/refund.ts";
import type { RefundApproval, RefundRules } from "../domain/refund-approval.ts";

/** A refund with when it is looked at next; null once it is final. */
export interface Scheduled {
  readonly refund: Refund;
  readonly checkAt: Date | null;
}

/** A refund made in WeChat's own console, seen in a notice. */
export interface ForeignRefund {
  readonly number: string;
  readonly accountId: string;
  readonly tradeNumber: string;
  readonly checks: number;
}

/** A late payment that becomes the payment of its order. */
export interface Acceptance {
  readonly orderId: string;
  readonly attemptId: string;
  readonly paidAt: Date;
  readonly journal: JournalEntry;
  readonly now: Date;
}

/** What one transaction may do with refunds. The caller holds the order's lock. */
export interface RefundTx {
  /** Locks the order of a refund, found by the refund's id or number. */
  lockOrder(key: { readonly id: string } | { readonly number: string }): Promise<LockedOrder | null>;
  /** All refunds of the order, oldest first. */
  of(orderId: string): Promise<Refund[]>;
  /** Stores the refund and sets its amount aside on the attempt. */
  insert(scheduled: Scheduled): Promise<void>;
  /** Changes nothing but when it was sent, how often it was tried, and when to look again. */
  reschedule(scheduled: Scheduled): Promise<void>;
  /** @throws Error when the refund was not in the state it was judged in */
  move(move: RefundMove, schedule: { readonly checkAt: Date | null; readonly now: Date }): Promise<void>;
  /** Whether the payment stands in our books; money at another merchant does not. */
  isBooked(attemptId: string): Promise<boolean>;
  accept(acceptance: Acceptance): Promise<void>;
  /** What the owner wants of refunds. */
  rules(): Promise<RefundRules>;
  findApproval(refundId: string): Promise<RefundApproval | null>;
  /** The order's refunds that a second person has approved, or still has to. */
  approvedIds(orderId: string): Promise<ReadonlySet<string>>;
  insertApproval(approval: RefundApproval): Promise<void>;
  /** @throws Error when it was answered before: the caller did not hold the lock */
  endApproval(approval: RefundApproval): Promise<void>;
  /** The newest, open or not. */
  latestApplication(refundId: string): Promise<AbnormalApplication | null>;
  insertApplication(application: AbnormalApplication): Promise<void>;
  /** Changes the open one. */
  changeApplication(application: AbnormalApplication): Promise<void>;
  /** @returns false when it was seen before */
  insertForeign(foreign: ForeignRefund, seenAt: Date): Promise<boolean>;
  /** @param checkAt null: nothing more to ask */
  postponeForeign(number: string, checkAt: Date | null): Promise<void>;
}

export interface DueRefund {
  readonly refundId: string;
  readonly orderId: string;
}

/** A payment that settles nothing and has no decision yet. */
export interface OpenMoney {
  readonly orderId: string;
  readonly transactionId: string;
}

/** Which refunds a list shows. */
interface WantedRefunds {
  readonly status?: "pending" | "succeeded" | "abnormal" | "closed";
  readonly createdFrom?: Date;
  readonly createdTo?: Date;
  /** When the money went back. */
  readonly from?: Date;
  readonly to?: Date;
  readonly text?: string;
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface RefundStore {
  find(refundId: string): Promise<Refund | null>;
  /** Oldest first. */
  ofOrder(orderId: string): Promise<Refund[]>;
  /** Newest first, of all orders. */
  list(wanted: WantedRefunds): Promise<Refund[]>;
  rules(): Promise<RefundRules>;
  /** As in {@link RefundTx}. */
  approvedIds(orderId: string): Promise<ReadonlySet<string>>;
  /** Claims refunds with a due `check_at`, as attempts are claimed. */
  claimDue(now: Date, limit: number): Promise<DueRefund[]>;
  claimDueForeign(now: Date, limit: number): Promise<ForeignRefund[]>;
  /** Booked before `before`, still open, and never tried to be given back. */
  listOpenMoney(before: Date, limit: number): Promise<OpenMoney[]>;
}
