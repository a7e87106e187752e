import type pg from "pg";

const ARE_KEPT = `
  create table if not exists bench.dropped_indexes (definition text primary key);
  insert into bench.dropped_indexes
  select pg_get_indexdef(i.indexrelid) from pg_index i
   where i.indrelid = any ($1::text[]::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
  on conflict do nothing`;

/**
 * Drops the indexes of these tables that no constraint stands on, runs `work`, and builds them anew. What they were is kept in
 * the database, so that a run after one that was ended early builds them, too.
 */
export async function withoutIndexes(
  client: pg.Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const [make = "", keep = ""] = ARE_KEPT.split(";");
  await client.query(make);
  await client.query("begin");
  await client.query(keep, [tables]);
  const { rows } = await client.query<{ name: string }>(
    `select i.indexrelid::regclass::text as name from pg_index i
      where i.indrelid = any ($1::text[]::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query("commit");
  await work();
  const kept = await client.query<{ definition: string }>("select definition from bench.dropped_indexes");
  for (const { definition } of kept.rows) {
    await client.query("begin");
    await client.query(definition);
    await client.query("delete from bench.dropped_indexes where definition = $1", [definition]);
    await client.query("commit");
  }
}
