import type pg from "pg";
import { isRetryable, translated } from "./errors.ts";

const TRIES_MAX = 3;

/** A prepared statement; the name lets Postgres plan it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs `work` in one transaction; serialisation failures and deadlocks run it again, at most three times in all.
 * @throws AppError `unavailable` when Postgres cannot be reached
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(pool, work);
    } catch (cause) {
      if (attempt >= TRIES_MAX || !isRetryable(cause)) throw translated(cause);
    }
  }
}

async function runOnce<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  // A connection that breaks while it is checked out tells so by an event as well as by the failing query.
  client.on("error", ignore);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.removeListener("error", ignore);
    client.release();
    return result;
  } catch (cause) {
    // A connection that cannot even roll back is thrown away; Postgres rolls back by itself when it closes.
    const broken = await client.query("rollback").then(
      () => false,
      () => true,
    );
    client.removeListener("error", ignore);
    client.release(broken);
    throw cause;
  }
}

function ignore(): void {}

/** One prepared statement outside a transaction. @throws AppError `unavailable` when Postgres cannot be reached */
export async function run<Row extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  try {
    return await on.query<Row>({ name: statement.name, text: statement.text, values: [...values] });
  } catch (cause) {
    throw translated(cause);
  }
}
