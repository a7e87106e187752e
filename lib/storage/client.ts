import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "../../prisma/generated/client.ts";

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;

/** The one way to Postgres: hot statements go to the pool, everything else through Prisma on the same pool. */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process. */
  readonly poolSize?: number;
  /** A server that stands still ends nothing by itself; after this long we stop waiting for it. */
  readonly answerTimeoutMs?: number;
  /** Told when an idle connection breaks (the server went away); the pool replaces it by itself. */
  readonly onIdleError?: (cause: Error) => void;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** No statement of ours takes long; one that does is stuck and must not hold a row for ever. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** Longer than the server's own limit, which leaves the connection usable. */
const ANSWER_TIMEOUT_MS = 20_000;

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 10, answerTimeoutMs = ANSWER_TIMEOUT_MS, onIdleError = () => {} } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "lingfu",
  });
  // Without a listener a broken idle connection would end the process.
  pool.on("error", onIdleError);
  // The same for one that breaks while it is checked out and nothing is asked on it; its user's next query fails anyway.
  pool.on("connect", (client) => client.on("error", ignore));
  const names = new Map<string, string>();
  const adapter = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => statementName(names, sql) });
  const prisma = new PrismaClient({ adapter });
  return {
    pool,
    prisma,
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

function ignore(): void {}

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
