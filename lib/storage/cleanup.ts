import type pg from "pg";

const batch = (table: string, condition: string): string =>
  `delete from ${table} where ctid in (select ctid from ${table} where ${condition} limit $2)`;

/**
 * What is kept for a time only: `$1` is the moment before which a row has outlived its use, `$2` how many go at once.
 * Orders, payments, receipts, the ledger and the audit log are kept for good.
 */
const OUTLIVED = {
  // A key whose call never ended goes by its age too, once its lease is over.
  idempotency: batch("idempotency", "created_at < $1 and (lease_ends is null or lease_ends < now())"),
  nonces: batch("nonces", "expires_at < $1"),
  rejections: batch("notify_rejections", "minute < $1"),
  // Their deliveries go with them, unless one is still under way.
  webhookEvents: batch(
    "webhook_events",
    `created_at < $1 and not exists (select from webhook_deliveries d where d.event_id = id and d.status = 'pending')`,
  ),
  heartbeats: batch("heartbeats", "seen_at < $1"),
} as const;
export type OutlivedKind = keyof typeof OUTLIVED;

/** Deletes in batches until nothing is left. @returns how many rows went */
export async function deleteOutlived(
  pool: pg.Pool,
  kind: OutlivedKind,
  { before, batchRows }: { before: Date; batchRows: number },
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(OUTLIVED[kind], [before, batchRows]);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < batchRows) return deleted;
  }
}
