import type pg from "pg";

/** What is not finished in the shop right now. */
export interface Unfinished {
  /** Null before the first order. */
  readonly firstOrderAt: Date | null;
  readonly waitingRefunds: number;
  /** Refunds that wait for a second person. */
  readonly refundApprovals: number;
  readonly abnormalRefunds: number;
  readonly openDifferences: number;
}

// SQL: figures of several tables of one moment, each by an index of what is unfinished.
export async function readUnfinished(pool: pg.Pool): Promise<Unfinished> {
  const { rows } = await pool.query<Unfinished>(`
    select (select min(created_at) from orders) as "firstOrderAt",
           (select count(*) from refunds where check_at is not null and status not in ('abnormal', 'awaiting_approval'))::int as "waitingRefunds",
           (select count(*) from refunds where status = 'awaiting_approval')::int as "refundApprovals",
           (select count(*) from refunds where check_at is not null and status = 'abnormal')::int as "abnormalRefunds",
           (select count(*) from discrepancies where closed_at is null)::int as "openDifferences"`);
  const [row] = rows;
  if (row === undefined) throw new Error("figures without a table have one row");
  return row;
}
