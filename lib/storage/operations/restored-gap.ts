import type { Pool } from "../client.ts";

// What the live database has and a restored one has not.

export interface MissingPayment {
  readonly number: string;
  readonly transactionId: string;
  readonly totalFen: number;
  readonly accountId: string;
  readonly orderId: string;
}

/** Orders with a payment that was under way; the newest first, which are the likeliest to be paid since. */
export const openOrdersOf = async (restored: Pool, limit: number): Promise<string[]> =>
  (
    await restored.query<{ id: string }>(
      `select order_id as id from payment_attempts where status in ('opening', 'waiting') order by created_at desc limit $1`,
      [limit],
    )
  ).rows.map(({ id }) => id);

// SQL: read whole, page by page.
const PAID = `select number, transaction_id as "transactionId", amount_paid as "totalFen", account_id as "accountId", order_id as "orderId"
  from payment_attempts where status = 'succeeded' and transaction_id > $1 order by transaction_id limit $2`;
const KNOWN = `select transaction_id as id from payment_attempts where status = 'succeeded' and transaction_id = any ($1)`;
const ORDERS = "select count(*)::int as count from orders";
const HAS_ORDERS = "select count(*)::int as count from orders where id = any ($1)";
const PAGE = 10_000;

export async function readMissing(
  live: Pool,
  restored: Pool,
): Promise<{ readonly payments: readonly MissingPayment[]; readonly unpaidOrders: number }> {
  const payments: MissingPayment[] = [];
  for (let after = ""; ; ) {
    const { rows } = await live.query<MissingPayment>(PAID, [after, PAGE]);
    const ids = rows.map(({ transactionId }) => transactionId);
    const { rows: known } = await restored.query<{ id: string }>(KNOWN, [ids]);
    const has = new Set(known.map(({ id }) => id));
    payments.push(...rows.filter(({ transactionId }) => !has.has(transactionId)));
    if (rows.length < PAGE) break;
    after = ids.at(-1) ?? "";
  }
  const count = async (pool: Pool, sql: string, values: unknown[] = []) =>
    (await pool.query<{ count: number }>(sql, values)).rows[0]?.count ?? 0;
  const paidOrders = [...new Set(payments.map(({ orderId }) => orderId))];
  const paidAndMissing = paidOrders.length - (await count(restored, HAS_ORDERS, [paidOrders]));
  const missing = (await count(live, ORDERS)) - (await count(restored, ORDERS));
  return { payments, unpaidOrders: Math.max(0, missing - paidAndMissing) };
}
