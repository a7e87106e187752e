import path from "node:path";
import pg from "pg";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { beijingDay, beijingMidnight } from "../../lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "../../lib/base/time.ts";
import { product } from "./product.ts";

export const yesterday = (): string => beijingDay(addMs(new Date(), -DAY_MS));

/**
 * Puts paid orders into yesterday, at the given minutes of its day. The product has no way to make a past, and WeChat's bill of
 * that day does not know them, so each is a difference as well. The triggers that guard real orders are off for this transaction only.
 */
export async function movePaidOrders(
  orders: readonly { readonly id: string; readonly minute: number }[],
): Promise<void> {
  const server = await attachPostgres({ dataDir: path.join(product.dataDir, "postgres") });
  if (server === undefined) throw new Error("the database does not run");
  const client = new pg.Client({ connectionString: server.superuserUrl() });
  await client.connect();
  const midnight = beijingMidnight(yesterday());
  try {
    await client.query("begin");
    // No roll-up is half way: the next one begins with yesterday.
    for (const lock of ["takings_roll_up", "order_days"]) {
      await client.query("select pg_advisory_xact_lock(hashtext($1))", [`lingfu.${lock}`]);
    }
    await client.query("set local session_replication_role = replica");
    for (const { id, minute } of orders) {
      const at = addMs(midnight, minute * 60_000);
      for (const statement of MOVED) await client.query(statement, [id, at]);
    }
    for (const table of ["takings_progress", "order_days_progress"]) {
      await client.query(`update ${table} set rolled_to = least(rolled_to, $1)`, [midnight]);
    }
    await client.query("commit");
  } finally {
    await client.end();
  }
}

const PAID = "$2::timestamptz + interval '20 seconds'";
const MOVED = [
  `update orders set created_at = $2, expires_at = $2::timestamptz + interval '15 minutes', paid_at = ${PAID} where id = $1`,
  `update payment_attempts set created_at = $2, paid_at = ${PAID} where order_id = $1`,
  `update journal_entries set created_at = ${PAID} where order_id = $1`,
];
