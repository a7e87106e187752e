import type pg from "pg";

// Stays SQL: row lock. Batches are bounded by the rows' places, so that none of them holds many rows for long.
const batch = (table: string, condition: string): string =>
  `delete from ${table} where ctid in (select ctid from ${table} where ${condition} limit $2)`;

/**
 * What is kept for a time only: `$1` is the moment before which a row has outlived its use, `$2` how many go at once.
 * Orders, payments, receipts, the ledger and the audit log are kept for good.
 */
export const OUTLIVED = {
  // A key whose call never ended goes by its age too, once its lease is over.
  idempotency: batch("idempotency", "created_at < $1 and (lease_ends is null or lease_ends < now())"),
  nonces: batch("nonces", "expires_at < $1"),
  rejections: batch("notify_rejections", "minute < $1"),
  // Of an endpoint that was paused so long ago and never resumed.
  webhooksWaiting: `update webhook_deliveries set status = 'given_up', check_at = null, ended_at = now(), last_error = 'waited too long'
     where (event_id, endpoint_id) in (
       select d.event_id, d.endpoint_id from webhook_deliveries d join webhook_events e on e.id = d.event_id
        where d.status = 'pending' and e.created_at < $1 limit $2)`,
  // Their deliveries go with them, unless one is still under way.
  webhookEvents: batch(
    "webhook_events",
    `created_at < $1 and not exists (select from webhook_deliveries d where d.event_id = id and d.status = 'pending')`,
  ),
  // A delivery that is still under way keeps its notification; alerts themselves stay.
  notifications: batch(
    "notifications",
    `created_at < $1 and not exists (select from notification_deliveries d where d.notification_id = id and d.status = 'pending')`,
  ),
  gatewayMessages: batch("gateway_messages", "at < $1"),
  receiptMails: batch("receipt_mails", "created_at < $1 and check_at is null"),
  printJobs: batch("print_jobs", "created_at < $1 and check_at is null"),
  // Strangers make them: a try at a name or from an address.
  lockouts: batch("admin_lockouts", "last_at < $1 and (locked_until is null or locked_until < $1)"),
  heartbeats: batch("heartbeats", "seen_at < $1"),
  processFigures: batch("process_figures", "taken_at < $1"),
  // Secrets that nobody has made use of.
  credentialDrafts: batch("credential_drafts", "updated_at < $1"),
  healthMinutes: batch("health_minutes", "minute < $1"),
  // In parts, so rows are named by their key; an order's events are never older than the order.
  behaviourEvents: `delete from behaviour_events where (order_id, id, order_at) in
    (select order_id, id, order_at from behaviour_events where at < $1 and order_at < $1 limit $2)`,
  pagePlans: batch("page_plans", "created_at < $1"),
  insightHours: batch("insight_hours", "starts_at < $1"),
  orderShoppers: batch("order_shoppers", "linked_at < $1"),
  // The decision stays, as evidence; whom it was for does not.
  decisionShoppers: `update learner_decisions set shopper_id = null where id in
    (select id from learner_decisions where shopper_id is not null and created_at < $1 limit $2)`,
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

export interface MonthsKept {
  readonly now: Date;
  /** Months that ended before are dropped whole. */
  readonly before: Date;
  readonly ahead: number;
}

/** Makes the months that events will come in, and drops those that have outlived their use. @returns how many went */
export async function keepBehaviourMonths(pool: pg.Pool, { now, before, ahead }: MonthsKept): Promise<number> {
  await pool.query(
    `select make_behaviour_month((date_trunc('month', $1::timestamptz at time zone 'UTC') + make_interval(months => n))::date)
       from generate_series(0, $2::int) as n`,
    [now, ahead],
  );
  const { rows } = await pool.query<{ dropped: number }>("select drop_behaviour_months($1) as dropped", [before]);
  return rows[0]?.dropped ?? 0;
}
