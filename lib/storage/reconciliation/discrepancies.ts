import { AppError } from "#lib/base/app-error.ts";
import { DISCREPANCY_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import type { Discrepancy } from "#lib/reconcile/index.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction } from "../transaction.ts";
import { settleDifferences } from "./reconciliation-alerts.ts";

// Reading and closing what a reconciliation found; for the people who look after it.

export interface ListedRun {
  readonly id: string;
  /** `2026-07-01` */
  readonly day: string;
  readonly merchantNumber: string;
  readonly status: "done" | "failed";
  readonly problem: string | null;
  readonly hasBill: boolean;
  readonly trades: number;
  readonly refunds: number;
  /** Rows of other systems' apps under the same merchant number. */
  readonly otherApps: number;
  readonly open: number;
  readonly closed: number;
  /** Beyond those that are kept one by one. */
  readonly more: number;
  readonly finishedAt: Date;
  /** Of the bill and of our book; null for runs that kept none. */
  readonly sums: { readonly theirs: RunSums; readonly ours: RunSums; readonly fees: number | null } | null;
}

export interface RunSums {
  readonly paid: number;
  readonly settled: number;
  readonly refunded: number;
}

export interface ListedDiscrepancy extends Discrepancy {
  readonly id: string;
  readonly orderId: string | null;
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
}

export interface RunFilter {
  readonly before?: string;
  /** The oldest day. */
  readonly from?: string;
  /** One day alone. */
  readonly day?: string;
  /** Only those with something that is not closed. */
  readonly onlyOpen?: boolean;
  /** None: all of these days. */
  readonly limit?: number;
}

/** Newest day first. */
export async function listRuns(
  pool: Pool,
  { before, from, day, onlyOpen = false, limit }: RunFilter,
): Promise<ListedRun[]> {
  const { rows } = await pool.query<ListedRun>(
    `select r.id::text, r.day::text, g.merchant_number as "merchantNumber", r.status, r.problem, r.has_bill as "hasBill", r.trades, r.refunds, r.other_apps as "otherApps", r.more,
            r.finished_at as "finishedAt",
            case when r.paid_theirs is not null and r.status = 'done' then jsonb_build_object('fees', r.fees,
              'theirs', jsonb_build_object('paid', r.paid_theirs, 'settled', r.settled_theirs, 'refunded', r.refunded_theirs),
              'ours', jsonb_build_object('paid', r.paid_ours, 'settled', r.settled_ours, 'refunded', r.refunded_ours)) end as sums,
            count(d.id) filter (where d.closed_at is null)::int as open,
            count(d.closed_at)::int as closed
       from reconciliation_runs r join gateway_accounts g on g.id = r.account_id left join discrepancies d on d.run_id = r.id
      where ($1::date is null or r.day < $1) and ($3::date is null or r.day = $3)
        and ($4::date is null or r.day >= $4)
        and (not $5 or exists (select from discrepancies o where o.run_id = r.id and o.closed_at is null))
      group by r.id, g.id order by r.day desc, r.id desc limit $2`,
    [before ?? null, limit ?? null, day ?? null, from ?? null, onlyOpen],
  );
  return rows;
}

/** Open ones first. */
export async function listDiscrepancies(
  pool: Pool,
  runId: string,
  page: number | { readonly limit: number; readonly offset: number },
): Promise<ListedDiscrepancy[]> {
  const { limit, offset } = typeof page === "number" ? { limit: page, offset: 0 } : page;
  const { rows } = await pool.query<ListedDiscrepancy>(
    `select d.id::text, d.kind, d.trade_number as "tradeNumber", d.refund_number as "refundNumber",
            d.transaction_id as "transactionId", d.ours, d.theirs, a.order_id as "orderId", d.found_at as "foundAt",
            d.closed_at as "closedAt", d.closed_by as "closedBy", d.closed_reason as "closedReason"
       from discrepancies d left join payment_attempts a on a.number = d.trade_number
      where d.run_id = $1 order by d.closed_at is not null, d.id limit $2 offset $3`,
    [runId, limit, offset],
  );
  return rows;
}

const PAGE = 1_000;

/** Every difference of a run, however many there are by now. */
export async function listAllDiscrepancies(pool: Pool, runId: string): Promise<ListedDiscrepancy[]> {
  const all: ListedDiscrepancy[] = [];
  for (;;) {
    const page = await listDiscrepancies(pool, runId, { limit: PAGE, offset: all.length });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** Of every merchant number that had to do with the day. */
export async function listAllOfDay(pool: Pool, day: string): Promise<ListedDiscrepancy[]> {
  const all: ListedDiscrepancy[] = [];
  for (const { id } of await listRuns(pool, { day })) all.push(...(await listAllDiscrepancies(pool, id)));
  return all;
}

export interface Closing {
  readonly id: string;
  readonly reason: string;
  /** The address of mail of whoever closes it. */
  readonly person: string;
  readonly at: Date;
}

/** @throws AppError `not_found`, `conflict` when it is closed already, `invalid_request` without a reason */
export async function closeDiscrepancy(pool: Pool, { id, reason, person, at }: Closing): Promise<void> {
  if (!/^[0-9]{1,18}$/.test(id)) throw new AppError("not_found", "there is no such difference");
  const said = reason.trim();
  if (said === "" || said.length > DISCREPANCY_REASON_CHARS_MAX)
    throw new AppError("invalid_request", "a reason of 1 to 500 characters is needed");
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ closed: boolean; kind: string; subject: string | null; run: string }>(
      `select run_id::text as run, closed_at is not null as closed, kind, coalesce(refund_number, trade_number) as subject
         from discrepancies where id = $1 for update`,
      [id],
    );
    const found = rows[0];
    if (found === undefined) throw new AppError("not_found", "there is no such difference");
    if (found.closed) throw new AppError("conflict", "this difference is closed already");
    await client.query("update discrepancies set closed_at = $2, closed_by = $3, closed_reason = $4 where id = $1", [
      id,
      at,
      person,
      said,
    ]);
    await settleDifferences(client, found.run, at);
    const detail = { kind: found.kind, number: found.subject, reason: said };
    await recordAudit(client, {
      actor: person,
      action: "discrepancy.closed",
      subject: `discrepancy:${id}`,
      detail,
      at,
    });
  });
}
