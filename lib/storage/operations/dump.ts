import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { AppError } from "#lib/base/app-error.ts";
import { connectOrCreate, migrate, programMigrations } from "../migrate.ts";
import type { MigrationName } from "../migration-history.ts";

// Whole tables out of the database and into an empty one, as PostgreSQL's own COPY writes them.

export interface DumpTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The database at one moment. */
export interface Dump {
  readonly migrations: readonly MigrationName[];
  readonly tables: readonly DumpTable[];
  read(table: DumpTable): Readable;
}

/** Everything that `work` reads is of one moment, however long it takes and in spite of concurrent writes. */
export async function withDump<Result>(url: string, work: (dump: Dump) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: "lingfu backup" });
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query(PLAIN_TEXT);
    const { rows: migrations } = await client.query<MigrationName>(
      `select migration_name as name, checksum from _prisma_migrations
        where rolled_back_at is null and finished_at is not null order by migration_name`,
    );
    const tables = await listTables(client);
    const read = (table: DumpTable) => {
      const rows = client.query(copyTo(`copy (${selected(table)}) to stdout`));
      // Where nobody reads on, the end of the connection is no news either.
      rows.on("error", () => {});
      return rows;
    };
    return await work({ migrations, tables, read });
  } finally {
    await client.end();
  }
}

/** What the texts depend on. */
const PLAIN_TEXT = "set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local bytea_output = 'hex'";

const quoted = (name: string): string => pg.escapeIdentifier(name);
const named = ({ name, columns }: DumpTable): string => `${quoted(name)} (${columns.map(quoted).join(", ")})`;
/** A table in parts can be copied only by asking for its rows. */
const selected = ({ name, columns }: DumpTable): string =>
  `select ${columns.map(quoted).join(", ")} from ${quoted(name)}`;

/** What is going on right now, and what this installation alone has done: another one begins without it. */
const OF_THIS_MOMENT =
  "'_prisma_migrations', 'heartbeats', 'master_key_holders', 'upkeep_runs', 'health_minutes', 'backup_log'";

/** Ours, without those that say only what is going on right now. Each after those that it refers to. */
async function listTables(client: pg.Client): Promise<DumpTable[]> {
  const { rows } = await client.query<DumpTable & { needs: string[] }>(
    `select c.relname as name,
            (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            (select coalesce(array_agg(distinct f.relname::text), '{}') from pg_constraint k join pg_class f on f.oid = k.confrelid
              where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not in (${OF_THIS_MOMENT})
      order by c.relname`,
  );
  const sorted: DumpTable[] = [];
  let left = rows;
  while (left.length > 0) {
    const waiting = new Set(left.map(({ name }) => name));
    const ready = left.filter(({ needs }) => !needs.some((name) => waiting.has(name)));
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting].join(", ")}`);
    sorted.push(...ready.map(({ name, columns }) => ({ name, columns })));
    left = left.filter((row) => !ready.includes(row));
  }
  return sorted;
}

/** Fills one table with what was read from it. */
type Fill = (table: DumpTable, content: Readable) => Promise<void>;

export interface RestoreWork {
  readonly load: (fill: Fill) => Promise<void>;
  /** The last thing in the transaction, with every trigger back in place. */
  readonly finish: (client: pg.Client) => Promise<void>;
}

/**
 * Makes the tables anew by the migrations of the dump, has them filled in one transaction with all constraints checked, and brings
 * them up to date. On failure the database is empty again.
 * @throws AppError `conflict` when the database is not empty, or its dump is of another program
 */
export async function restoreDump(
  url: string,
  migrations: readonly MigrationName[],
  { load, finish }: RestoreWork,
): Promise<void> {
  await checkMigrations(migrations);
  const client = await connectOrCreate(url);
  try {
    const { rows } = await client.query("select from pg_tables where schemaname = 'public' limit 1");
    if (rows.length > 0) throw new AppError("conflict", "the database is not empty: restore into an empty DATA_DIR");
    try {
      await migrate(url, { through: migrations.at(-1)?.name ?? "" });
      await fillAll(client, { load, finish });
      await migrate(url);
    } catch (cause) {
      await client.query("rollback");
      await client.query(
        "drop schema public cascade; drop schema if exists graphile_worker, behaviour cascade; create schema public",
      );
      throw cause;
    }
  } finally {
    await client.end();
  }
}

async function checkMigrations(migrations: readonly MigrationName[]): Promise<void> {
  const known = await programMigrations();
  const differing = migrations.find(
    ({ name, checksum }, index) => known[index]?.name !== name || known[index]?.checksum !== checksum,
  );
  if (migrations.length > 0 && differing === undefined) return;
  throw new AppError(
    "conflict",
    `the backup was made by another version of this program (${differing?.name ?? "no migrations"}): restore it with that version, or a newer one`,
  );
}

async function fillAll(client: pg.Client, { load, finish }: RestoreWork): Promise<void> {
  await client.query("begin");
  await client.query(PLAIN_TEXT);
  const tables = await listTables(client);
  const reactions = await listReactions(client);
  // Reactions have happened already when the rows were first written. What must hold of rows stays on, and is looked at below.
  for (const { table, trigger } of reactions) await client.query(`alter table ${table} disable trigger ${trigger}`);
  await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(", ")}`);
  await withoutSearchIndexes(client, async () => {
    await load(async (table, content) => {
      await pipeline(content, client.query(copyFrom(`copy ${named(table)} from stdin`)));
    });
    await client.query("set constraints all immediate");
  });
  for (const { table, trigger } of reactions) await client.query(`alter table ${table} enable trigger ${trigger}`);
  await setSequences(client);
  await finish(client);
  await client.query("commit");
}

/** Dropped for as long as `work` takes and built at once after it, which costs a fraction; no constraint and no trigger looks into them. */
async function withoutSearchIndexes(client: pg.Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select c.oid::regclass::text as name, pg_get_indexdef(c.oid) as definition
       from pg_class c join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'i' and a.amname = 'gin'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await work();
  await client.query("set local maintenance_work_mem = '256MB'");
  for (const { definition } of rows) await client.query(definition);
}

/** Triggers of ours that are no constraints; quoted. */
async function listReactions(client: pg.Client): Promise<{ table: string; trigger: string }[]> {
  const { rows } = await client.query<{ table: string; trigger: string }>(
    `select t.tgrelid::regclass::text as table, quote_ident(t.tgname) as trigger
       from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and not t.tgisinternal and t.tgconstraint = 0 and t.tgenabled = 'O'`,
  );
  return rows;
}

async function setSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select quote_ident(c.relname) as table, quote_ident(a.attname) as column,
            pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`,
  );
  for (const { table, column, sequence } of rows) {
    const greatest = `(select max(${column}) from ${table})`;
    await client.query(`select setval('${sequence}', coalesce(${greatest}, 1), ${greatest} is not null)`);
  }
}
