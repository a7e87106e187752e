import type { RunningProduct } from "./product.ts";
import { until } from "./until.ts";

/** Where a transaction is made to wait. */
export interface Place {
  readonly table: string;
  readonly event: "insert" | "update of status";
  /** In the middle of the transaction, or in its commit, when everything has been said. */
  readonly at: "row" | "commit";
}

export interface Hold {
  /** Waits until a transaction has come so far. @returns the number of its server process */
  reached(): Promise<number>;
  /** Lets it go on, and whoever comes after it. */
  release(): Promise<void>;
}

const LOCK = 20_260_214;

/** Makes transactions of the product wait inside the database, so that it can be killed at exactly that point. */
export async function hold(product: RunningProduct, { table, event, at }: Place): Promise<Hold> {
  const client = await product.connect();
  await client.query("select pg_advisory_lock($1)", [LOCK]);
  await client.query(
    `create or replace function crash_hold() returns trigger language plpgsql as
     $$ begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$`,
  );
  await client.query(
    at === "row"
      ? `create trigger crash_hold before ${event} on ${table} for each row execute function crash_hold()`
      : `create constraint trigger crash_hold after ${event} on ${table} deferrable initially deferred
           for each row execute function crash_hold()`,
  );
  return {
    reached: () =>
      until(`a transaction waits in ${table}`, async () => {
        const waiting = await client.query<{ pid: number }>(
          "select pid from pg_locks where locktype = 'advisory' and objid = $1 and not granted",
          [LOCK],
        );
        return waiting.rows[0]?.pid;
      }),
    async release() {
      await client.end().catch(() => {}); // Closing gives the lock back, and so does the server's death.
      await until("the hold is gone", async () => {
        await product.query(`drop trigger if exists crash_hold on ${table}`);
        return true;
      });
    },
  };
}
