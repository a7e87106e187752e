import type pg from "pg";
import type { BookedPayment } from "#lib/payment/index.ts";
import { run, type Statement } from "./transaction.ts";

// The attempt, its order, what it took of promotions, the journal and the word to the watchers in one statement. The guard on the status repeats what
// the domain has judged under the row lock, so that even a mistake above could not book a payment twice.
const BOOK: Statement = {
  name: "book_payment",
  text: `
    with paid as (
      update payment_attempts
         set status = 'succeeded', verdict = $3, resolution = case when $3 = 'settles' then null else 'open' end,
             transaction_id = $4, amount_paid = $5, payer_amount = $6, paid_at = $7, ended_at = $8, check_at = null,
             amount_settled = $13, vouchers = $14
       where id = $1 and status <> 'succeeded'
         and not exists (select from payment_attempts other where other.transaction_id = $4)
      returning order_id
    ), ordered as (
      update orders
         set version = version + 1,
             status = case when $3 = 'settles' then 'paid' else status end,
             paid_at = case when $3 = 'settles' then $7 else paid_at end,
             check_at = case when $3 = 'settles' then null else check_at end
       where id = (select order_id from paid) and id = $2
      returning id
    ), entry as (
      insert into journal_entries (cause, order_id, created_at)
      select $9, ordered.id, $8 from ordered where $9::text is not null
      returning id
    ), spent as (
      update promotion_uses set state = 'spent', settled_at = $8
       where order_id = (select id from ordered) and $3 = 'settles' and state = 'reserved'
    ), lines as (
      insert into journal_lines (entry_id, account, debit, credit)
      select entry.id, l.account, l.debit, l.credit
        from entry, unnest($10::text[], $11::bigint[], $12::bigint[]) as l (account, debit, credit)
    )
    select pg_notify('order_changed', ordered.id) from ordered`,
};

const TRANSACTION_TAKEN: Statement = {
  name: "transaction_taken",
  text: "select from payment_attempts where transaction_id = $1 and id <> $2",
};

/**
 * @returns false when the transaction stands on another attempt: WeChat's number of a payment is booked once
 * @throws Error when the attempt had succeeded before: the caller judged without holding the lock
 */
export async function bookPayment(client: pg.PoolClient, payment: BookedPayment): Promise<boolean> {
  const { trade, journal, split } = payment;
  const lines = journal?.lines ?? [];
  const { rows } = await run(client, BOOK, [
    payment.attemptId,
    payment.orderId,
    payment.verdict,
    trade.transactionId,
    trade.totalFen,
    split.payerFen,
    trade.paidAt,
    payment.now,
    journal?.cause ?? null,
    lines.map((line) => line.account),
    lines.map((line) => line.debitFen),
    lines.map((line) => line.creditFen),
    split.settledFen,
    JSON.stringify(split.vouchers),
  ]);
  if (rows.length === 1) return true;
  const taken = await run(client, TRANSACTION_TAKEN, [trade.transactionId, payment.attemptId]);
  if (taken.rowCount === 0) throw new Error(`attempt ${payment.attemptId} was booked before`);
  return false;
}
