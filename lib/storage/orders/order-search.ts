import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import { addMs, earlier } from "#lib/base/time.ts";
import { inTransaction } from "../transaction.ts";

/** One process at a time, whichever it is. */
const LOCK = "select pg_try_advisory_xact_lock(hashtext('lingfu.order_search')) as mine";
/** So many orders in one statement and one transaction: a busy machine takes a millisecond for each, and a statement has fifteen seconds. */
const ORDERS_AT_ONCE = 2_000;
/** Entries whose transaction ended later than that of a greater number. */
const NUMBERS_OVERLAP = 2_000;

/** What is searched of `orders o`: what the order is called, what was bought, and what the merchant noted with it. */
export const ORDER_TEXT = `left(search_text(concat_ws(' ', o.description,
  (select string_agg(concat_ws(' ', i.name, i.sku), ' ' order by i.position) from order_items i where i.order_id = o.id),
  (select string_agg(m.value #>> '{}', ' ' order by m.key) from jsonb_each(o.metadata) m where jsonb_typeof(m.value) in ('string', 'number')))), 2000)`;

// SQL throughout: one statement over several tables and many rows.
const ADD = (which: string) => `
  insert into order_search (order_id, created_at, week, text)
  select o.id, o.created_at, floor(extract(epoch from o.created_at) / 604800), ${ORDER_TEXT} from orders o
   where ${which} and not exists (select from order_search s where s.order_id = o.id)
  on conflict do nothing`;
const ADD_SPAN = ADD("o.created_at >= $1 and o.created_at <= $2");
/** Orders that were recovered: made now, in the past. */
const ADD_BOOKED = ADD("o.id in (select order_id from journal_entries where id > $1) and o.created_at < $2");

/** Adds the orders made since the last time to what is searched. @returns how many */
export async function indexOrders(pool: pg.Pool, now: Date): Promise<number> {
  let orders = 0;
  for (let since: Date | null = null; ; ) {
    const round: IndexRound = { now, since };
    const { added, to } = await inTransaction(pool, (client) => indexNext(client, round));
    orders += added;
    if (to >= now) return orders;
    since = to;
  }
}

interface IndexRound {
  readonly now: Date;
  /** Where the round before ended; null in the first one, which begins before the end of the last time. */
  readonly since: Date | null;
}

interface SearchProgress {
  readonly indexed_to: Date;
  readonly journal_to: string;
  readonly first: Date | null;
  readonly journal_newest: string;
}

async function indexNext(client: pg.PoolClient, round: IndexRound): Promise<{ added: number; to: Date }> {
  const { now } = round;
  const lock = await client.query<{ mine: boolean }>(LOCK);
  if (lock.rows[0]?.mine !== true) return { added: 0, to: now };
  const { rows } = await client.query<SearchProgress>(
    `select indexed_to, journal_to, (select min(created_at) from orders) as first,
            (select coalesce(max(id), 0) from journal_entries) as journal_newest from order_search_progress`,
  );
  const [progress] = rows;
  if (progress === undefined) throw new Error("the progress of the search is one row");
  const { indexed_to, first, journal_to, journal_newest } = progress;
  const isFirst = first === null || indexed_to < first;
  const since = round.since ?? (isFirst ? (first ?? now) : indexed_to);
  const end = await client.query<{ at: Date }>(
    "select created_at as at from orders where created_at >= $1 order by created_at offset $2 limit 1",
    [since, ORDERS_AT_ONCE],
  );
  const reached = end.rows[0]?.at;
  // However many orders are of one moment, the next round begins later.
  const to = reached === undefined || reached > now ? now : reached > since ? reached : addMs(since, 1);
  const { rowCount } = await client.query(ADD_SPAN, [since, to]);
  // All of the past is still ahead of the first round; what is recovered from here on has a greater number.
  const booked =
    isFirst || round.since !== null
      ? 0
      : (await client.query(ADD_BOOKED, [Math.max(0, Number(journal_to) - NUMBERS_OVERLAP), since])).rowCount;
  await client.query("update order_search_progress set indexed_to = $1, journal_to = $2", [
    // What is committed late is looked for again.
    earlier(to, addMs(now, -ROLL_UP_OVERLAP_MS)),
    journal_newest,
  ]);
  return { added: (rowCount ?? 0) + (booked ?? 0), to };
}
