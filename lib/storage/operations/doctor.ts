import type { Pool } from "../client.ts";

// What the doctor asks of the database. Reads alone, each from an index or a small table.

export interface NoticesKept {
  readonly lastAt: Date | null;
  /** Payments of the last week without a notice. */
  readonly paidWithout: number;
  readonly paid: number;
  /** Calls that were not believed since the last good notice, or in the last day; unsigned ones are anybody's. */
  readonly refused: readonly { readonly reason: string; readonly count: number }[];
}

export async function readNotices(pool: Pool, accountId: string): Promise<NoticesKept> {
  const { rows } = await pool.query<{ lastAt: Date | null; paid: number; paidWithout: number }>(
    `with paid as materialized (
       select transaction_id from payment_attempts
        where account_id = $1 and status = 'succeeded' and paid_at > now() - interval '7 days')
     select (select max(received_at) from notify_receipts where account_id = $1) as "lastAt",
            (select count(*)::int from paid) as paid,
            (select count(*)::int from (
               select transaction_id from paid
               except
               select content -> 'trade' ->> 'transactionId' from notify_receipts
                where account_id = $1 and received_at > now() - interval '8 days') untold) as "paidWithout"`,
    [accountId],
  );
  const row = rows[0] ?? { lastAt: null, paid: 0, paidWithout: 0 };
  const refused = await pool.query<{ reason: string; count: number }>(
    `select reason, sum(count)::int as count from notify_rejections
      where minute > greatest(now() - interval '1 day', $1::timestamptz) and reason not in ('missing_headers', 'probe')
      group by reason order by 2 desc limit 5`,
    [row.lastAt],
  );
  return { ...row, refused: refused.rows };
}

/** Whether this account has ever opened a notice of API v3. */
export async function hasOpenedNotices(pool: Pool, accountId: string): Promise<boolean> {
  const sql =
    "select exists (select from notify_receipts where account_id = $1 and content ->> 'protocol' = 'v3') as yes";
  return (await pool.query<{ yes: boolean }>(sql, [accountId])).rows[0]?.yes ?? false;
}

export interface DoorMark {
  readonly echoes: number;
  /** Echoes that the keys of another account opened. */
  readonly echoesOfOthers: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** Where the notify door stands: the echoes it took, and what it refused in the last minutes. */
export async function markDoor(pool: Pool, accountId: string): Promise<DoorMark> {
  const { rows } = await pool.query<DoorMark>(
    `select count(*) filter (where account_id = $1)::int as echoes,
            count(*) filter (where account_id <> $1)::int as "echoesOfOthers",
            (select coalesce(jsonb_object_agg(reason, count), '{}') from (
               select reason, sum(count)::int as count from notify_rejections
                where minute > now() - interval '2 minutes' and reason <> 'missing_headers' group by reason) r) as refused
       from notify_receipts
      where received_at > now() - interval '1 hour' and content ->> 'type' like 'SECURITY_ECHO%'`,
    [accountId],
  );
  return rows[0] ?? { echoes: 0, echoesOfOthers: 0, refused: {} };
}

export interface WebhookTrouble {
  readonly endpoints: number;
  readonly disabled: readonly string[];
  /** Endpoints with deliveries that have failed at least three times and are still tried. */
  readonly failing: readonly { readonly url: string; readonly waiting: number; readonly lastError: string | null }[];
}

export async function readWebhookTrouble(pool: Pool): Promise<WebhookTrouble> {
  const { rows } = await pool.query<{ url: string; why: string | null; waiting: number; lastError: string | null }>(
    `select e.url, e.disabled_why as why, count(d.event_id)::int as waiting,
            max(coalesce('HTTP ' || d.last_status, d.last_error)) as "lastError"
       from webhook_endpoints e
       left join webhook_deliveries d on d.endpoint_id = e.id and d.check_at is not null and d.tries >= 3
      group by e.id, e.url, e.disabled_why`,
  );
  return {
    endpoints: rows.length,
    disabled: rows.filter(({ why }) => why !== null).map(({ url }) => url),
    failing: rows.filter(({ why, waiting }) => why === null && waiting > 0),
  };
}

export async function lastBackup(pool: Pool): Promise<Date | null> {
  const sql = "select max(created_at) as at from audit_log where action = 'backup.made'";
  return (await pool.query<{ at: Date | null }>(sql)).rows[0]?.at ?? null;
}
