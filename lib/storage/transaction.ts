import type pg from "pg";
import type { Prisma } from "../../prisma/generated/client.ts";
import { changeTellerOf } from "./changed-orders.ts";
import { connectionTaken, limitsOf, type PrismaClient, prismaOf } from "./client.ts";
import { isRetryable, translated } from "./errors.ts";

const TRIES_MAX = 3;

/** A prepared statement; the name lets Postgres plan it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * A prepared statement: statement("order")`select …`. What is filled in is SQL of our own, as it stands; values from outside
 * are `$1`, `$2` and bound.
 */
export const statement =
  (name: string) =>
  (parts: TemplateStringsArray, ...filled: readonly string[]): Statement => ({
    name,
    text: String.raw({ raw: parts }, ...filled),
  });

/** A statement that names its values, as in `:orderId`. */
export interface NamedStatement extends Statement {
  /** The values in the order of their numbers. @throws Error for one that is missing */
  bind(values: Readonly<Record<string, unknown>>): unknown[];
}

/** Numbers the names of a statement once, when its module is loaded; Postgres sees `$1`, `$2` and so on. */
export function named(name: string, text: string): NamedStatement {
  const names: string[] = [];
  const numbered = text.replaceAll(/(?<!:):([a-z]\w*)/gi, (_, each: string) => {
    if (!names.includes(each)) names.push(each);
    return `$${names.indexOf(each) + 1}`;
  });
  const bind = (values: Readonly<Record<string, unknown>>) =>
    names.map((each) => {
      // The driver would store null.
      if (values[each] === undefined) throw new Error(`${name} lacks the value :${each}`);
      return values[each];
    });
  return { name, text: numbered, bind };
}

/**
 * Runs `work` in one transaction; serialisation failures and deadlocks run it again, at most three times in all.
 * @throws AppError `unavailable` when Postgres cannot be reached
 */
export function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  return withRetries(() => runOnce(pool, work));
}

/** One transaction for both kinds of statement: `prisma` and `client` speak on the same connection. */
export interface BothKinds {
  readonly prisma: Prisma.TransactionClient;
  /** For what stays SQL: locks, and functions that take a connection. Never ended or released by hand. */
  readonly client: pg.PoolClient;
}

/**
 * {@link inTransaction} for a commit that Prisma takes part in.
 * @throws AppError `unavailable` when Postgres cannot be reached
 */
export function inPrismaTransaction<Result>(
  pool: pg.Pool,
  work: (kinds: BothKinds) => Promise<Result>,
): Promise<Result> {
  return withRetries(async () => {
    const database = await prismaOf(pool);
    let client: pg.PoolClient | undefined;
    const changed = new Set<string>();
    const take = (taken: pg.PoolClient): void => {
      client ??= taken;
      changedIn.set(client, changed);
    };
    const result = await connectionTaken.run(take, () =>
      database.$transaction(async (prisma) => {
        if (client === undefined) throw new Error("Prisma began a transaction on a connection that we do not know");
        const limits = limitsOf(pool);
        if (limits !== null) await client.query(limits);
        return work({ prisma, client });
      }, PRISMA_LIMITS),
    );
    tellChanged(pool, changed);
    return result;
  });
}

// Longer than the pool's and Postgres' own limits: one that Prisma ends by itself would give its connection away under `work`.
const PRISMA_LIMITS = { maxWait: 30_000, timeout: 600_000 };

/** One call of Prisma outside a transaction. @throws AppError `unavailable` when Postgres cannot be reached */
export async function viaPrisma<Result>(
  pool: pg.Pool,
  work: (prisma: PrismaClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(await prismaOf(pool));
  } catch (cause) {
    throw translated(cause);
  }
}

async function withRetries<Result>(once: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (cause) {
      if (attempt >= TRIES_MAX || !isRetryable(cause)) throw translated(cause);
    }
  }
}

async function runOnce<Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  // A connection that breaks while it is checked out tells so by an event as well as by the failing query.
  client.on("error", ignore);
  const changed = new Set<string>();
  changedIn.set(client, changed);
  try {
    const limits = limitsOf(pool);
    await client.query(limits === null ? "begin" : `begin; ${limits}`);
    const result = await work(client);
    await client.query("commit");
    changedIn.delete(client);
    client.removeListener("error", ignore);
    client.release();
    tellChanged(pool, changed);
    return result;
  } catch (cause) {
    // A connection that cannot even roll back is thrown away; Postgres rolls back by itself when it closes.
    const broken = await client.query("rollback").then(
      () => false,
      () => true,
    );
    changedIn.delete(client);
    client.removeListener("error", ignore);
    client.release(broken);
    throw cause;
  }
}

function ignore(): void {}

/** What a transaction has changed so far, to be told once it is committed. */
const changedIn = new WeakMap<pg.PoolClient, Set<string>>();

function tellChanged(pool: pg.Pool, topics: Iterable<string>): void {
  for (const topic of topics) changeTellerOf(pool).tell(topic);
}

const isPool = (on: pg.Pool | pg.PoolClient): on is pg.Pool => "totalCount" in on;

/**
 * One prepared statement. What it returns as `changed_topic`, an order's id or another topic of the hub, is told to the watchers
 * once it is committed ({@link changeTellerOf}).
 * @throws AppError `unavailable` when Postgres cannot be reached
 */
export async function run<Row extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  const result = await on
    .query<Row>({ name: statement.name, text: statement.text, values: [...values] })
    .catch((cause: unknown) => {
      throw translated(cause);
    });
  for (const row of result.rows) {
    const topic: string | null | undefined = row.changed_topic;
    if (topic === undefined) break;
    if (topic === null) continue;
    if (isPool(on)) changeTellerOf(on).tell(topic);
    else changedIn.get(on)?.add(topic);
  }
  return result;
}
