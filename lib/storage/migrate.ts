import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Queryable } from "./client.ts";
import { isAbsentDatabase } from "./errors.ts";
import {
  type AppliedMigration,
  compareHistory,
  type HistoryComparison,
  type Migration,
  type MigrationName,
  NewerDatabase,
  readApplied,
  readMigrations,
} from "./migration-history.ts";

/** The number that Prisma's own tool locks on, so that it and we never migrate at once. */
const PRISMA_LOCK = 72_707_369;
/** How long we wait in all: for another process that migrates, or for a table in use. */
const PATIENCE_MS = 120_000;
const TRY_AGAIN_MS = 200;
/**
 * How long one statement waits for a table. Who asks for it meanwhile waits behind that statement, so the wait is short: the
 * migration gives up, lets everybody pass and tries again.
 */
const TABLE_LOCK_TIMEOUT = "2s";
const BREATH_MS = 500;
const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK = "40P01";

/** First line of a migration of one statement that must not be in a transaction: an index that is made concurrently. */
const ALONE = /^-- outside a transaction\n/;
const NAMED_INDEX = /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+([a-z0-9_]+)/im;

// Prisma's own table, so that its tool agrees with us wherever it can be used.
const HISTORY_TABLE = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

interface MigrateOptions {
  /** Called after each migration that this call applied. */
  readonly onApplied?: (name: string) => void;
  /** Holds `NNNN_what/migration.sql`; default `prisma/migrations` of the folder we run in. */
  readonly folder?: string;
  /** The last migration to apply; all of them when absent. */
  readonly through?: string;
  /** A database that a newer program upgraded is taken as it is, if this program can still work with it. */
  readonly allowNewer?: boolean;
}

interface MigrationState {
  /** True when this program can work with the database: nothing is missing, nothing that it needs was taken away. */
  readonly current: boolean;
  readonly missing: readonly string[];
  /** What a newer program added. */
  readonly newer: readonly string[];
  /** Why it cannot be made current, in one sentence. */
  readonly problem?: string;
}

/**
 * Brings the database up to date, making it where it is absent; then installs the job queue's own tables. Returns the
 * names of what it applied. Safe to run twice at once, and while programs work. Each migration is one transaction: a failed one
 * leaves nothing.
 * @throws NewerDatabase where a newer program upgraded it
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const { through, allowNewer = false } = options;
  const all = await readMigrations(options.folder);
  const migrations = through === undefined ? all : all.filter(({ name }) => name <= through);
  const client = await connectOrCreate(databaseUrl);
  try {
    await lock(client);
    await client.query(HISTORY_TABLE);
    const { pending, newer, outdatedBy } = compareHistory(migrations, await readApplied(client));
    if (newer.length > 0) {
      if (!allowNewer || outdatedBy !== null) throw new NewerDatabase({ newer, outdatedBy });
      return []; // The job queue's tables are the newer program's as well.
    }
    for (const migration of pending) {
      await (ALONE.test(migration.sql) ? applyAlone : apply)(client, migration);
      options.onApplied?.(migration.name);
    }
    const { runMigrations } = await import("graphile-worker");
    await runMigrations({ connectionString: databaseUrl });
    return pending.map(({ name }) => name);
  } finally {
    await client.end(); // The lock goes with the session.
  }
}

/**
 * A session that waits inside `pg_advisory_lock` holds a snapshot, for whose end an index that is made concurrently waits in
 * turn. So we ask again and again.
 */
async function lock(client: pg.Client): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [PRISMA_LOCK]);
    if (rows[0]?.mine) return;
    if (performance.now() > deadline) {
      throw new Error(`another process has been migrating this database for more than ${PATIENCE_MS / 1000} s`);
    }
    await sleep(TRY_AGAIN_MS);
  }
}

/** Whether the database is current, for /readyz. Changes nothing; throws only where the database cannot be read. */
export async function migrationState(pool: Queryable, folder?: string): Promise<MigrationState> {
  const migrations = await readMigrations(folder);
  const applied = await readHistory(pool);
  try {
    const { pending, newer, outdatedBy } = compareHistory(migrations, applied);
    const missing = pending.map(({ name }) => name);
    const state = { current: missing.length === 0 && outdatedBy === null, missing, newer };
    return outdatedBy === null ? state : { ...state, problem: new NewerDatabase({ newer, outdatedBy }).message };
  } catch (cause) {
    return { current: false, missing: [], newer: [], problem: messageOf(cause) };
  }
}

