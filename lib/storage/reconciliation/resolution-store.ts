import type { KeptDiscrepancy, ResolutionStore } from "#lib/reconcile/index.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { closeDiscrepancy } from "./discrepancies.ts";
import { reconciliationBook } from "./reconciliation-book.ts";

const FIND = `
  select d.id::text, d.kind, d.trade_number as "tradeNumber", d.refund_number as "refundNumber",
         d.transaction_id as "transactionId", d.ours, d.theirs, r.day::text as day, g.merchant_number as "merchantNumber",
         (select n.id from gateway_accounts n where n.merchant_number = g.merchant_number and n.sandbox = g.sandbox
           order by n.status = 'active' desc, n.revoked_at is null desc, n.created_at desc limit 1) as "gatewayId",
         coalesce((select a.order_id from payment_attempts a where a.transaction_id = d.transaction_id),
                  (select a.order_id from payment_attempts a where a.number = d.trade_number)) as "orderId",
         d.closed_at is not null as "isClosed"
    from discrepancies d join reconciliation_runs r on r.id = d.run_id join gateway_accounts g on g.id = r.account_id
   where d.id = $1`;

/** What is done about differences, on Postgres. */
export function resolutionStore(pool: Pool): ResolutionStore {
  return {
    book: reconciliationBook(pool).book,
    async find(id) {
      if (!/^[0-9]{1,18}$/.test(id)) return null;
      return (await pool.query<KeptDiscrepancy>(FIND, [id])).rows[0] ?? null;
    },
    note: ({ id, person, action, at }) =>
      recordAudit(pool, { actor: person, action, subject: `discrepancy:${id}`, at }),
    close: (closing) => closeDiscrepancy(pool, closing),
  };
}
