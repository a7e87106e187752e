import type pg from "pg";
import { callTogether } from "#lib/base/call-together.ts";
import type { Announcement, BookedPayment, Receipt, Settling } from "#lib/payment/index.ts";
import { brokenUnique, isRefused, isRetryable } from "../errors.ts";
import { run, statement } from "../transaction.ts";

/** Runs of {@link SETTLE} under way at once in a process, and payments of one. */
const SETTLE_LANES = 2;
const SETTLED_TOGETHER_MAX = 32;

// Payments as one list, so that one statement books one or many. The limit tells the planner how many to reckon with.
const ASKED = `
  asked as materialized (
    select * from json_to_recordset($1::json) as a (
      attempt_id text, order_id text, verdict text, transaction_id text, amount_paid int, payer_amount int, paid_at timestamptz,
      booked_at timestamptz, amount_settled int, vouchers jsonb, confirmed_by text, confirmed_account_id text,
      confirmed_protocol text, paid_at_is_ours boolean, cause text, lines json,
      order_version int, account_id text, notice_id text, content jsonb, event_id text, payload text)
    limit ${String(SETTLED_TOGETHER_MAX)}
  )`;

// Each attempt, its order, what it took of promotions and the journal in one statement. The guard on the status repeats what
// the domain has judged, so that even a mistake above could not book a payment twice.
const booked = (guard: string): string => `
  paid as (
    update payment_attempts p
       set status = 'succeeded', verdict = a.verdict, resolution = case when a.verdict = 'settles' then null else 'open' end,
           transaction_id = a.transaction_id, amount_paid = a.amount_paid, payer_amount = a.payer_amount, paid_at = a.paid_at,
           ended_at = a.booked_at, check_at = null, amount_settled = a.amount_settled, vouchers = a.vouchers,
           confirmed_by = a.confirmed_by, confirmed_account_id = a.confirmed_account_id,
           confirmed_protocol = a.confirmed_protocol, paid_at_is_ours = a.paid_at_is_ours
      from asked a
     where p.id = a.attempt_id and p.order_id = a.order_id and ${guard}
       and not exists (select from payment_attempts other where other.transaction_id = a.transaction_id)
    returning a.*
  ), ordered as (
    update orders o
       set version = o.version + 1,
           status = case when p.verdict = 'settles' then 'paid' else o.status end,
           paid_at = case when p.verdict = 'settles' then p.paid_at else o.paid_at end,
           check_at = case when p.verdict = 'settles' then null else o.check_at end
      from paid p where o.id = p.order_id
    returning o.id
  ), entry as (
    insert into journal_entries (cause, order_id, created_at)
    select cause, order_id, booked_at from paid where cause is not null
    returning id, cause
  ), lines as (
    insert into journal_lines (entry_id, account, debit, credit)
    select entry.id, l.account, l.debit, l.credit
      from entry join paid p on p.cause = entry.cause
     cross join lateral json_to_recordset(p.lines) as l (account text, debit bigint, credit bigint)
  ), spent as (
    update promotion_uses u set state = 'spent', settled_at = p.booked_at
      from paid p where u.order_id = p.order_id and p.verdict = 'settles' and u.state = 'reserved'
  )`;

const BOOK = statement("book_payment")`
  with ${ASKED}, ${booked("p.status <> 'succeeded'")} select ordered.id as changed_topic from ordered`;

// The same with their receipts and events: a transaction of one statement, which leaves alone what is not as it was
// read. It waits for no order that somebody holds, since others would wait with it.
const SETTLE = statement("settle_payments")`
  with ${ASKED}, as_read as (
    select o.id from asked a join orders o on o.id = a.order_id
     where o.status = 'pending' and o.version = a.order_version
       and not exists (select from notify_receipts r where r.account_id = a.account_id and r.notice_id = a.notice_id)
       for update of o skip locked
  ), ${booked("p.status in ('opening', 'waiting') and p.reverse_since is null and p.order_id in (select id from as_read)")}, receipt as (
    insert into notify_receipts (account_id, notice_id, kind, content, received_at)
    select account_id, notice_id, 'payment', content, booked_at from paid where notice_id is not null
  ), event as (
    insert into webhook_events (id, type, order_id, payload, created_at)
    select event_id, 'order.paid', order_id, payload, booked_at from paid where event_id is not null
    returning id, seq, created_at
  ), deliveries as (
    insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at)
    select event.id, event.seq, w.id, event.created_at
      from event, webhook_endpoints w where w.disabled_at is null and 'order.paid' = any(w.events)
  )
  select ordered.id as changed_topic from ordered`;

