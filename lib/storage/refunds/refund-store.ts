import type pg from "pg";
import { SWEEP_LEASE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { DueRefund, ForeignRefund, OpenMoney, RefundStore } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { approvalReads } from "./refund-approvals.ts";
import { findRefunds, readRefund, readRefunds } from "./refund-rows.ts";

// SQL: claims by row locks (skip locked), and what is looked for by a composed cause.
const CLAIM = statement("claim_refunds")`
  update refunds set check_at = $3
   where id in (select id from refunds where check_at <= $1 order by check_at limit $2 for update skip locked)
  returning id as "refundId", order_id as "orderId"`;
const CLAIM_FOREIGN = statement("claim_foreign_refunds")`
  update foreign_refunds set check_at = $3, checks = checks + 1
   where number in (select number from foreign_refunds where check_at <= $1 order by check_at limit $2 for update skip locked)
  returning number, account_id as "accountId", trade_number as "tradeNumber", checks`;
// What was tried once and refused is a person's from then on; money outside our books is not ours to send back.
const OPEN_MONEY = statement("open_money")`
  select a.order_id as "orderId", a.transaction_id as "transactionId"
    from payment_attempts a
   where a.resolution = 'open' and a.ended_at <= $1
     and not exists (select from refunds r where r.attempt_id = a.id)
     and exists (select from journal_entries j where j.cause = 'payment:' || a.id)
   order by a.ended_at limit $2`;

/** Reads and claims of refunds outside a transaction. */
export const refundStore = (pool: pg.Pool): RefundStore => ({
  find: (refundId) => readRefund(pool, refundId),
  ofOrder: (orderId) => readRefunds(pool, orderId),
  list: (filter) => findRefunds(pool, filter),
  ...approvalReads(pool),
  async claimDue(now, limit) {
    return (await run<DueRefund & pg.QueryResultRow>(pool, CLAIM, [now, limit, addMs(now, SWEEP_LEASE_MS)])).rows;
  },
  async claimDueForeign(now, limit) {
    const values = [now, limit, addMs(now, SWEEP_LEASE_MS)];
    return (await run<ForeignRefund & pg.QueryResultRow>(pool, CLAIM_FOREIGN, values)).rows;
  },
  async listOpenMoney(before, limit) {
    return (await run<OpenMoney & pg.QueryResultRow>(pool, OPEN_MONEY, [before, limit])).rows;
  },
});
