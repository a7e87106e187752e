import type pg from "pg";
import { gather } from "#lib/base/gather.ts";
import { CHECK_SOON_MS } from "#lib/base/limits.ts";
import { addMs, MINUTE_MS } from "#lib/base/time.ts";
import { run, statement } from "../transaction.ts";

// Somebody looks at the page: its attempt is asked after soon, never later than it would have been anyway. SQL: row locks.
// What is locked is being worked on by somebody else: to wait for it could stop both.
const MARK_SEEN = statement("mark_seen")`
  with seen as (
    update orders o set seen_at = $2
      from (select id from orders where id = any($1) and status = 'pending' order by id for update skip locked) f
     where o.id = f.id
    returning o.id
  ), hurried as (
    update payment_attempts a set check_at = $3
      from (select id from payment_attempts
             where order_id in (select id from seen) and status in ('opening', 'waiting') and check_at > $3
             order by id for update skip locked) f
     where a.id = f.id
  )
  select id from seen`;

const EVERY_MS = MINUTE_MS / 2;
const GATHER_MS = 50;
const REMEMBERED_MAX = 20_000;

/** A page polls every few seconds; one write in half a minute says as much, and orders that are seen at once share one. */
export function seenOrders(pool: pg.Pool): (orderId: string, now: Date) => Promise<void> {
  const lately = new Map<string, number>();
  const write = gather<{ readonly orderId: string; readonly now: Date }>(async (seen) => {
    const ids = seen.map(({ orderId }) => orderId);
    const now = seen.at(-1)?.now ?? new Date(0);
    const { rows } = await run<{ id: string }>(pool, MARK_SEEN, [ids, now, addMs(now, CHECK_SOON_MS)]);
    const marked = new Set(rows.map(({ id }) => id));
    // The next look says it again.
    for (const id of ids) if (!marked.has(id)) lately.delete(id);
  }, GATHER_MS);
  return async (orderId, now) => {
    const before = lately.get(orderId);
    if (before !== undefined && now.getTime() - before < EVERY_MS) return;
    if (lately.size >= REMEMBERED_MAX) lately.clear();
    lately.set(orderId, now.getTime());
    await write({ orderId, now });
  };
}
