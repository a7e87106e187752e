import { PAID_FEED_AGE_MS, PAID_FEED_PAGE, PAID_FEED_START_MS } from "#lib/base/counter-limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { PaidEntry, PaidNews } from "#lib/contract/counter.ts";
import type { Pool } from "../client.ts";
import { run, statement } from "../transaction.ts";

// What was paid, in the order in which it was booked, for who must miss nothing of it. The journal has one entry per
// payment, and its ids rise; but a transaction that took a lower id may commit after one with a higher id. So a reader's
// cursor has two marks: below `floor` all is committed; and `top` becomes the next floor once every transaction has ended
// that was open when `top` was seen (`xid`). What lies above the floor is sent again, and the reader drops what it has had.

interface Cursor {
  readonly floor: bigint;
  readonly top: bigint;
  readonly xid: bigint;
}

const CURSOR_FORM = /^([0-9]{1,19})\.([0-9]{1,19})\.([0-9]{1,20})$/;
const BIGINT_MAX = 2n ** 63n - 1n;

/** @returns null for what is no cursor of ours */
export function parseCursor(text: string): Cursor | null {
  const [, floor, top, xid] = CURSOR_FORM.exec(text) ?? [];
  if (floor === undefined || top === undefined || xid === undefined) return null;
  const cursor = { floor: BigInt(floor), top: BigInt(top), xid: BigInt(xid) };
  return cursor.top <= BIGINT_MAX && cursor.floor <= cursor.top ? cursor : null;
}

const textOf = ({ floor, top, xid }: Cursor): string => `${floor}.${top}.${xid}`;

/** How far the book has come, in the snapshot that the entries were read in. */
export interface BookMark {
  /** The highest id of the journal. */
  readonly top: bigint;
  /** Every transaction below it has ended; no transaction at or above `nextXid` had begun. */
  readonly oldestXid: bigint;
  readonly nextXid: bigint;
}

/** The cursor for the next question. */
export function advance({ floor, top, xid }: Cursor, mark: BookMark): Cursor {
  // A database that was restored from a backup counts from further down.
  if (mark.top < floor || mark.nextXid < xid) return { floor: mark.top, top: mark.top, xid: mark.nextXid };
  if (mark.oldestXid < xid) return { floor, top, xid };
  return { floor: top, top: mark.top, xid: mark.nextXid };
}

// SQL: read by every open dashboard at every change of an order, from one snapshot.
const READ = statement("read_paid_feed")`
    with mark as materialized (
      select coalesce((select max(id) from journal_entries), 0) as top,
             pg_snapshot_xmin(pg_current_snapshot())::text as oldest, pg_snapshot_xmax(pg_current_snapshot())::text as next
    )
    select mark.top::text as "markTop", mark.oldest, mark.next, p.*
      from mark left join lateral (
        select e.id::text as entry, e.created_at as "bookedAt", a.id, a.channel, a.amount_paid as amount, a.paid_at as "paidAt",
               o.id as "orderId", o.description, o.store_id as "storeId", o.till_id as "tillId", c.label as "codeLabel"
          from journal_entries e
          join payment_attempts a on a.id = substr(e.cause, 9) and a.verdict = 'settles'
          join orders o on o.id = a.order_id
          left join collection_orders l on l.order_id = o.id
          left join collection_codes c on c.id = l.code_id
         where e.id > $1 and e.cause like 'payment:%' and e.created_at >= $2
           and ($3::text is null or o.store_id is null or o.store_id = $3)
         order by e.id limit $4
      ) p on true
     order by p.entry::bigint`;
// SQL: walks back from the newest entry, a few steps.
const START = statement(
  "start_paid_feed",
)`select coalesce((select id from journal_entries where created_at < $1 order by id desc limit 1), 0)::text as floor`;

interface PaidRow {
  readonly markTop: string;
  readonly oldest: string;
  readonly next: string;
  /** Null where nothing was paid. */
  readonly entry: string | null;
  readonly id: string;
  readonly channel: PaidEntry["channel"];
  readonly amount: number;
  readonly bookedAt: Date;
  readonly paidAt: Date;
  readonly orderId: string;
  readonly description: string;
  readonly storeId: string | null;
  readonly tillId: string | null;
  readonly codeLabel: string | null;
}

export interface PaidFeedAsk {
  /** Of the answer before; null for the first question. */
  readonly cursor: string | null;
  /** The last entry of the page before, where that one said that there is more. */
  readonly from: string | null;
  /** Only what was paid there, or in no store; null: everything. */
  readonly storeId: string | null;
  readonly now: Date;
}

/** What was paid since the cursor. With an unknown cursor, or none, the answer only says where things stand. */
export async function readPaidFeed(pool: Pool, { cursor, from, storeId, now }: PaidFeedAsk): Promise<PaidNews> {
  const known = cursor === null ? null : parseCursor(cursor);
  const at = known ?? (await start(pool, now));
  const begin = from !== null && /^[0-9]{1,18}$/.test(from) && BigInt(from) > at.floor ? BigInt(from) : at.floor;
  const { rows } = await run<PaidRow>(pool, READ, [
    String(begin),
    addMs(now, -PAID_FEED_AGE_MS),
    storeId,
    PAID_FEED_PAGE + 1,
  ]);
  const [first] = rows;
  if (first === undefined) throw new Error("the mark has one row");
  const mark = { top: BigInt(first.markTop), oldestXid: BigInt(first.oldest), nextXid: BigInt(first.next) };
  const paid = rows.filter((row) => row.entry !== null);
  const hasMore = paid.length > PAID_FEED_PAGE;
  // While a reader turns pages its cursor stands still: what it has not read yet must not sink below the floor.
  const next = hasMore ? at : advance(at, mark);
  return {
    cursor: textOf(next),
    floor: Number(next.floor),
    isFirst: known === null,
    hasMore,
    entries: paid.slice(0, PAID_FEED_PAGE).map(entryOf),
    now: now.toISOString(),
  };
}

async function start(pool: Pool, now: Date): Promise<Cursor> {
  const { rows } = await run<{ floor: string }>(pool, START, [addMs(now, -PAID_FEED_START_MS)]);
  const floor = BigInt(rows[0]?.floor ?? "0");
  return { floor, top: floor, xid: 0n };
}

const entryOf = (row: PaidRow): PaidEntry => ({
  id: row.id,
  entry: Number(row.entry),
  orderId: row.orderId,
  storeId: row.storeId,
  tillId: row.tillId,
  amount: row.amount,
  channel: row.channel,
  description: row.description,
  collectionCode: row.codeLabel,
  paidAt: row.paidAt.toISOString(),
  bookedAt: row.bookedAt.toISOString(),
});
