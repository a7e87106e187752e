import type { Pool } from "../client.ts";

export interface ChainState {
  /** When the chains were last extended; null: nothing is chained yet. */
  readonly extendedAt: Date | null;
  /** Rows that are younger than the chains, at most {@link COUNTED_MAX}. */
  readonly waiting: number;
  /** When the oldest of them was written. */
  readonly waitingSince: Date | null;
}

const COUNTED_MAX = 10_000;

// SQL: one statement over several tables, each read from where its chain ends.
const STATE = `
  select (select max(extended_at) from chain_heads) as "extendedAt", count(*)::int as waiting, min(created_at) as "waitingSince"
    from ((select created_at from journal_entries where id > (select row_id from chain_heads where chain = 'journal') order by id limit ${COUNTED_MAX})
          union all
          (select created_at from audit_log where id > (select row_id from chain_heads where chain = 'audit') order by id limit ${COUNTED_MAX})) r`;

export async function readChainState(pool: Pool): Promise<ChainState> {
  const { rows } = await pool.query<ChainState>(STATE);
  const [state] = rows;
  if (state === undefined) throw new Error("a statement without groups has one row");
  return state;
}
