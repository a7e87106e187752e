import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import type { Queryable } from "./client.ts";
import { isAbsentDatabase } from "./errors.ts";

/** The number that Prisma's own tool locks on, so that it and we never migrate at once. */
const PRISMA_LOCK = 72_707_369;
/** How long we wait for a lock: another process that migrates, or a table in use. */
const LOCK_TIMEOUT = "120s";
const NAME = /^\d{4}_[a-z0-9_]+$/;

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

export interface MigrateOptions {
  /** Called after each migration that this call applied. */
  readonly onApplied?: (name: string) => void;
  /** Holds `NNNN_what/migration.sql`; default `prisma/migrations` of the folder we run in. */
  readonly folder?: string;
  /** The last migration to apply; all of them when absent. */
  readonly through?: string;
}

export interface MigrationState {
  /** True when the database has exactly the migrations of this program. */
  readonly current: boolean;
  readonly missing: readonly string[];
  /** Why it cannot be made current, in one sentence. */
  readonly problem?: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Brings the database up to date, making it where it is absent; then installs the job queue's own tables. Returns the
 * names of what it applied. Safe to run twice at once. Each migration is one transaction: a failed one leaves nothing.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const { through } = options;
  const all = await readMigrations(options.folder);
  const migrations = through === undefined ? all : all.filter(({ name }) => name <= through);
  const client = await connectOrCreate(databaseUrl);
  try {
    await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query("select pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query(HISTORY_TABLE);
    const pending = stillToApply(migrations, await readApplied(client));
    for (const migration of pending) {
      await apply(client, migration);
      options.onApplied?.(migration.name);
    }
    await runMigrations({ connectionString: databaseUrl });
    return pending.map(({ name }) => name);
  } finally {
    await client.end(); // The lock goes with the session.
  }
}

/** Whether the database is current, for /readyz. Changes nothing; throws only where the database cannot be read. */
export async function migrationState(pool: Queryable, folder?: string): Promise<MigrationState> {
  const migrations = await readMigrations(folder);
  const there = await pool.query("select to_regclass('_prisma_migrations') is not null as there");
  const applied = there.rows[0]?.there ? await readApplied(pool) : [];
  try {
    const missing = stillToApply(migrations, applied).map(({ name }) => name);
    return { current: missing.length === 0, missing };
  } catch (cause) {
    return { current: false, missing: [], problem: messageOf(cause) };
  }
}

/** What a database was made by. */
export interface MigrationName {
  readonly name: string;
  readonly checksum: string;
}

/** This program's migrations, in their order. */
export async function programMigrations(folder?: string): Promise<MigrationName[]> {
  return (await readMigrations(folder)).map(({ name, checksum }) => ({ name, checksum }));
}

async function readMigrations(
  folder = path.join(process.cwd(), "prisma", "migrations"),
): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const name of names) {
    if (!NAME.test(name)) throw new Error(`migration ${name} is not named like 0001_what_it_does`);
  }
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(folder, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

async function readApplied(client: Queryable): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `select migration_name, checksum, finished_at from _prisma_migrations
     where rolled_back_at is null order by migration_name`,
  );
  return rows;
}

/** What is left to do. Throws where the history is not the one that our files tell. */
function stillToApply(migrations: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at: finishedAt } of applied) {
    const migration = known.get(name);
    if (!migration) throw new Error(`migration ${name} is in the database, but not in this program: is it too old?`);
    if (finishedAt === null) throw new Error(`migration ${name} was begun by another tool and never finished`);
    if (migration.checksum !== checksum) throw new Error(`migration ${name} was changed after it had been applied`);
    known.delete(name);
  }
  const last = applied.at(-1)?.migration_name ?? "";
  for (const name of known.keys()) {
    if (name < last) throw new Error(`migration ${name} comes before ${last}, which is already applied`);
  }
  return [...known.values()];
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback");
    throw new Error(`migration ${name} failed${lineOf(cause, sql)}: ${messageOf(cause)}`, { cause });
  }
}

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
