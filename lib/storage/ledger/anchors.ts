import type pg from "pg";
import type { ChainName } from "./chain-rows.ts";

// The heads of a day, and whether the place outside has them. SQL: what is due is taken by a row lock.

export interface AnchoredHead {
  readonly rowId: string;
  readonly rows: string;
  /** Hex. */
  readonly hash: string;
}

export interface AnchorHeads {
  /** `2026-11-30`, in Beijing. */
  readonly day: string;
  readonly madeAt: Date;
  readonly chains: Readonly<Record<ChainName, AnchoredHead>>;
}

const head = (chain: ChainName): string =>
  `jsonb_build_object('rowId', ${chain}_id::text, 'rows', ${chain}_rows::text, 'hash', encode(${chain}_hash, 'hex'))`;
export const SELECT_ANCHORS = `
  select to_char(day, 'YYYY-MM-DD') as day, made_at as "madeAt",
         jsonb_build_object('journal', ${head("journal")}, 'audit', ${head("audit")}) as chains from ledger_anchors`;

/** Writes down where the chains end; once a day, and nothing while they are empty. @returns whether this was the time */
export async function makeAnchor(pool: pg.Pool, day: string, now: Date): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into ledger_anchors (day, journal_id, journal_rows, journal_hash, audit_id, audit_rows, audit_hash, made_at, check_at)
     select $1::date, j.row_id, j.rows, j.hash, a.row_id, a.rows, a.hash, $2, $2
       from chain_heads j, chain_heads a where j.chain = 'journal' and a.chain = 'audit' and j.rows + a.rows > 0
     on conflict do nothing`,
    [day, now],
  );
  return rowCount === 1;
}

/** Takes the oldest one that is due, so that no other worker sends it as well before `until`. */
export async function takeAnchor(
  pool: pg.Pool,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<(AnchorHeads & { readonly tries: number }) | null> {
  const { rows } = await pool.query<{ day: string; tries: number }>(
    `update ledger_anchors set check_at = $2, tries = tries + 1
      where day = (select day from ledger_anchors where check_at <= $1 order by day for update skip locked limit 1)
     returning day::text, tries`,
    [now, until],
  );
  const [taken] = rows;
  if (taken === undefined) return null;
  const [anchor] = (await pool.query<AnchorHeads>(`${SELECT_ANCHORS} where day = $1`, [taken.day])).rows;
  return anchor === undefined ? null : { ...anchor, tries: taken.tries };
}

export async function keptAnchor(pool: pg.Pool, day: string, now: Date): Promise<void> {
  await pool.query(
    "update ledger_anchors set kept_at = $2, check_at = null, problem = null where day = $1 and kept_at is null",
    [day, now],
  );
}

export async function postponeAnchor(
  pool: pg.Pool,
  { day, checkAt, problem }: { readonly day: string; readonly checkAt: Date; readonly problem: string },
): Promise<void> {
  await pool.query("update ledger_anchors set check_at = $2, problem = $3 where day = $1 and kept_at is null", [
    day,
    checkAt,
    problem.slice(0, 300),
  ]);
}

/** The oldest one that the place outside does not have, and what it answered last. */
export async function oldestUnkeptAnchor(
  pool: pg.Pool,
): Promise<{ readonly day: string; readonly madeAt: Date; readonly problem: string | null } | null> {
  const { rows } = await pool.query<{ day: string; madeAt: Date; problem: string | null }>(
    `select to_char(day, 'YYYY-MM-DD') as day, made_at as "madeAt", problem from ledger_anchors
      where kept_at is null order by ledger_anchors.day limit 1`,
  );
  return rows[0] ?? null;
}

/** The newest one, for people. */
export async function lastAnchor(
  pool: pg.Pool,
): Promise<{ readonly day: string; readonly keptAt: Date | null; readonly problem: string | null } | null> {
  const { rows } = await pool.query<{ day: string; keptAt: Date | null; problem: string | null }>(
    `select to_char(day, 'YYYY-MM-DD') as day, kept_at as "keptAt", problem from ledger_anchors order by ledger_anchors.day desc limit 1`,
  );
  return rows[0] ?? null;
}
