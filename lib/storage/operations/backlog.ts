import type pg from "pg";
import { run, statement } from "../transaction.ts";

/** What is waiting to be done, over all processes. */
export interface Backlog {
  readonly sweepLagSeconds: number;
  readonly pendingOrders: number;
  readonly openAttempts: number;
  readonly pendingDeliveries: number;
  readonly waitingJobs: number;
  readonly openAlerts: number;
}

// Stays SQL: one statement for several tables. Each part is answered from a partial index or a small table.
const BACKLOG = statement("backlog")`
  select greatest(0, extract(epoch from now() - least(
           (select min(check_at) from payment_attempts where check_at is not null),
           (select min(expires_at) from orders where status = 'pending' and check_at is not null))))::float8 as "sweepLagSeconds",
         (select count(*) from orders where status = 'pending')::int as "pendingOrders",
         (select count(*) from payment_attempts where status in ('opening', 'waiting'))::int as "openAttempts",
         (select count(*) from webhook_deliveries where check_at is not null)::int as "pendingDeliveries",
         (select count(*) from graphile_worker.jobs where run_at <= now() and locked_at is null)::int as "waitingJobs",
         (select count(*) from alerts where acknowledged_at is null)::int as "openAlerts"`;

export async function readBacklog(pool: pg.Pool): Promise<Backlog> {
  const { rows } = await run<Backlog>(pool, BACKLOG, []);
  return (
    rows[0] ?? {
      sweepLagSeconds: 0,
      pendingOrders: 0,
      openAttempts: 0,
      pendingDeliveries: 0,
      waitingJobs: 0,
      openAlerts: 0,
    }
  );
}
