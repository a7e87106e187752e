import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openDatabase, type PoolAddress } from "./client.ts";
import { isRefusedParameter, isRefusedTransaction, isUntrackedStatement } from "./errors.ts";

/**
 * What a connection pooler in the way makes impossible. `notifications`: who listens hears nothing. `parameters`: it refuses the
 * limits that the pool sets when it connects. `prepared`: a prepared statement is gone, or another's, in the next transaction.
 * `transactions`: each statement has a session of its own, so that none can belong together.
 */
export type ConnectionFault = "notifications" | "parameters" | "prepared" | "transactions";

export interface ConnectionReport {
  readonly fault: ConnectionFault | null;
  /** Whether there is a pooler between the pool and Postgres. */
  readonly pooled: boolean;
  /** Whether Postgres ends a statement of the pool that takes too long. */
  readonly limited: boolean;
}

/**
 * Tries out what the product needs of its two ways to Postgres. Changes nothing.
 * @throws what the driver throws when Postgres cannot be reached
 */
export async function checkConnections(pool: PoolAddress, listenUrl: string): Promise<ConnectionReport> {
  if (!(await passesNotifications(listenUrl))) return { fault: "notifications", pooled: true, limited: true };
  const database = openDatabase({ ...pool, poolSize: 2 });
  try {
    const [one, other] = [await database.pool.connect(), await database.pool.connect()];
    try {
      const pooled = await isPooled(one);
      await one.query("begin");
      await one.query("rollback");
      const { rows } = await one.query<{ limit: string }>("select current_setting('statement_timeout') as limit");
      const keepsNames = pool.prepared === false || !pooled || (await keepsPrepared(one, other));
      return { fault: keepsNames ? null : "prepared", pooled, limited: rows[0]?.limit !== "0" };
    } finally {
      one.release(true);
      other.release(true);
    }
  } catch (cause) {
    if (isRefusedParameter(cause)) return { fault: "parameters", pooled: true, limited: true };
    if (isRefusedTransaction(cause)) return { fault: "transactions", pooled: true, limited: true };
    throw cause;
  } finally {
    await database.close();
  }
}

/** Postgres tells a session its own process; a pooler makes a number up, since the process changes. */
async function isPooled(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return Reflect.get(client, "processID") !== rows[0]?.pid;
}

const HEARD_MS = 1_500;

/** Whether a session at this address hears what another one says. */
export async function passesNotifications(url: string): Promise<boolean> {
  return withClient(url, async (listener) => {
    if (!(await isPooled(listener))) return true;
    const channel = `lingfu_probe_${randomBytes(6).toString("hex")}`;
    const heard = new Promise<boolean>((resolve) => listener.once("notification", () => resolve(true)));
    await listener.query(`listen ${channel}`);
    await withClient(url, (teller) => teller.query("select pg_notify($1, '')", [channel]));
    const isHeard = await Promise.race([heard, sleep(HEARD_MS, false)]);
    // A pooler has given the session to somebody else by now, who must not hear it either.
    await listener.query(`unlisten ${channel}`);
    return isHeard;
  });
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: "lingfu check" });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const TURNS = 8;

/** Two sessions prepare the same statement in turn: of a pooler that does not track them, one meets the other's. */
async function keepsPrepared(one: pg.ClientBase, other: pg.ClientBase): Promise<boolean> {
  const statement = { name: "lingfu_probe", text: "select 1" };
  try {
    for (let turn = 0; turn < TURNS; turn++) await (turn % 2 === 0 ? one : other).query(statement);
    return true;
  } catch (cause) {
    if (isUntrackedStatement(cause)) return false;
    throw cause;
  }
}
