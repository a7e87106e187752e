import type pg from "pg";
import { WORKER_SEEN_MS } from "#lib/base/limits.ts";
import { run, statement } from "../transaction.ts";

/** What is waiting to be done and when things were last done, over all processes. */
export interface Backlog {
  readonly sweepLagSeconds: number;
  readonly pendingOrders: number;
  readonly openAttempts: number;
  /** Trades and refunds that WeChat gave no certain answer about. */
  readonly unknownAnswers: number;
  readonly pendingDeliveries: number;
  readonly pendingPushes: number;
  readonly pendingPrints: number;
  readonly waitingJobs: number;
  /** Workers that have given a sign of life lately. */
  readonly workers: number;
  /** By kind of row: seconds since the oldest unfinished one was due; 0: none is overdue. */
  readonly oldestSeconds: Readonly<Record<string, number>>;
  /** By kind of alert: those that are not acknowledged. */
  readonly openAlerts: Readonly<Record<string, number>>;
  /** Seconds of what was committed that no kept log holds, and so would be lost with the machine; null: none is kept. */
  readonly backupLogLagSeconds: number | null;
  /** By what it was: seconds since 1970. */
  readonly lastAt: Readonly<Record<"notice" | "payment" | "backup" | "drill", number | null>>;
}

// Stays SQL: one statement for many tables. Each part is answered from a partial index, the end of an index, or a small table.
const BACKLOG = statement("backlog")`
  select greatest(0, coalesce(extract(epoch from now() - least(
           (select min(check_at) from payment_attempts where check_at is not null),
           (select min(expires_at) from orders where status = 'pending' and check_at is not null))), 0))::float8 as "sweepLagSeconds",
         (select count(*) from orders where status = 'pending')::int as "pendingOrders",
         (select count(*) from payment_attempts where status in ('opening', 'waiting'))::int as "openAttempts",
         (select count(*) from payment_attempts where status = 'opening' and check_at is not null)::int
       + (select count(*) from refunds where status = 'requested' and sent_at is not null and check_at is not null)::int as "unknownAnswers",
         (select count(*) from webhook_deliveries where check_at is not null)::int as "pendingDeliveries",
         (select count(*) from notification_deliveries where check_at is not null)::int as "pendingPushes",
         (select count(*) from print_jobs where check_at is not null)::int as "pendingPrints",
         (select count(*) from graphile_worker.jobs where run_at <= now() and locked_at is null)::int as "waitingJobs",
         (select count(*) from heartbeats where process like 'worker:%'
                  and seen_at > now() - $1 * interval '1 millisecond')::int as workers,
         (select jsonb_object_agg(kind, greatest(0, coalesce(extract(epoch from now() - at), 0))) from (
            select 'attempt' as kind, min(check_at) as at from payment_attempts where check_at is not null
            union all select 'refund', min(check_at) from refunds where check_at is not null
            union all select 'hint', min(check_at) from trade_checks where check_at is not null
            union all select 'webhook', min(check_at) from webhook_deliveries where check_at is not null
            union all select 'push', min(check_at) from notification_deliveries where check_at is not null
            union all select 'print', min(check_at) from print_jobs where check_at is not null) due) as "oldestSeconds",
         (select coalesce(jsonb_object_agg(kind, count), '{}') from (
            select kind, count(*) from alerts where acknowledged_at is null group by kind) a) as "openAlerts",
         (select greatest(0, extract(epoch from now() - kept_up_to)) from backup_log where kept_up_to is not null)::float8 as "backupLogLagSeconds",
         jsonb_build_object(
           'notice', (select extract(epoch from max(received_at)) from notify_receipts),
           'payment', (select extract(epoch from max(paid_at)) from payment_attempts where status = 'succeeded'),
           'backup', (select extract(epoch from max(created_at)) from audit_log where action = 'backup.made'),
           'drill', (select extract(epoch from ended_at) from upkeep_runs where kind = 'drill' and status = 'done'
                      order by id desc limit 1)) as "lastAt"`;

export async function readBacklog(pool: pg.Pool): Promise<Backlog> {
  const [row] = (await run<Backlog>(pool, BACKLOG, [WORKER_SEEN_MS])).rows;
  if (row === undefined) throw new Error("the backlog has no row");
  return row;
}
