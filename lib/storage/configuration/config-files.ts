import type { Queryable } from "../client.ts";

// Which state of each configuration file was last imported, so that one that did not change since displaces nothing.

export interface FileState {
  readonly host: string;
  /** Absolute. */
  readonly path: string;
  /** Keyed digest of what it says. */
  readonly mark: Uint8Array;
}

/**
 * Whether the file says something else than when it was last imported. A machine that is new to us is measured by what any
 * machine read at this path, and a path that is new by what any file said last.
 */
// Stays SQL: one statement for several tables, at the start of every process.
export async function isNews(on: Queryable, { host, path, mark }: FileState): Promise<boolean> {
  const { rows } = await on.query<{ same: boolean }>(
    `select mark = $3 as same from (
       select mark, 3 as rank, seen_at as at from config_files where host = $1 and path = $2
       union all select mark, 2, seen_at from config_files where path = $2
       union all select file_mark, 1, created_at from config_versions where file_mark is not null) known
      order by rank desc, at desc limit 1`,
    [host, path, Buffer.from(mark)],
  );
  return rows[0]?.same !== true;
}

export async function noteFile(on: Queryable, { host, path, mark }: FileState): Promise<void> {
  await on.query(
    `insert into config_files (host, path, mark, seen_at) values ($1, $2, $3, now())
     on conflict (host, path) do update set mark = excluded.mark, seen_at = excluded.seen_at`,
    [host, path, Buffer.from(mark)],
  );
}
