import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { changeTellerOf } from "./changed-orders.ts";
import { isStalePlan, StatementError } from "./errors.ts";

export type Pool = pg.Pool;

declare const IS_PRIMARY: unique symbol;
/** The pool of the primary, by its type: what decides about money takes no other ({@link openReplica} has none of these). */
export type PrimaryPool = pg.Pool & { readonly [IS_PRIMARY]: true };

/** What runs one statement: the pool, or the connection of a transaction. */
export type Queryable = Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">;

export type { PrismaClient };

/** The one way to Postgres. SQL goes to the pool; everything else goes through Prisma on the same pool ({@link prismaOf}). */
export interface Database {
  readonly pool: PrimaryPool;
  /** The client of {@link prismaOf}. */
  prisma(): Promise<PrismaClient>;
  close(): Promise<void>;
}

/** Where the pool connects to. */
export interface PoolAddress {
  readonly url: string;
  /** It is a connection pooler: it takes no startup parameters, and a session is ours for one transaction only. */
  readonly pooled?: boolean;
  /** False where the pooler does not track prepared statements: no statement gets a name then. */
  readonly prepared?: boolean;
}

export interface DatabaseOptions extends PoolAddress {
  /** Connections of this process. */
  readonly poolSize?: number;
  /** Callers that may wait for a connection; who comes after them is told at once that there is none. */
  readonly waitingMax?: number;
  /** A server that stands still ends nothing by itself; after this long we stop waiting for it. */
  readonly answerTimeoutMs?: number;
  /** Called when an idle connection breaks (the server went away); the pool replaces it by itself. */
  readonly onIdleError?: (cause: Error) => void;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** Less than a second's wait for a pool that does its work, so that nobody who waits is given up on. */
const WAITING_MAX = 1_000;
/** No statement of ours takes long; one that does is stuck and must not hold a row for ever. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** Longer than the server's own limit, which leaves the connection usable. */
const ANSWER_TIMEOUT_MS = 20_000;

const LIMITS = { statement_timeout: STATEMENT_TIMEOUT_MS, idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS };

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 10, answerTimeoutMs = ANSWER_TIMEOUT_MS, onIdleError = () => {} } = options;
  const { pooled = false, prepared = true } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answerTimeoutMs,
    application_name: "lingfu",
    ...(pooled ? {} : LIMITS),
    Client: prepared ? RenamingClient : UnnamedClient,
  });
  repeatStalePlans(pool);
  boundQueue(pool, options.waitingMax ?? WAITING_MAX);
  // Without a listener a broken idle connection would end the process.
  pool.on("error", onIdleError);
  // The same for one that breaks while it is checked out and nothing is asked on it; its user's next query fails anyway.
  pool.on("connect", (client) => client.on("error", ignore));
  return {
    pool: pool as PrimaryPool,
    prisma: () => prismaOf(pool),
    async close() {
      const client = clients.get(pool);
      clients.delete(pool);
      if (client !== undefined) await client.then((prisma) => prisma.$disconnect(), ignore);
      await changeTellerOf(pool).flush();
      if (!pool.ended) await pool.end();
    },
  };
}

function ignore(): void {}

type Connected = Parameters<pg.Pool["connect"]>[0];

/** The driver lets any number of callers wait. One too many gets the answer that a server without a free connection gives. */
function boundQueue(pool: pg.Pool, waitingMax: number): void {
  const connect = pool.connect.bind(pool);
  const bounded = (callback?: Connected): Promise<pg.PoolClient> | undefined => {
    if (pool.waitingCount < waitingMax) {
      if (callback === undefined) return connect();
      connect(callback);
      return undefined;
    }
    const full = Object.assign(new Error("too many callers wait for a database connection"), { code: "53300" });
    if (callback === undefined) return Promise.reject(full);
    process.nextTick(callback, full, undefined, ignore);
    return undefined;
  };
  pool.connect = bounded as pg.Pool["connect"];
}

/**
 * A migration of a newer program may give a table another column while we run: then Postgres refuses, on each connection, every
 * statement that was prepared before and returns whole rows. From the first refusal on all statements are prepared anew, by
 * another name. What was refused is run once more: here, or with its transaction ({@link isRetryable}).
 */
class RenamingClient extends pg.Client {
  constructor(...options: ConstructorParameters<typeof pg.Client>) {
    super(...options);
    this.connection.on("errorMessage", (message) => {
      if (isStalePlan(message)) preparations++;
    });
  }

  // The driver has a dozen signatures for one method.
  override query(...args: unknown[]): never {
    const [first, ...rest] = args;
    const given = isNamed(first) && preparations > 0 ? { ...first, name: `${first.name}~${preparations}` } : first;
    return Reflect.apply(super.query, this, [given, ...rest]) as never;
  }
}

let preparations = 0;

