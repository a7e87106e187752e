import type pg from "pg";
import type { LockedOrder, RefundTx, Scheduled } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { applicationTx } from "./abnormal-applications.ts";
import { acceptLate, moveRefund } from "./book-refund.ts";
import { approvalTx } from "./refund-approvals.ts";
import { readRefunds } from "./refund-rows.ts";

const ORDER_BY_ID = statement("order_of_refund")`select order_id from refunds where id = $1`;
const ORDER_BY_NUMBER = statement("order_of_refund_number")`select order_id from refunds where number = $1`;
// The refund, its items, and the amount set aside.
const INSERT = statement("insert_refund")`
  with made as (
    insert into refunds (id, order_id, attempt_id, number, origin, amount, reason, created_at, send_at, sent_at, check_at, checks, status)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $16)
    returning id, order_id, attempt_id, amount
  ), lines as (
    insert into refund_items (refund_id, order_item_id, quantity, amount)
    select made.id, i.id, i.quantity, i.amount
      from made, unnest($13::text[], $14::int[], $15::int[]) as i (id, quantity, amount)
  ), held as (
    update payment_attempts a
       set refund_held = a.refund_held + made.amount,
           resolution = case when a.verdict = 'settles' then a.resolution else 'refunding' end
      from made where a.id = made.attempt_id
  ), ordered as (
    update orders set version = version + 1 where id = (select order_id from made) returning id
  )
  select ordered.id as changed_topic from ordered`;
const RESCHEDULE = statement("reschedule_refund")`
  update refunds set send_at = $2, sent_at = $3, checks = $4, check_at = $5
   where id = $1 and status not in ('succeeded', 'closed')`;
const IS_BOOKED = statement("is_booked")`select 1 from journal_entries where cause = 'payment:' || $1`;
const INSERT_FOREIGN = statement("insert_foreign_refund")`
  insert into foreign_refunds (number, account_id, trade_number, checks, seen_at, check_at)
  values ($1, $2, $3, $4, $5, $5) on conflict do nothing`;
const POSTPONE_FOREIGN = statement("postpone_foreign_refund")`
  update foreign_refunds set check_at = $2 where number = $1`;

/** The writes of refunds inside one transaction. */
export function refundTx(client: pg.PoolClient, lockOrder: (orderId: string) => Promise<LockedOrder | null>): RefundTx {
  return {
    async lockOrder(key) {
      // A refund never changes its order, so it may be looked up before the lock.
      const [statement, value] = "id" in key ? [ORDER_BY_ID, key.id] : [ORDER_BY_NUMBER, key.number];
      const { rows } = await run<{ order_id: string }>(client, statement, [value]);
      return rows[0] === undefined ? null : lockOrder(rows[0].order_id);
    },
    ...approvalTx(client),
    ...applicationTx(client),
    of: (orderId) => readRefunds(client, orderId),
    insert: (scheduled) => insert(client, scheduled),
    async reschedule({ refund, checkAt }) {
      await run(client, RESCHEDULE, [refund.id, refund.sendAt, refund.sentAt, refund.checks, checkAt]);
    },
    move: (move, schedule) => moveRefund(client, move, schedule),
    async isBooked(attemptId) {
      return (await run(client, IS_BOOKED, [attemptId])).rowCount === 1;
    },
    accept: (acceptance) => acceptLate(client, acceptance),
    async insertForeign({ number, accountId, tradeNumber, checks }, seenAt) {
      const { rowCount } = await run(client, INSERT_FOREIGN, [number, accountId, tradeNumber, checks, seenAt]);
      return rowCount === 1;
    },
    async postponeForeign(number, checkAt) {
      await run(client, POSTPONE_FOREIGN, [number, checkAt]);
    },
  };
}

async function insert(client: pg.PoolClient, { refund, checkAt }: Scheduled): Promise<void> {
  await run(client, INSERT, [
    refund.id,
    refund.orderId,
    refund.attemptId,
    refund.number,
    refund.origin,
    refund.amountFen,
    refund.reason,
    refund.createdAt,
    refund.sendAt,
    refund.sentAt,
    checkAt,
    refund.checks,
    refund.items.map((item) => item.itemId),
    refund.items.map((item) => item.quantity),
    refund.items.map((item) => item.amountFen),
    refund.status,
  ]);
}
