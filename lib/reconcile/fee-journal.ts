import { type Fen, fen, subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import type { JournalEntry } from "#lib/payment/index.ts";
import type { BookedFees } from "./ports.ts";

/**
 * What is still to be booked of a day's fees: WeChat kept them, so they leave the clearing account. A bill that changed later
 * books the difference; each entry has a cause of its own.
 * @returns null when the book has them already
 */
export function journalOfFees(
  { accountId, day }: { readonly accountId: string; readonly day: string },
  feesFen: Fen,
  booked: BookedFees,
): JournalEntry | null {
  const missing = subtractFen(feesFen, booked.feesFen);
  if (missing === 0) return null;
  const amount = fen(Math.abs(missing));
  const [debited, credited] =
    missing > 0 ? (["fees", "wechat_clearing"] as const) : (["wechat_clearing", "fees"] as const);
  return {
    cause: `fees:${accountId}:${day}:${booked.entries + 1}`,
    lines: [
      { account: debited, debitFen: amount, creditFen: ZERO_FEN },
      { account: credited, debitFen: ZERO_FEN, creditFen: amount },
    ],
  };
}