const TRANSACTION_TAKEN = statement("transaction_taken")`
  select from payment_attempts where transaction_id = $1 and id <> $2`;

/**
 * @returns false when the transaction stands on another attempt: WeChat's number of a payment is booked once
 * @throws Error when the attempt had succeeded before: the caller judged without holding the lock
 */
export async function bookPayment(client: pg.PoolClient, payment: BookedPayment): Promise<boolean> {
  const { rows } = await run(client, BOOK, [JSON.stringify([columnsOf(payment)])]);
  if (rows.length === 1) return true;
  const taken = await run(client, TRANSACTION_TAKEN, [payment.trade.transactionId, payment.attemptId]);
  if (taken.rowCount === 0) throw new Error(`attempt ${payment.attemptId} was booked before`);
  return false;
}

/**
 * Books payments with their receipts and events. Those that come while others are being booked share a commit.
 * @returns for each whether it is booked; if not, nothing has changed: the order, the attempt or the notice did in the meantime
 */
export function createSettle(pool: pg.Pool): (settling: Settling) => Promise<boolean> {
  const together = callTogether({
    lanes: SETTLE_LANES,
    callsMax: SETTLED_TOGETHER_MAX,
    runAll: (settlings: readonly Settling[]) => settleAll(pool, settlings),
    mayRunAlone: isRefused,
  });
  // Uses of promotions are counted in rows that many orders share: whoever waits for one makes nobody else wait.
  const settle = async (settling: Settling): Promise<boolean> =>
    settling.order.discountFen === 0 ? together(settling) : (await settleAll(pool, [settling]))[0] === true;
  return (settling) =>
    settle(settling).catch((cause: unknown) => {
      if (brokenUnique(cause) !== null || isRetryable(cause)) return false;
      throw cause;
    });
}

/** Of two about one order the first counts; the other one is for whoever holds the order. */
async function settleAll(pool: pg.Pool, settlings: readonly Settling[]): Promise<boolean[]> {
  const first = new Map<string, Settling>();
  for (const each of settlings) if (!first.has(each.order.id)) first.set(each.order.id, each);
  const { rows } = await run<{ changed_topic: string }>(pool, SETTLE, [
    JSON.stringify([...first.values()].map(settlingColumns)),
  ]);
  const settled = new Set(rows.map((row) => row.changed_topic));
  return settlings.map((each) => first.get(each.order.id) === each && settled.has(each.order.id));
}

function settlingColumns({ payment, order, receipt, announcement }: Settling) {
  return {
    ...columnsOf(payment),
    order_version: order.version,
    ...(receipt === null ? {} : noticeColumns(receipt)),
    ...(announcement === null ? {} : { event_id: announcement.id, payload: announcementText(announcement) }),
  };
}

function noticeColumns(receipt: Receipt) {
  const { accountId, noticeId, content } = receiptColumns(receipt);
  return { account_id: accountId, notice_id: noticeId, content };
}

function columnsOf({ attemptId, orderId, verdict, trade, split, journal, confirmation, now }: BookedPayment) {
  return {
    ...{ attempt_id: attemptId, order_id: orderId, verdict, transaction_id: trade.transactionId },
    ...{ amount_paid: trade.totalFen, payer_amount: split.payerFen, paid_at: trade.paidAt, booked_at: now },
    ...{ amount_settled: split.settledFen, vouchers: split.vouchers, confirmed_by: confirmation.by },
    ...{ confirmed_account_id: confirmation.accountId, confirmed_protocol: confirmation.protocol },
    ...{ paid_at_is_ours: trade.isPaidAtOurs, cause: journal?.cause ?? null },
    lines: (journal?.lines ?? []).map(({ account, debitFen: debit, creditFen: credit }) => ({
      account,
      debit,
      credit,
    })),
  };
}

/** What a verified notice said, as it is kept. */
export function receiptColumns({ notification }: Pick<Receipt, "notification">) {
  const { accountId, noticeId, kind, protocol, ...said } = notification;
  return { accountId, noticeId, kind, content: { protocol, ...said } };
}

/** The text that is stored is the text that is signed and sent, on every try. */
export const announcementText = ({ type, at, payload }: Announcement): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data: payload });
