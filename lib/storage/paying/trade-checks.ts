import type pg from "pg";
import { HINT_SPACING_MS, SWEEP_LEASE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Store, TradeCheck } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

// One row per number, so that a flood of notices about one order is one question every few seconds. A new row is claimed by who
// made it; the claim's end is when a sweep takes it over.
const INSERT = statement("insert_trade_check")`
  insert into trade_checks as kept
         (number, order_id, account_id, reason, transaction_id, claimed_amount, seen_at, asked_at, check_at)
  values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $7::timestamptz, $8::timestamptz)
  on conflict (number) do update
     set account_id = excluded.account_id, reason = excluded.reason, transaction_id = excluded.transaction_id,
         claimed_amount = excluded.claimed_amount, seen_at = excluded.seen_at, checks = 0, result = null,
         asked_at = case when kept.asked_at <= $9::timestamptz then excluded.asked_at else kept.asked_at end,
         check_at = case when kept.asked_at <= $9::timestamptz then excluded.check_at else least(kept.check_at, kept.asked_at + ($7::timestamptz - $9::timestamptz)) end
  returning check_at = $8::timestamptz as claimed`;
const CLAIM = statement("claim_trade_checks")`
  update trade_checks set check_at = $3, asked_at = $1, checks = checks + 1
   where number in (select number from trade_checks where check_at <= $1 order by check_at limit $2 for update skip locked)
  returning number, order_id as "orderId", account_id as "accountId", reason, transaction_id as "transactionId",
            claimed_amount::float8 as "claimedFen", checks`;
const NOTE = statement("note_trade_check")`
  update trade_checks set check_at = $2, result = $3 where number = $1 and check_at is not null`;

export async function insertTradeCheck(
  client: pg.PoolClient,
  check: Omit<TradeCheck, "checks">,
  now: Date,
): Promise<boolean> {
  const { rows } = await run<{ claimed: boolean }>(client, INSERT, [
    ...[check.number, check.orderId, check.accountId, check.reason, check.transactionId, check.claimedFen],
    ...[now, addMs(now, SWEEP_LEASE_MS), addMs(now, -HINT_SPACING_MS)],
  ]);
  return rows[0]?.claimed === true;
}

type TradeChecks = Pick<Store, "claimDueTradeChecks" | "noteTradeCheck">;

export const tradeCheckStore = (pool: pg.Pool): TradeChecks => ({
  async claimDueTradeChecks(now, limit) {
    const values = [now, limit, addMs(now, SWEEP_LEASE_MS)];
    return (await run<TradeCheck & pg.QueryResultRow>(pool, CLAIM, values)).rows;
  },
  async noteTradeCheck(number, next) {
    const values = "result" in next ? [number, null, next.result] : [number, next.checkAt, null];
    await run(pool, NOTE, values);
  },
});
