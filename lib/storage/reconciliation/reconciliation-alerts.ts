import type pg from "pg";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Subject } from "#lib/reconcile/index.ts";

// Alerts about a day's reconciliation. They close themselves once their cause is over.

// SQL throughout: part of the transaction that holds the run, and merged into a jsonb in one statement.
const RAISE = `insert into alerts (kind, cause, detail, created_at) values ($1, $2, $3, $4) on conflict (cause) do nothing`;

interface RunChange {
  readonly runId: string;
  readonly day: string;
  /** Differences without an alert yet. */
  readonly found: number;
  readonly at: Date;
}

/** One alert for a day, however many differences; a new one where the last was closed before more of them came. */
export async function tellOfDifferences(client: pg.PoolClient, { runId, day, found, at }: RunChange): Promise<void> {
  const open = await settleDifferences(client, runId, at);
  if (found === 0 || open === 0) return;
  const { rows } = await client.query<{ count: number; waiting: number }>(
    `select count(*)::int, (count(*) filter (where acknowledged_at is null))::int as waiting
       from alerts where kind = 'bill_differences' and detail ->> 'runId' = $1`,
    [runId],
  );
  const { count = 0, waiting = 0 } = rows[0] ?? {};
  if (waiting > 0) return;
  const kind: AlertDraft["kind"] = "bill_differences";
  const detail: AlertDraft["detail"] = { runId, day, count: open };
  await client.query(RAISE, [kind, `${kind}:${runId}:${count + 1}`, JSON.stringify(detail), at]);
}

/** Brings the open alert up to date, which is closed with the last of its differences. @returns how many are open */
export async function settleDifferences(client: pg.PoolClient, runId: string, at: Date): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    `with open as (select count(*)::int as open from discrepancies where run_id = $1 and closed_at is null),
     told as (
       update alerts set detail = detail || jsonb_build_object('count', open.open),
                         acknowledged_at = case when open.open = 0 then $2::timestamptz end,
                         recovered_at = case when open.open = 0 then $2::timestamptz end
         from open
        where kind = 'bill_differences' and detail ->> 'runId' = $1::text and acknowledged_at is null)
     select open from open`,
    [runId, at],
  );
  return rows[0]?.open ?? 0;
}

const causeOfMissing = ({ accountId, day }: Subject): string => `bill_missing:${accountId}:${day}`;

export async function tellOfMissingBill(
  client: pg.PoolClient,
  subject: Subject,
  { problem, at }: { readonly problem: string; readonly at: Date },
): Promise<void> {
  const kind: AlertDraft["kind"] = "bill_missing";
  const detail: AlertDraft["detail"] = { day: subject.day, problem: problem.slice(0, 200) };
  await client.query(RAISE, [kind, causeOfMissing(subject), JSON.stringify(detail), at]);
}

export async function settleMissingBill(client: pg.PoolClient, subject: Subject, at: Date): Promise<void> {
  const sql = "update alerts set acknowledged_at = $2, recovered_at = $2 where cause = $1 and acknowledged_at is null";
  await client.query(sql, [causeOfMissing(subject), at]);
}
