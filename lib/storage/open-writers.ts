import type pg from "pg";

/**
 * Open transactions that write into a table. Ids come from a sequence, so a greater one may be committed first. A transaction locks
 * the table before it takes an id and until it has ended, so one that holds an id up to the newest that was seen has ended, or is
 * among the writers that are read afterwards.
 */
export async function readOpenWriters(pool: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ transaction: string }>(
    `select distinct virtualtransaction as transaction from pg_locks
      where locktype = 'relation' and relation = $1::regclass and mode = 'RowExclusiveLock' and granted
        and database = (select oid from pg_database where datname = current_database())`,
    [table],
  );
  return rows.map(({ transaction }) => transaction);
}
