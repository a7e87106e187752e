import type pg from "pg";
import type { RecoveredOrder } from "#lib/payment/index.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// Orders made again from what WeChat knows of their payment.

// SQL: an advisory lock.
const LOCK = statement("lock_recovery")`select pg_advisory_xact_lock(hashtextextended('recovery:' || $1, 0))`;

// SQL: one statement for several tables. An account of the merchant number and app id that WeChat named, which need not be the one that asked; the newest can still
// give money back.
const INSERT = statement("insert_recovered")`
  with account as (
    select g.id from gateway_accounts g join gateway_accounts asked on asked.id = $1
     where g.merchant_number = $2 and g.app_id = $3 and g.merchant_number = asked.merchant_number and g.sandbox = asked.sandbox
     order by g.status = 'active' desc, g.revoked_at is null desc, g.created_at desc limit 1
  ), made as (
    insert into orders (id, out_trade_no, amount_total, amount_discount, amount_due, description, metadata, created_at, expires_at, check_at)
    select $4, $5, $6, 0, $6, $7, $8, $9, $10, $10 from account
    on conflict (out_trade_no) do nothing
    returning id
  ), line as (
    insert into order_items (id, order_id, position, name, unit_amount, quantity)
    select $11, made.id, 0, $7, $6, 1 from made
  ), attempt as (
    insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, created_at, status, failure, ended_at)
    select $12, made.id, 1, account.id, $13, 'native', $6, $9, 'failed', 'recovered from WeChat', $9 from made, account
  ), mark as (
    insert into recovered_orders (order_id, transaction_id, discrepancy_id, person, recovered_at)
    select made.id, $14, $15, $16, $17 from made
  ), noted as (
    insert into audit_log (actor, action, subject, detail, created_at)
    select $16, 'order.recovered', made.id,
           jsonb_build_object('number', $13::text, 'transactionId', $14::text, 'amount', $6::integer, 'discrepancy', $15::bigint::text), $17
      from made
  )
  select (select count(*) from account)::int as accounts, (select count(*) from made)::int as made`;

/** Until the end of the transaction: two who recover one payment come one after the other. */
export async function lockRecovery(client: pg.PoolClient, transactionId: string): Promise<void> {
  await run(client, LOCK, [transactionId]);
}

export async function insertRecovered(
  client: pg.PoolClient,
  recovered: RecoveredOrder,
): Promise<"made" | "number_taken" | "no_account"> {
  const { order, trade, askedAccountId, itemId, attemptId, discrepancyId, person, now } = recovered;
  const { rows } = await run<{ accounts: number; made: number }>(client, INSERT, [
    ...[askedAccountId, trade.merchantNumber, trade.appId],
    ...[order.id, order.outTradeNo, order.totalFen, order.description, JSON.stringify(order.metadata)],
    ...[order.createdAt, order.expiresAt, itemId, attemptId],
    ...[trade.number, trade.transactionId, discrepancyId, person, now],
  ]);
  if (rows[0]?.accounts !== 1) return "no_account";
  return rows[0].made === 1 ? "made" : "number_taken";
}

/** Whether the order was made again from what WeChat knows. */
export const isRecovered = (pool: pg.Pool, orderId: string): Promise<boolean> =>
  viaPrisma(pool, async (prisma) => (await prisma.recoveredOrder.count({ where: { orderId } })) === 1);
