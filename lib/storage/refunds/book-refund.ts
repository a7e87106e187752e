import type pg from "pg";
import type { Acceptance, RefundMove } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

/** @param lines places of the accounts, debits and credits */
const entry = (cause: string, at: string, lines: readonly [string, string, string]) => `
    entry as (
      insert into journal_entries (cause, order_id, created_at)
      select ${cause}, ordered.id, ${at} from ordered where ${cause}::text is not null
      returning id
    ), lines as (
      insert into journal_lines (entry_id, account, debit, credit)
      select entry.id, l.account, l.debit, l.credit
        from entry, unnest(${lines[0]}::text[], ${lines[1]}::bigint[], ${lines[2]}::bigint[]) as l (account, debit, credit)
    )`;

// The refund, its attempt's sums and the journal in one statement. The guard on the status repeats
// what the domain has judged under the row lock, so that even a mistake above could not book a refund twice.
const MOVE = statement("move_refund")`
  with moved as (
    update refunds
       set status = $3, wechat_refund_id = $4, failure = $5, failure_detail = $6, accepted_at = $7, succeeded_at = $8,
           closed_at = $9, checks = $10, check_at = $11, payer_amount = $20, settled_amount = $21
     where id = $1 and status = $2
    returning attempt_id, order_id
  ), attempt as (
    update payment_attempts set refund_held = $12, refunded = $13, resolution = coalesce($14, resolution)
     where id = (select attempt_id from moved)
  ), ordered as (
    update orders set version = version + 1 where id = (select order_id from moved) returning id
  ), ${entry("$15", "$16", ["$17", "$18", "$19"])}
  select ordered.id as changed_topic from ordered`;
// A statement of its own: what follows sees what the last holder of these locks did, also to codes and to shoppers' uses.
const LOCK_PROMOTIONS = statement("lock_promotions_of_order")`
  select from promotions
   where id in (select promotion_id from promotion_uses where order_id = $1 and state = 'returned') order by id for update`;
// What the order gave back of its promotions when it closed is taken again, as far as they still have it.
const ACCEPT = statement("accept_late_payment")`
  with accepted as (
    update payment_attempts set verdict = 'settles', resolution = 'accepted'
     where id = $1 and verdict = 'late' and resolution = 'open'
    returning order_id
  ), ordered as (
    update orders set status = 'paid', paid_at = $3, check_at = null, version = version + 1
     where id = (select order_id from accepted) and id = $2 and status = 'closed'
    returning id
  ), room as (
    select p.id from promotion_uses u join promotions p on p.id = u.promotion_id
     where u.order_id = $2 and u.state = 'returned' and (p.budget is null or p.spent + p.reserved + u.amount <= p.budget)
       and (p.limit_total is null or p.uses < p.limit_total)
       and (p.limit_per_user is null
            or p.limit_per_user > (select s.uses from promotion_shopper_uses s
                                    where s.promotion_id = p.id and s.shopper_id = u.shopper_id))
       and (u.code_id is null
            or exists (select from promotion_codes c where c.id = u.code_id and (c.max_uses is null or c.uses < c.max_uses)))
     order by p.id for update of p
  ), taken_again as (
    update promotion_uses set state = 'spent', settled_at = $5
     where order_id = (select id from ordered) and state = 'returned' and promotion_id in (select id from room)
  ), ${entry("$4", "$5", ["$6", "$7", "$8"])}
  select ordered.id as changed_topic from ordered`;

type Journal = RefundMove["journal"];
const linesOf = (journal: Journal): unknown[] => {
  const lines = journal?.lines ?? [];
  return [lines.map((line) => line.account), lines.map((line) => line.debitFen), lines.map((line) => line.creditFen)];
};

/** @throws Error when the refund was moved before: the caller judged without holding the lock */
export async function moveRefund(
  client: pg.PoolClient,
  { refund, attempt, from, resolution, journal }: RefundMove,
  { checkAt, now }: { readonly checkAt: Date | null; readonly now: Date },
): Promise<void> {
  const { rows } = await run(client, MOVE, [
    refund.id,
    from,
    refund.status,
    refund.providerRefundId,
    refund.failure,
    refund.failureDetail,
    refund.acceptedAt,
    refund.succeededAt,
    refund.closedAt,
    refund.checks,
    checkAt,
    attempt.refundHeldFen,
    attempt.refundedFen,
    resolution,
    journal?.cause ?? null,
    now,
    ...linesOf(journal),
    refund.payerFen,
    refund.settledFen,
  ]);
  if (rows.length !== 1) throw new Error(`refund ${refund.id} was moved before`);
}

/** @throws Error when the payment was not late and open any more */
export async function acceptLate(client: pg.PoolClient, acceptance: Acceptance): Promise<void> {
  const { attemptId, orderId, paidAt, journal, now } = acceptance;
  const values = [attemptId, orderId, paidAt, journal.cause, now, ...linesOf(journal)];
  await run(client, LOCK_PROMOTIONS, [orderId]);
  const { rows } = await run(client, ACCEPT, values);
  if (rows.length !== 1) throw new Error(`attempt ${attemptId} was decided about before`);
}
