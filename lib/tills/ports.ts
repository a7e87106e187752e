import type { Channel } from "#lib/payment/index.ts";

// What shifts need of the store.

/** How many, and what they come to in fen. */
export interface CountAndSum {
  readonly count: number;
  readonly sumFen: number;
}

/** What a shift comes to. */
export interface ShiftSums {
  /** Payments that settle their orders. */
  readonly payments: CountAndSum;
  /** Money that settles none: late, paid twice, of another amount. */
  readonly other: CountAndSum;
  readonly refunds: CountAndSum;
  /** Not decided yet, and so in no sum: trades that may still be paid, refunds under way. */
  readonly open: CountAndSum;
  readonly refunding: CountAndSum;
}

/** One line of the account: what one cashier took, or gave back, by one channel. */
export interface ShiftLine extends CountAndSum {
  readonly kind: "payments" | "other" | "refunds";
  readonly channel: Channel;
  /** Null for orders that no cashier made. */
  readonly cashier: { readonly id: string; readonly name: string } | null;
}

/** Money of the shift that settles no order. */
export interface ShiftOddPayment {
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly verdict: "late" | "extra" | "mismatch";
  readonly amountFen: number;
  readonly at: Date;
}

/** A Beijing day of the shift's money, against WeChat's bill of that day. */
export interface ShiftBillDay {
  readonly day: string;
  /** Payments and refunds of the shift on that day. */
  readonly entries: number;
  /** Whether the day was compared with WeChat's bill. */
  readonly isCompared: boolean;
  /** What differed about them. */
  readonly differences: number;
}

export interface ShiftHead {
  readonly id: string;
  readonly number: number;
  readonly store: { readonly code: string; readonly name: string };
  readonly till: { readonly id: string; readonly code: string; readonly name: string };
  /** The hand-over before. */
  readonly since: Date | null;
  readonly openedAt: Date;
  readonly openedBy: string;
  /** Null while it is open. */
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  readonly received: { readonly by: string; readonly at: Date; readonly note: string | null } | null;
  readonly sums: ShiftSums;
}

export interface ShiftAccount extends ShiftHead {
  readonly lines: readonly ShiftLine[];
  readonly oddPayments: readonly ShiftOddPayment[];
  readonly billDays: readonly ShiftBillDay[];
}

export interface HandOver {
  readonly shiftId: string;
  /** For the audit log. */
  readonly actor: string;
  /** Null where someone else closes it in the cashier's place. */
  readonly cashierId: string | null;
  readonly note: string | null;
  readonly at: Date;
}

export interface ShiftFilter {
  readonly storeId?: string | undefined;
  readonly tillId?: string | undefined;
  readonly cashierId?: string | undefined;
  readonly closedFrom?: Date | undefined;
  readonly closedTo?: Date | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ShiftReception {
  readonly shiftId: string;
  readonly by: string;
  readonly note: string | null;
  readonly at: Date;
}

export interface ShiftStore {
  /** Orders of the shift's till that have an open trade, the newest first. */
  openTrades(shiftId: string, limit: number): Promise<string[]>;
  /** Closes the shift with everything of its till that counts in no shift yet. One of two at once closes it. */
  handOver(handOver: HandOver): Promise<"handed_over" | "closed_before" | "absent">;
  find(shiftId: string): Promise<ShiftAccount | null>;
  /** Those that were handed over, the newest first. */
  list(filter: ShiftFilter): Promise<ShiftHead[]>;
  /** Those that are open, with what they have come to so far. */
  listOpen(): Promise<ShiftHead[]>;
  /** False where it was taken over before, or is still open. */
  receive(reception: ShiftReception): Promise<boolean>;
}
