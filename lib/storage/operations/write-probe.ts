import type pg from "pg";
import { translated } from "../errors.ts";

/** More than the free pages of a table, so that a full disk shows. */
const PROBE = `
  insert into alerts (kind, cause, detail, created_at)
  select 'probe', 'probe', jsonb_build_object('filler', string_agg(md5(random()::text), '')), now() from generate_series(1, 4000)`;

/** Writes something and takes it back. @throws AppError `unavailable` when nothing can be written, or reached */
export async function probeWrite(pool: pg.Pool): Promise<void> {
  let client: pg.PoolClient | undefined;
  try {
    client = await pool.connect();
    await client.query("begin");
    await client.query(PROBE);
  } catch (cause) {
    throw translated(cause);
  } finally {
    const broken = await client?.query("rollback").then(
      () => false,
      () => true,
    );
    client?.release(broken);
  }
}

export async function isReadOnly(pool: pg.Pool): Promise<boolean> {
  const sql = "select current_setting('transaction_read_only') = 'on' as yes";
  return (await pool.query<{ yes: boolean }>(sql)).rows[0]?.yes ?? false;
}
