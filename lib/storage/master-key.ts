import type pg from "pg";

/**
 * Notes which master key this database was set up with; the first to come decides. Safe to call from many processes.
 * @returns the id of that key
 */
export async function claimMasterKey(pool: Pick<pg.Pool, "query">, keyId: Uint8Array): Promise<Uint8Array> {
  await pool.query("insert into master_key (key_id) values ($1) on conflict (id) do nothing", [Buffer.from(keyId)]);
  const { rows } = await pool.query<{ key_id: Buffer }>("select key_id from master_key");
  return rows[0]?.key_id ?? keyId;
}
