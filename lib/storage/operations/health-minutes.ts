import { z } from "zod";
import type { Pool } from "../client.ts";
import { run, statement } from "../transaction.ts";

// How the installation was, minute by minute: what the database knows of a minute that is over, and what each process has counted
// in it. Small rows, kept for days.

/** What the database knows of one minute, over all processes. */
const databaseMinuteSchema = z.object({
  paid: z.int(),
  /** Late, extra or mismatched: money that settles no order. */
  odd: z.int(),
  closed: z.int(),
  refunds: z.int(),
  /** Calls of the notify address that were not believed, by reason. */
  rejections: z.record(z.string(), z.int()),
  /** Trades and refunds without a certain answer. */
  unknown: z.int(),
  /** Seconds since the oldest unfinished row was due; 0: none is. */
  oldestS: z.number(),
  sweepLagS: z.number(),
  webhooks: z.int(),
  pushes: z.int(),
  prints: z.int(),
  jobs: z.int(),
  alerts: z.int(),
  /** Hours since the last backup; null: none yet. */
  backupAgeH: z.number().nullable(),
});
export type DatabaseMinute = z.infer<typeof databaseMinuteSchema>;

/** What one process has counted within a minute, and its state at the end of it. */
const processMinuteSchema = z.object({
  notices: z.int(),
  /** Sum and maximum, from WeChat's payment to our door. */
  noticeS: z.number(),
  noticeMaxS: z.number(),
  calls: z.int(),
  callS: z.number(),
  callMaxS: z.number(),
  callsUnknown: z.int(),
  callsRefused: z.int(),
  streams: z.int(),
  poolUsed: z.int(),
  poolWaiting: z.int(),
  poolMax: z.int(),
});
export type ProcessMinute = z.infer<typeof processMinuteSchema>;

// Stays SQL: one statement for several tables, each answered from an index on the moment or a partial one on what is due; an order
// lives for seven days at most, so those that closed are among the newest of the closed ones.
const MINUTE = statement("health_minute")`
  with due as (
    select min(check_at) as at from payment_attempts where check_at is not null
    union all select min(check_at) from refunds where check_at is not null
    union all select min(check_at) from webhook_deliveries where check_at is not null
    union all select min(check_at) from print_jobs where check_at is not null
    union all select min(check_at) from trade_checks where check_at is not null
  )
  select (select count(*) from payment_attempts where verdict = 'settles' and paid_at >= $1 and paid_at < $2)::int as paid,
         (select count(*) from payment_attempts where status = 'succeeded' and verdict <> 'settles' and paid_at >= $1 and paid_at < $2)::int as odd,
         (select count(*) from orders where status = 'closed' and created_at >= $1::timestamptz - interval '8 days'
                                        and closed_at >= $1 and closed_at < $2)::int as closed,
         (select count(*) from refunds where status = 'succeeded' and succeeded_at >= $1 and succeeded_at < $2)::int as refunds,
         (select coalesce(jsonb_object_agg(reason, count), '{}') from (
            select reason, sum(count) as count from notify_rejections where minute = $1 group by reason) r) as rejections,
         (select count(*) from payment_attempts where status = 'opening' and check_at is not null)::int
       + (select count(*) from refunds where status = 'requested' and sent_at is not null and check_at is not null)::int as unknown,
         greatest(0, extract(epoch from $2::timestamptz - (select min(at) from due)))::float8 as "oldestS",
         greatest(0, coalesce(extract(epoch from $2::timestamptz - least(
           (select min(check_at) from payment_attempts where check_at is not null),
           (select min(expires_at) from orders where status = 'pending' and check_at is not null))), 0))::float8 as "sweepLagS",
         (select count(*) from webhook_deliveries where check_at is not null)::int as webhooks,
         (select count(*) from notification_deliveries where check_at is not null)::int as pushes,
         (select count(*) from print_jobs where check_at is not null)::int as prints,
         (select count(*) from graphile_worker.jobs where run_at <= $2 and locked_at is null)::int as jobs,
         (select count(*) from alerts where acknowledged_at is null)::int as alerts,
         (select extract(epoch from $2::timestamptz - max(created_at)) / 3600 from audit_log where action = 'backup.made')::float8 as "backupAgeH"`;

export async function readDatabaseMinute(
  pool: Pool,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<DatabaseMinute> {
  const [row] = (await run<DatabaseMinute>(pool, MINUTE, [from, to])).rows;
  return databaseMinuteSchema.parse(row);
}

// Stays SQL: hot path, by processes that load no Prisma. Of several that know the same minute the first is right.
const KEEP = statement("keep_health_minute")`
  insert into health_minutes (minute, source, figures) values ($1, $2, $3) on conflict do nothing`;

/** Under this name stands what the database knows; other names are processes. */
export const OF_DATABASE = "database";

interface KeptMinute {
  readonly minute: Date;
  readonly source: string;
  readonly figures: DatabaseMinute | ProcessMinute;
}

export async function keepHealthMinute(pool: Pool, { minute, source, figures }: KeptMinute): Promise<void> {
  await run(pool, KEEP, [minute, source, JSON.stringify(figures)]);
}

export async function hasDatabaseMinute(pool: Pool, minute: Date): Promise<boolean> {
  const sql = "select from health_minutes where minute = $1 and source = $2";
  return (await pool.query(sql, [minute, OF_DATABASE])).rowCount === 1;
}

export interface HealthMinute {
  readonly minute: Date;
  readonly database: DatabaseMinute | null;
  readonly processes: readonly ProcessMinute[];
}

/** Oldest first; minutes in which nothing was written down are left out. */
export async function readHealthMinutes(pool: Pool, since: Date): Promise<HealthMinute[]> {
  const { rows } = await pool.query<{ minute: Date; source: string; figures: unknown }>(
    "select minute, source, figures from health_minutes where minute >= $1 order by minute, source",
    [since],
  );
  const minutes = new Map<number, { minute: Date; database: DatabaseMinute | null; processes: ProcessMinute[] }>();
  for (const { minute, source, figures } of rows) {
    const held = minutes.get(minute.getTime()) ?? { minute, database: null, processes: [] };
    minutes.set(minute.getTime(), held);
    if (source === OF_DATABASE) held.database = databaseMinuteSchema.safeParse(figures).data ?? null;
    else {
      const read = processMinuteSchema.safeParse(figures);
      if (read.success) held.processes.push(read.data);
    }
  }
  return [...minutes.values()];
}
