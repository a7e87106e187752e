import type pg from "pg";
import type { Announcement, BookedPayment, Receipt, Settling } from "#lib/payment/index.ts";
import { brokenUnique, isRetryable } from "../errors.ts";
import { run, statement } from "../transaction.ts";

// The attempt, its order, what it took of promotions and the journal in one statement. The guard on the status repeats what
// the domain has judged, so that even a mistake above could not book a payment twice.
const booking = (guard: string): string => `
    paid as (
      update payment_attempts
         set status = 'succeeded', verdict = $3, resolution = case when $3 = 'settles' then null else 'open' end,
             transaction_id = $4, amount_paid = $5, payer_amount = $6, paid_at = $7, ended_at = $8, check_at = null,
             amount_settled = $13, vouchers = $14,
             confirmed_by = $15, confirmed_account_id = $16, confirmed_protocol = $17, paid_at_is_ours = $18
       where id = $1 and ${guard}
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
    )`;

const BOOK = statement("book_payment")`
  with ${booking("status <> 'succeeded'")} select ordered.id as changed_topic from ordered`;

// The same for a notice, with its receipt and its event: a transaction of one statement, which does nothing at all unless
// order and attempt are as they were read.
const SETTLE = statement("settle_payment")`
  with as_read as (
    select id from orders where id = $2 and status = 'pending' and version = $19 for update
  ), ${booking("status in ('opening', 'waiting') and reverse_since is null and order_id = (select id from as_read)")}, receipt as (
    insert into notify_receipts (account_id, notice_id, kind, content, received_at)
    select $20, $21, 'payment', $22::jsonb, $8 from ordered
  ), event as (
    insert into webhook_events (id, type, order_id, payload, created_at)
    select $23, 'order.paid', ordered.id, $24, $8 from ordered where $23::text is not null
    returning id, seq
  ), deliveries as (
    insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at)
    select event.id, event.seq, w.id, $8 from event, webhook_endpoints w where w.disabled_at is null and 'order.paid' = any(w.events)
  )
  select ordered.id as changed_topic from ordered`;

const TRANSACTION_TAKEN = statement("transaction_taken")`
  select from payment_attempts where transaction_id = $1 and id <> $2`;

/**
 * @returns false when the transaction stands on another attempt: WeChat's number of a payment is booked once
 * @throws Error when the attempt had succeeded before: the caller judged without holding the lock
 */
export async function bookPayment(client: pg.PoolClient, payment: BookedPayment): Promise<boolean> {
  const { rows } = await run(client, BOOK, valuesOf(payment));
  if (rows.length === 1) return true;
  const taken = await run(client, TRANSACTION_TAKEN, [payment.trade.transactionId, payment.attemptId]);
  if (taken.rowCount === 0) throw new Error(`attempt ${payment.attemptId} was booked before`);
  return false;
}

/** @returns false, and nothing has changed, when somebody else was quicker with the order, the attempt or the notice */
export async function settlePayment(pool: pg.Pool, settling: Settling): Promise<boolean> {
  const { payment, orderVersion, receipt, announcement } = settling;
  const { accountId, noticeId, content } = receiptColumns(receipt);
  const values = [
    ...valuesOf(payment),
    orderVersion,
    ...[accountId, noticeId, content],
    ...(announcement === null ? [null, null] : [announcement.id, announcementText(announcement)]),
  ];
  try {
    const { rows } = await run(pool, SETTLE, values);
    return rows.length === 1;
  } catch (cause) {
    if (brokenUnique(cause) !== null || isRetryable(cause)) return false;
    throw cause;
  }
}

function valuesOf(booked: BookedPayment): unknown[] {
  const { attemptId, orderId, verdict, trade, split, journal, confirmation, now } = booked;
  const lines = journal?.lines ?? [];
  return [
    ...[attemptId, orderId, verdict],
    ...[trade.transactionId, trade.totalFen, split.payerFen, trade.paidAt, now],
    journal?.cause ?? null,
    lines.map((line) => line.account),
    lines.map((line) => line.debitFen),
    lines.map((line) => line.creditFen),
    ...[split.settledFen, JSON.stringify(split.vouchers)],
    ...[confirmation.by, confirmation.accountId, confirmation.protocol, trade.isPaidAtOurs],
  ];
}

/** What a verified notice said, as it is kept. */
export function receiptColumns({ notification }: Pick<Receipt, "notification">) {
  const { accountId, noticeId, kind, protocol, ...said } = notification;
  return { accountId, noticeId, kind, content: JSON.stringify({ protocol, ...said }) };
}

/** The text that is stored is the text that is signed and sent, on every try. */
export const announcementText = ({ type, at, payload }: Announcement): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data: payload });
