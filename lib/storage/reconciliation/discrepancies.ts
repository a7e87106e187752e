import { AppError } from "#lib/base/app-error.ts";
import { DISCREPANCY_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import type { Discrepancy } from "#lib/reconcile/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";
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
export const listRuns = (pool: Pool, filter: RunFilter): Promise<ListedRun[]> =>
  viaPrisma(pool, async (prisma) => {
    const { before, from, day, onlyOpen = false, limit } = filter;
    const runs = await prisma.reconciliationRun.findMany({
      where: {
        day: {
          ...(before === undefined ? {} : { lt: dateOf(before) }),
          ...(from === undefined ? {} : { gte: dateOf(from) }),
          ...(day === undefined ? {} : { equals: dateOf(day) }),
        },
        ...(onlyOpen ? { discrepancies: { some: { closedAt: null } } } : {}),
      },
      include: { account: { select: { merchantNumber: true } } },
      orderBy: [{ day: "desc" }, { id: "desc" }],
      ...(limit === undefined ? {} : { take: limit }),
    });
    const counts = await prisma.discrepancy.groupBy({
      by: ["runId", "closedBy"],
      where: { runId: { in: runs.map(({ id }) => id) } },
      _count: true,
    });
    return runs.map((run) => {
      const ofRun = counts.filter(({ runId }) => runId === run.id);
      const sum = (closed: boolean) =>
        ofRun.reduce((total, each) => total + ((each.closedBy !== null) === closed ? each._count : 0), 0);
      return toListedRun(run, { open: sum(false), closed: sum(true) });
    });
  });

type RunRow = Prisma.ReconciliationRunModel & { readonly account: { readonly merchantNumber: string } };

const toListedRun = (run: RunRow, counts: { readonly open: number; readonly closed: number }): ListedRun => ({
  id: String(run.id),
  day: dayOf(run.day),
  merchantNumber: run.account.merchantNumber,
  status: run.status as ListedRun["status"],
  problem: run.problem,
  hasBill: run.hasBill,
  trades: run.trades,
  refunds: run.refunds,
  otherApps: run.otherApps,
  more: run.more,
  finishedAt: run.finishedAt,
  sums:
    run.paidTheirs === null || run.status !== "done"
      ? null
      : {
          theirs: sumsOf(run.paidTheirs, run.settledTheirs, run.refundedTheirs),
          ours: sumsOf(run.paidOurs, run.settledOurs, run.refundedOurs),
          fees: run.fees === null ? null : Number(run.fees),
        },
  ...counts,
});

// All six are there, or none: `run_sums` in the database.
const sumsOf = (paid: bigint | null, settled: bigint | null, refunded: bigint | null): RunSums => ({
  paid: Number(paid),
  settled: Number(settled),
  refunded: Number(refunded),
});

// SQL: Prisma cannot sort by whether a difference is closed.
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
  /** The e-mail address of the person who closes it. */
  readonly person: string;
  readonly at: Date;
}

/** @throws AppError `not_found`, `conflict` when it is closed already, `invalid_request` without a reason */
export async function closeDiscrepancy(pool: Pool, { id, reason, person, at }: Closing): Promise<void> {
  if (!/^[0-9]{1,18}$/.test(id)) throw new AppError("not_found", "there is no such difference");
  const said = reason.trim();
  if (said === "" || said.length > DISCREPANCY_REASON_CHARS_MAX)
    throw new AppError("invalid_request", "a reason of 1 to 500 characters is needed");
  await inPrismaTransaction(pool, async ({ prisma, client }) => {
    // SQL: a row lock.
    await client.query("select from discrepancies where id = $1 for update", [id]);
    const where = { id: BigInt(id) };
    const found = await prisma.discrepancy.findUnique({ where });
    if (found === null) throw new AppError("not_found", "there is no such difference");
    if (found.closedAt !== null) throw new AppError("conflict", "this difference is closed already");
    await prisma.discrepancy.update({ where, data: { closedAt: at, closedBy: person, closedReason: said } });
    await settleDifferences(client, String(found.runId), at);
    const detail = { kind: found.kind, number: found.refundNumber ?? found.tradeNumber, reason: said };
    await recordAudit(client, {
      actor: person,
      action: "discrepancy.closed",
      subject: `discrepancy:${id}`,
      detail,
      at,
    });
  });
}

/** `2026-07-01` as Prisma takes the value of a column of dates. */
export const dateOf = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** The way back. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, "2026-07-01".length);
