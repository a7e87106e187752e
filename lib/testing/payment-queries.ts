import { isAppError } from "#lib/base/app-error.ts";
import type { PaymentFixture } from "./payment-fixture.ts";

/** The code a call fails with, or `no error`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (cause) => (isAppError(cause) ? cause.code : String(cause)),
  );

export const attemptsOf = (fixture: PaymentFixture, orderId: string) =>
  fixture.rows<{ status: string; verdict: string | null; number: string; resolution: string | null; channel: string }>(
    "select * from payment_attempts where order_id = $1 order by sequence",
    [orderId],
  );

/** Debit less credit of each ledger account that the order touched. */
export async function balanceOf(fixture: PaymentFixture, orderId: string): Promise<Record<string, number>> {
  const lines = await fixture.rows<{ account: string; balance: string }>(
    `select l.account, sum(l.debit - l.credit) as balance from journal_lines l join journal_entries e on e.id = l.entry_id
      where e.order_id = $1 group by l.account`,
    [orderId],
  );
  return Object.fromEntries(lines.map((line) => [line.account, Number(line.balance)]));
}
