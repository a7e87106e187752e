import type pg from "pg";
import type { AlertDraft } from "#lib/payment/index.ts";
import { inTransaction, run, statement } from "../transaction.ts";

// Alerts about a condition: raised when it begins, and over by themselves when it ends.

export interface Condition {
  readonly kind: AlertDraft["kind"];
  readonly holds: boolean;
  readonly detail: AlertDraft["detail"];
  readonly at: Date;
}

// SQL: a lock, so that of two processes that look at once one raises it.
const LOCK = statement("lock_condition")`select pg_advisory_xact_lock(hashtext('condition:' || $1))`;
const BEGIN = statement("begin_condition")`insert into alerts (kind, cause, detail, created_at)
         select $1, $2, $3, $4 where not exists (select from alerts where kind = $1 and recovered_at is null)
         on conflict (cause) do nothing`;
const END = statement(
  "end_condition",
)`update alerts set recovered_at = $2, acknowledged_at = coalesce(acknowledged_at, $2)
          where kind = $1 and recovered_at is null`;

/** One open alert for a condition that holds, however often it is seen; none once it is over. */
export const settleCondition = (pool: pg.Pool, { kind, holds, detail, at }: Condition): Promise<void> =>
  inTransaction(pool, async (client) => {
    await run(client, LOCK, [kind]);
    if (holds) await run(client, BEGIN, [kind, `${kind}:${at.toISOString()}`, JSON.stringify(detail), at]);
    else await run(client, END, [kind, at]);
  });
