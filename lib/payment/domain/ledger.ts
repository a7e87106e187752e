import type { Fen } from "#lib/base/fen.ts";
import { subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import type { Attempt, Verdict } from "./attempt.ts";
import type { Order } from "./order.ts";

/** What the payment provider holds for the merchant; the stored name is from when there was one provider. */
const CLEARING = "wechat_clearing";

const LEDGER_ACCOUNTS = [
  CLEARING,
  "sales",
  "discounts",
  "vouchers",
  "refunds",
  "owed_to_shoppers",
  "fees",
  "bank",
] as const;
type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One side of an entry; exactly one of the two amounts is not zero. */
interface JournalLine {
  readonly account: LedgerAccount;
  readonly debitFen: Fen;
  readonly creditFen: Fen;
}

/** Double entry: debits and credits are equal. `cause` is unique, so nothing is booked twice. */
export interface JournalEntry {
  readonly cause: string;
  readonly lines: readonly JournalLine[];
}

/**
 * The order is settled: what was sold, what we gave off, what WeChat's vouchers took at our expense, and what WeChat now holds
 * for us. A voucher that was funded beforehand is money like any other: it comes in full, and who paid it in did so elsewhere.
 */
export function journalOfSettlement(order: Order, attempt: Pick<Attempt, "id">, settledFen: Fen): JournalEntry {
  return entry(`payment:${attempt.id}`, [
    debit(CLEARING, settledFen),
    debit("vouchers", subtractFen(order.dueFen, settledFen)),
    debit("discounts", order.discountFen),
    credit("sales", order.totalFen),
  ]);
}

/** Money that settles nothing is owed to its payer until it is refunded or accepted. */
export function journalOfOwedMoney(
  attemptId: string,
  { paidFen, settledFen }: { readonly paidFen: Fen; readonly settledFen: Fen },
): JournalEntry {
  return entry(`payment:${attemptId}`, [
    debit(CLEARING, settledFen),
    debit("vouchers", subtractFen(paidFen, settledFen)),
    credit("owed_to_shoppers", paidFen),
  ]);
}

/** A late payment that the merchant keeps as the payment of its order: the debt becomes the sale. */
export function journalOfAcceptance(order: Order, attempt: Pick<Attempt, "id">): JournalEntry {
  return entry(`acceptance:${attempt.id}`, [
    debit("owed_to_shoppers", order.dueFen),
    debit("discounts", order.discountFen),
    credit("sales", order.totalFen),
  ]);
}

/** Money that went back, and the vouchers' share that no longer costs us. @param verdict of the attempt it goes back from */
export function journalOfRefund(
  { id, amountFen, settledFen }: { id: string; amountFen: Fen; settledFen: Fen },
  verdict: Verdict,
): JournalEntry {
  const account = verdict === "settles" ? "refunds" : "owed_to_shoppers";
  return entry(`refund:${id}`, [
    debit(account, amountFen),
    credit(CLEARING, settledFen),
    credit("vouchers", subtractFen(amountFen, settledFen)),
  ]);
}

const debit = (account: LedgerAccount, amount: Fen): JournalLine => ({
  account,
  debitFen: amount,
  creditFen: ZERO_FEN,
});
const credit = (account: LedgerAccount, amount: Fen): JournalLine => ({
  account,
  debitFen: ZERO_FEN,
  creditFen: amount,
});

function entry(cause: string, lines: readonly JournalLine[]): JournalEntry {
  return { cause, lines: lines.filter((line) => line.debitFen !== line.creditFen) };
}
