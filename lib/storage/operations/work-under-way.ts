import type { Pool } from "../client.ts";

// What is waiting to be done, by kind: the rows that sweeps look after, and the jobs of the queue.

const SWEPT = ["payments", "orders", "refunds", "checks", "webhooks", "notifications", "prints"] as const;
type SweptKind = (typeof SWEPT)[number];

export interface SweptWork {
  readonly kind: SweptKind;
  readonly waiting: number;
  readonly due: number;
  /** Seconds since the most overdue one was due; 0: none is. */
  readonly lagS: number;
}

const TABLES: Readonly<Record<SweptKind, { readonly table: string; readonly due: string; readonly only: string }>> = {
  payments: { table: "payment_attempts", due: "check_at", only: "check_at is not null" },
  // An order is looked at once its time is over.
  orders: { table: "orders", due: "greatest(check_at, expires_at)", only: "check_at is not null" },
  refunds: { table: "refunds", due: "check_at", only: "check_at is not null" },
  checks: { table: "trade_checks", due: "check_at", only: "check_at is not null" },
  webhooks: { table: "webhook_deliveries", due: "check_at", only: "check_at is not null" },
  notifications: { table: "notification_deliveries", due: "check_at", only: "check_at is not null" },
  prints: { table: "print_jobs", due: "check_at", only: "check_at is not null" },
};

// SQL: one statement over several tables, each answered from its partial index of what is to do.
const WORK = SWEPT.map((kind) => {
  const { table, due, only } = TABLES[kind];
  return `select '${kind}' as kind, count(*)::int as waiting, (count(*) filter (where ${due} <= $1))::int as due,
                 greatest(0, coalesce(extract(epoch from $1::timestamptz - min(${due})), 0))::float8 as "lagS"
            from ${table} where ${only}`;
}).join("\nunion all\n");

export async function readSweptWork(pool: Pool, now: Date): Promise<SweptWork[]> {
  return (await pool.query<SweptWork>(WORK, [now])).rows;
}

export interface TaskWork {
  readonly task: string;
  readonly waiting: number;
  readonly due: number;
  readonly lagS: number;
  /** Jobs that have failed at least once and are tried again. */
  readonly failing: number;
  readonly lastError: string | null;
  /** Of a task of the schedule: when it was last set in motion. */
  readonly lastRun: Date | null;
}

// SQL: the queue's own tables.
const JOBS = `
  select coalesce(j.task, c.identifier) as task, coalesce(j.waiting, 0)::int as waiting, coalesce(j.due, 0)::int as due,
         coalesce(j.lag, 0)::float8 as "lagS", coalesce(j.failing, 0)::int as failing, j.last_error as "lastError",
         c.last_execution as "lastRun"
    from (select task_identifier as task, count(*) as waiting, count(*) filter (where run_at <= $1 and locked_at is null) as due,
                 greatest(0, extract(epoch from $1::timestamptz - min(run_at) filter (where run_at <= $1 and locked_at is null))) as lag,
                 count(*) filter (where attempts > 0 and last_error is not null) as failing,
                 left(max(last_error), 200) as last_error
            from graphile_worker.jobs group by task_identifier) j
    full join graphile_worker._private_known_crontabs c on c.identifier = j.task
   order by 1`;

export async function readTaskWork(pool: Pool, now: Date): Promise<TaskWork[]> {
  return (await pool.query<TaskWork>(JOBS, [now])).rows;
}

export interface SeenProcess {
  readonly process: string;
  readonly seenAt: Date;
}

/** Workers that have been seen within the last minutes, the newest first. */
export async function listProcesses(pool: Pool): Promise<SeenProcess[]> {
  const sql = `select process, seen_at as "seenAt" from heartbeats where seen_at > now() - interval '10 minutes' order by seen_at desc`;
  return (await pool.query<SeenProcess>(sql)).rows;
}