async function readHistory(pool: Queryable): Promise<readonly AppliedMigration[]> {
  const { rows } = await pool.query("select to_regclass('_prisma_migrations') is not null as there");
  return rows[0]?.there ? readApplied(pool) : [];
}

/**
 * For a process that starts; what else is wrong with the history shows at /readyz.
 * @throws NewerDatabase, unless newer ones are allowed and this program can work with it
 */
export async function refuseNewerDatabase(
  pool: Queryable,
  { allowNewer, folder }: Pick<MigrateOptions, "allowNewer" | "folder">,
): Promise<void> {
  const migrations = await readMigrations(folder);
  const applied = await readHistory(pool);
  let difference: Pick<HistoryComparison, "newer" | "outdatedBy">;
  try {
    difference = compareHistory(migrations, applied);
  } catch {
    return;
  }
  const { newer, outdatedBy } = difference;
  if (newer.length > 0 && !(allowNewer && outdatedBy === null)) throw new NewerDatabase(difference);
}

/** This program's migrations, in their order. */
export async function programMigrations(folder?: string): Promise<MigrationName[]> {
  return (await readMigrations(folder)).map(({ name, checksum }) => ({ name, checksum }));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    await client.query("begin");
    try {
      await client.query(`set local lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
      await client.query(migration.sql);
      await record(client, migration);
      return void (await client.query("commit"));
    } catch (cause) {
      await client.query("rollback");
      const inUse = hasCode(cause, LOCK_NOT_AVAILABLE) || hasCode(cause, DEADLOCK);
      if (!inUse || performance.now() > deadline) throw failed(migration, cause);
      await sleep(BREATH_MS);
    }
  }
}

/** One statement that Postgres runs in transactions of its own. Killed in its middle it leaves an index that is of no use. */
async function applyAlone(client: pg.Client, migration: Migration): Promise<void> {
  const [, index] = NAMED_INDEX.exec(migration.sql) ?? [];
  try {
    // It waits for running transactions, and meanwhile keeps nobody from reading and writing.
    await client.query(`set lock_timeout = '${PATIENCE_MS}ms'`);
    if (index !== undefined) await dropUnfinished(client, index);
    await client.query(migration.sql);
    await record(client, migration);
  } catch (cause) {
    throw failed(migration, cause);
  }
}

async function dropUnfinished(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query("select from pg_index where indexrelid = to_regclass($1) and not indisvalid", [
    index,
  ]);
  if (rows.length > 0) await client.query(`drop index concurrently ${pg.escapeIdentifier(index)}`);
}

const record = (client: pg.Client, { name, checksum }: Migration) =>
  client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     values ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );

const failed = ({ name, sql }: Migration, cause: unknown) =>
  new Error(`migration ${name} failed${lineOf(cause, sql)}: ${messageOf(cause)}`, { cause });
function lineOf(cause: unknown, sql: string): string {
  const position = cause instanceof pg.DatabaseError ? Number(cause.position) : Number.NaN;
  return Number.isNaN(position) ? "" : ` at line ${sql.slice(0, position).split("\n").length}`;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** A connection of its own, to a database that is made where it is absent. */
export async function connectOrCreate(databaseUrl: string): Promise<pg.Client> {
  try {
    return await connect(databaseUrl);
  } catch (cause) {
    if (!isAbsentDatabase(cause)) throw cause;
  }
  const address = new URL(databaseUrl);
  const database = decodeURIComponent(address.pathname.slice(1));
  address.pathname = "/postgres";
  const client = await connect(address.href);
  try {
    await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } catch (cause) {
    if (!hasCode(cause, "42P04") && !hasCode(cause, "23505")) throw cause; // another process was first
  } finally {
    await client.end();
  }
  return connect(databaseUrl);
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "lingfu migrate" });
  await client.connect();
  return client;
}

const hasCode = (cause: unknown, code: string): boolean => cause instanceof pg.DatabaseError && cause.code === code;
