import type { RunningProduct } from "./product.ts";
import type { Made } from "./shop.ts";
import { until } from "./until.ts";

/** Where a transaction is made to wait. */
export interface HoldPlace {
  readonly table: string;
  readonly event: "insert" | "update of status";
  /** In the middle of the transaction, or in its commit, when everything has been said. */
  readonly at: "row" | "commit";
}

export interface Hold {
  /** Waits until a transaction has come so far. @returns the number of its server process */
  reached(): Promise<number>;
  /** Lets it go on, and those who wait for it. */
  release(): Promise<void>;
}

const LOCK = 20_260_214;
const HOLD_TIMEOUT_MS = 90_000;

/** Makes transactions of the product wait inside the database, so that it can be killed at exactly that point. */
export async function hold(
  product: RunningProduct,
  { table, event, at }: HoldPlace,
  timeoutMs = HOLD_TIMEOUT_MS,
): Promise<Hold> {
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
      until(
        `a transaction waits in ${table}`,
        async () => {
          const waiting = await client.query<{ pid: number }>(
            "select pid from pg_locks where locktype = 'advisory' and objid = $1 and not granted",
            [LOCK],
          );
          return waiting.rows[0]?.pid;
        },
        { timeoutMs },
      ),
    async release() {
      await client.end().catch(() => {}); // Closing gives the lock back, and so does the server's death.
      await until("the hold is gone", async () => {
        await product.query(`drop trigger if exists crash_hold on ${table}`);
        return true;
      });
    },
  };
}

/** What the product has written down about one order. */
export interface Rows {
  readonly status: string;
  readonly version: number;
  readonly attempts: readonly { number: string; status: string; verdict: string | null }[];
  readonly receipts: number;
  readonly payments: number;
}

export async function rowsOf(product: RunningProduct, { id }: Made): Promise<Rows> {
  const [rows] = await product.query<{ [name in keyof Rows]: Rows[name] }>(
    `select o.status, o.version,
            coalesce((select jsonb_agg(jsonb_build_object('number', number, 'status', status, 'verdict', verdict) order by sequence)
                        from payment_attempts where order_id = o.id), '[]') as attempts,
            (select count(*)::int from notify_receipts r
              where r.content #>> '{trade,number}' in (select number from payment_attempts where order_id = o.id)) as receipts,
            (select count(*)::int from journal_entries where order_id = o.id) as payments
       from orders o where o.id = $1`,
    [id],
  );
  if (rows === undefined) throw new Error(`there is no order ${id}`);
  return rows;
}

/** The sweep's own waits pass. */
export const makeDue = (product: RunningProduct, { id }: Made) =>
  product.query("update payment_attempts set check_at = now() where order_id = $1 and check_at > now()", [id]);

/** Paid by its first attempt, once. */
export const paidOnce = ({ outTradeNo }: Made) => ({
  status: "paid",
  attempts: [{ number: outTradeNo, status: "succeeded", verdict: "settles" }],
  payments: 1,
});
