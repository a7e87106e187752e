import { type Fen, fen, partOf, subtractFen } from "#lib/base/fen.ts";

/**
 * Who bears a voucher of WeChat itself (代金券). `prefunded` (充值): it was paid in beforehand, so the merchant gets the full
 * amount. `merchant` (免充值): it was not, so the merchant gets less. `unknown`: WeChat did not say; taken as prefunded until the
 * bill says otherwise.
 */
export type VoucherFunding = "prefunded" | "merchant" | "unknown";

/** A voucher of WeChat itself that a shopper used. Not one of our discounts: those lower what is asked for in the first place. */
export interface Voucher {
  readonly id: string | null;
  readonly name: string | null;
  /** The batch (批次) it was given out from. */
  readonly batch: string | null;
  readonly amountFen: Fen;
  readonly funding: VoucherFunding;
  /** Shares by who pays for it, if WeChat reports them. */
  readonly wechatFen: Fen | null;
  readonly merchantFen: Fen | null;
  readonly otherFen: Fen | null;
}

/** One payment, three numbers: the order's total that was paid is what all of them are parts of. */
export interface PaymentSplit {
  /** What comes to the merchant, before the fee. */
  readonly settledFen: Fen;
  /** What the payer handed over; null where WeChat did not say. */
  readonly payerFen: Fen | null;
  readonly vouchers: readonly Voucher[];
}

export interface ToldSplit {
  readonly totalFen: Fen;
  readonly payerFen: Fen | null;
  /** Where WeChat states it (v2); otherwise it follows from the vouchers. */
  readonly settledFen?: Fen;
  readonly vouchers?: readonly Voucher[];
}

/** Settlement = total − vouchers at the merchant's expense. What cannot be is not believed: then the bill has to tell. */
export function splitOf({ totalFen, payerFen, settledFen, vouchers = [] }: ToldSplit): PaymentSplit {
  const believed = sumOf(vouchers) <= totalFen ? vouchers : [];
  const atOurExpense = believed.filter(({ funding }) => funding === "merchant");
  const settled = settledFen ?? subtractFen(totalFen, sumOf(atOurExpense));
  return {
    settledFen: settled >= 0 && settled <= totalFen ? settled : totalFen,
    payerFen: payerFen !== null && payerFen >= 0 && payerFen <= totalFen ? payerFen : null,
    vouchers: believed,
  };
}

export const sumOf = (vouchers: readonly Pick<Voucher, "amountFen">[]): Fen =>
  fen(vouchers.reduce((sum, { amountFen }) => sum + amountFen, 0));

/**
 * What a refund takes from the merchant where WeChat does not tell: as large a share as the settlement has of the payment. The
 * shares of all refunds come to the settlement.
 */
export function settledShare(
  amountFen: Fen,
  attempt: { readonly paidFen: Fen; readonly settledFen: Fen; readonly refundedFen: Fen },
): Fen {
  const { paidFen, settledFen, refundedFen } = attempt;
  if (settledFen === paidFen) return amountFen;
  const upTo = (refunded: number) => partOf(settledFen, refunded, paidFen);
  return subtractFen(upTo(Math.min(refundedFen + amountFen, paidFen)), upTo(refundedFen));
}
