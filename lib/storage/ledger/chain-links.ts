import type pg from "pg";
import { readOpenWriters } from "../open-writers.ts";
import { inTransaction } from "../transaction.ts";
import { type ChainName, type ChainRow, selectRows, TABLE_OF } from "./chain-rows.ts";

// Writing the chains. SQL throughout: one statement over many rows, or a row lock.

export interface ChainHead {
  readonly chain: ChainName;
  readonly rowId: string;
  readonly rows: string;
  readonly hash: Buffer;
  readonly extendedAt: Date | null;
}

export const HEADS = `select chain, row_id::text as "rowId", rows::text, hash, extended_at as "extendedAt" from chain_heads`;

/** How far the table has come, and who might still be writing rows before that. */
export interface WrittenTo {
  readonly newestId: string;
  /** Open transactions that write into the table. */
  readonly writers: readonly string[];
}

/** What holds an id up to `newestId` has ended or is among the writers: {@link readOpenWriters}. */
export async function readWrittenTo(pool: pg.Pool, chain: ChainName): Promise<WrittenTo> {
  const newest = await pool.query<{ id: string }>(
    `select coalesce(max(id), 0)::text as id from ${TABLE_OF[chain]} where id >= (select row_id from chain_heads where chain = $1)`,
    [chain],
  );
  return { newestId: newest.rows[0]?.id ?? "0", writers: await readWriters(pool, chain) };
}

export const readWriters = (pool: pg.Pool, chain: ChainName): Promise<string[]> =>
  readOpenWriters(pool, TABLE_OF[chain]);

export interface NewLink {
  readonly rowId: string;
  readonly previousId: string;
  readonly hash: Buffer;
}

interface ChainExtension {
  readonly chain: ChainName;
  /** Rows up to here are final. */
  readonly toId: string;
  readonly rowsMax: number;
  readonly now: Date;
  /** The links of these rows, in their order. */
  readonly linksOf: (head: ChainHead, rows: readonly ChainRow[]) => readonly NewLink[];
}

const ADD_LINKS = `
  insert into chain_links (chain, row_id, previous_id, hash)
  select $1, l.row_id, l.previous_id, l.hash from unnest($2::bigint[], $3::bigint[], $4::bytea[]) as l (row_id, previous_id, hash)`;

/** Links the rows after the head. Workers take turns by the head's row lock. @returns how many */
export function extendChain(pool: pg.Pool, { chain, toId, rowsMax, now, linksOf }: ChainExtension): Promise<number> {
  return inTransaction(pool, async (client) => {
    const heads = await client.query<ChainHead>(`${HEADS} where chain = $1 for update`, [chain]);
    const [head] = heads.rows;
    if (head === undefined) throw new Error(`the chain ${chain} has no head`);
    const { rows } = await client.query<ChainRow>(
      `${selectRows(chain)} where r.id > $1 and r.id <= $2 order by r.id limit $3`,
      [head.rowId, toId, rowsMax],
    );
    const links = linksOf(head, rows);
    const last = links.at(-1);
    if (last === undefined) return 0;
    await client.query(ADD_LINKS, [
      chain,
      links.map(({ rowId }) => rowId),
      links.map(({ previousId }) => previousId),
      links.map(({ hash }) => hash),
    ]);
    await client.query(
      "update chain_heads set row_id = $2, rows = rows + $3, hash = $4, extended_at = $5 where chain = $1",
      [chain, last.rowId, links.length, last.hash, now],
    );
    return links.length;
  });
}

export async function readHeads(pool: pg.Pool): Promise<ChainHead[]> {
  return (await pool.query<ChainHead>(`${HEADS} order by chain`)).rows;
}