function repeatStalePlans(pool: pg.Pool): void {
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  const repeating = (...args: unknown[]): unknown => {
    const asked = query(...args);
    if (!(asked instanceof Promise)) return asked;
    return asked.catch((cause: unknown) => {
      if (isStalePlan(cause)) return query(...args);
      throw cause;
    });
  };
  pool.query = repeating as pg.Pool["query"];
}

/** Leaves the names of statements out, whoever gives them: ours, Prisma or the job queue. */
class UnnamedClient extends pg.Client {
  // The driver has a dozen signatures for one method.
  override query(...args: unknown[]): never {
    const [first, ...rest] = args;
    const given = isNamed(first) ? { ...first, name: undefined } : first;
    return Reflect.apply(super.query, this, [given, ...rest]) as never;
  }
}

/** A statement with its values, not one of the driver's own objects, which run themselves. */
const isNamed = (query: unknown): query is { readonly name: string } =>
  typeof query === "object" && query !== null && "name" in query && !("submit" in query);

const SET_LIMITS = Object.entries(LIMITS)
  .map(([name, ms]) => `set local ${name} = ${ms}`)
  .join("; ");

/** What has to be said at the beginning of each transaction; null where it was said when the connection was opened. */
export const limitsOf = (pool: pg.Pool): string | null =>
  pool.options.statement_timeout === undefined ? SET_LIMITS : null;

// Bundled and unbundled copies of this file live in one process; a pool has one client in all of them.
const CLIENTS = Symbol.for("lingfu.prisma");
const shared = globalThis as { [CLIENTS]?: WeakMap<pg.Pool, Promise<PrismaClient>> };
shared[CLIENTS] ??= new WeakMap();
const clients = shared[CLIENTS];

/**
 * The Prisma client that works on this pool. Loading Prisma takes about a second and 40 MB, so it is loaded on first use:
 * nothing that every process does, and nothing on the way of a payment, calls this.
 */
export function prismaOf(pool: pg.Pool): Promise<PrismaClient> {
  const known = clients.get(pool);
  if (known !== undefined) return known;
  const made = createClient(pool);
  clients.set(pool, made);
  made.catch(() => clients.delete(pool));
  return made;
}

async function createClient(pool: pg.Pool): Promise<PrismaClient> {
  const [{ PrismaPg }, { PrismaClient }] = await Promise.all([
    import("@prisma/adapter-pg"),
    import("../../prisma/generated/client.ts"),
  ]);
  const names = new Map<string, string>();
  const adapter = new PrismaPg(observed(pool), { statementNameGenerator: ({ sql }) => statementName(names, sql) });
  // Its longer messages quote the values of the call.
  return new PrismaClient({ adapter, errorFormat: "minimal" });
}

const TAKEN = Symbol.for("lingfu.prisma.connection-taken");
const sharedTaken = globalThis as { [TAKEN]?: AsyncLocalStorage<(client: pg.PoolClient) => void> };
sharedTaken[TAKEN] ??= new AsyncLocalStorage();
/** Takes the connection that Prisma begins a transaction on; one for all copies, as the clients are. */
export const connectionTaken = sharedTaken[TAKEN];

/** The pool as Prisma sees it: its errors keep what Postgres said, and {@link connectionTaken} hears of its connections. */
function observed(pool: pg.Pool): pg.Pool {
  return overlay(pool, {
    query: (...args) => pool.query(...args).catch(asStatementError),
    async connect() {
      const connection = await pool.connect().catch(asStatementError);
      const client = overlay(connection, withoutBrokenReturn(connection));
      connectionTaken.getStore()?.(client);
      return client;
    },
  });
}

/** A connection that failed to answer may still be at work, so it does not go back into the pool. */
function withoutBrokenReturn(client: pg.PoolClient): Overlay {
  let broken = false;
  return {
    query: (...args) =>
      client.query(...args).catch((cause: unknown) => {
        if (!isAnswer(cause)) broken = true;
        return asStatementError(cause);
      }),
    release: (destroy = broken) => client.release(destroy),
  };
}

/** Whether the server said it, so that the connection works. */
const isAnswer = (cause: unknown): boolean => cause instanceof pg.DatabaseError;

interface Overlay {
  readonly query: (...args: [pg.QueryConfig]) => Promise<pg.QueryResult>;
  readonly connect?: () => Promise<pg.PoolClient>;
  readonly release?: (destroy?: boolean | Error) => void;
}

function overlay<Target extends object>(target: Target, own: Overlay): Target {
  return new Proxy(target, {
    get(_, key) {
      const replaced: unknown = Reflect.get(own, key);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function asStatementError(cause: unknown): never {
  throw new StatementError(cause);
}

const STATEMENT_NAMES_MAX = 500;

/** Names let Postgres plan a statement once per connection. Bounded, since some texts vary with the length of a list. */
function statementName(names: Map<string, string>, sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= STATEMENT_NAMES_MAX) return "";
  const name = `prisma_${names.size}`;
  names.set(sql, name);
  return name;
}
