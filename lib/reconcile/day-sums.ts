import { type Fen, fen } from "#lib/base/fen.ts";
import type { BookPayment } from "./compare.ts";
import type { BookRefund } from "./compare-refund.ts";
import type { BillRow } from "./read-bill.ts";

/** One side's sums of a day. */
export interface SideSums {
  readonly paidFen: Fen;
  /** What of it comes to the merchant before the fees: less by vouchers at the merchant's expense. */
  readonly settledFen: Fen;
  readonly refundedFen: Fen;
}

export interface DaySums {
  readonly theirs: SideSums;
  readonly ours: SideSums;
}

/**
 * What a day comes to by the bill and by our book. They are the same where nothing differs: refunds of ours count on the day
 * that they are billed in, and a payment that was reversed in the same bill on neither side.
 */
export function createDaySums(merchantNumber: string) {
  const theirs = { paid: 0, settled: 0, refunded: 0 };
  const ours = { paid: 0, settled: 0, refunded: 0 };
  const side = ({ paid, settled, refunded }: typeof theirs): SideSums => ({
    paidFen: fen(paid),
    settledFen: fen(settled),
    refundedFen: fen(refunded),
  });
  return {
    bill(rows: readonly BillRow[]): void {
      for (const { merchantNumber: rowMerchant, kind, totalFen, settledFen, refund } of rows) {
        if (rowMerchant !== merchantNumber) continue;
        if (refund === null) {
          theirs.paid += totalFen;
          theirs.settled += settledFen ?? totalFen;
        } else if (kind === "reversal") {
          theirs.paid -= refund.amountFen;
          theirs.settled -= refund.settledFen;
        } else theirs.refunded += refund.amountFen;
      }
    },
    payment({ paidFen, settledFen }: BookPayment): void {
      ours.paid += paidFen;
      ours.settled += settledFen;
    },
    refund({ amountFen }: BookRefund): void {
      ours.refunded += amountFen;
    },
    total: (): DaySums => ({ theirs: side(theirs), ours: side(ours) }),
  };
}
