import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { type Database, type DatabaseOptions, openDatabase } from "#lib/storage/client.ts";

/** A database of its own; `close` ends its connections and drops it. */
export interface TestDatabase extends Database {
  readonly url: string;
}

type Options = Omit<DatabaseOptions, "url">;

/**
 * A migrated database of this test file's own, cloned from the run's template. Call it in `beforeAll`, `close` in
 * `afterAll`; everything goes with the run's server in any case.
 */
export async function testDatabase(options: Options = {}): Promise<TestDatabase> {
  const problem = inject("templateProblem");
  if (problem) throw new Error(`the test database could not be migrated: ${problem}`);
  return makeDatabase(nameOf(inject("templateUrl")), options);
}

/** A database with nothing in it, not even our tables. */
export const emptyDatabase = (): Promise<TestDatabase> => makeDatabase("template0");

/** A database that does not exist yet: its pool connects on first use only. */
export function absentDatabase(options: Options = {}): TestDatabase {
  const name = `${nameOf(inject("templateUrl"))}_${randomBytes(5).toString("hex")}`;
  const url = addressOf(name);
  const database = openDatabase({ ...options, url });
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await everybodyGone(name);
      await administer(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
    },
  };
}

async function makeDatabase(template: string, options: Options = {}): Promise<TestDatabase> {
  const database = absentDatabase(options);
  await administer(
    `create database ${pg.escapeIdentifier(nameOf(database.url))} template ${pg.escapeIdentifier(template)} strategy file_copy`,
  );
  return database;
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

function addressOf(database: string): string {
  const address = new URL(inject("templateUrl"));
  address.pathname = `/${database}`;
  return address.href;
}

const GONE_TRIES = 100;

/**
 * A pool says that it has ended before its connections have: cut off in that moment they raise an error nobody awaits.
 * Who does not go by itself within some seconds is cut off all the same.
 */
async function everybodyGone(database: string): Promise<void> {
  for (let tries = 0; tries < GONE_TRIES; tries++) {
    const [row] = await administer("select count(*)::int as count from pg_stat_activity where datname = $1", [
      database,
    ]);
    if (row?.count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function administer(sql: string, values: unknown[] = []): Promise<{ count?: number }[]> {
  const client = new pg.Client({ connectionString: addressOf("postgres") });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
