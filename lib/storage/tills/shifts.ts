import type pg from "pg";
import type { HandOver, ShiftAccount, ShiftFilter, ShiftHead, ShiftReception, ShiftStore } from "#lib/tills/index.ts";
import type { PrimaryPool } from "../client.ts";
import { brokenUnique, violatedConstraint } from "../errors.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { shiftAccount } from "./shift-account.ts";
import { type ShiftRow, toShiftHead } from "./shift-rows.ts";

// SQL throughout: row locks, and sums over several tables.

/** Trades that may still be paid, and refunds under way, of the till `$1`: found by what is unfinished, which is little. */
const OPEN_TRADES = `payment_attempts a join orders o on o.id = a.order_id and o.till_id = $1
  where a.status in ('opening', 'waiting')`;
const REFUNDING = `refunds r join orders o on o.id = r.order_id and o.till_id = $1
  where r.check_at is not null and r.status not in ('succeeded', 'closed')`;

const TRADES_TO_ASK = statement("shift_trades_to_ask")`
  select a.order_id as "orderId" from payment_attempts a join orders o on o.id = a.order_id
           join shifts h on h.till_id = o.till_id and h.id = $1
          where a.status in ('opening', 'waiting') order by a.created_at desc limit $2`;
const LOCK_TILL = "select from tills where id = (select till_id from shifts where id = $1) for no key update";
const TAKE_ENTRIES = "update shift_entries set shift_id = $1 where till_id = $2 and shift_id is null";
const CLOSE = `
  update shifts h
     set closed_at = greatest($3::timestamptz, h.opened_at), closed_by = $4, cashier_id = $5, note = $6,
         payment_count = e.payment_count, payment_sum = e.payment_sum, other_count = e.other_count, other_sum = e.other_sum,
         refund_count = e.refund_count, refund_sum = e.refund_sum,
         open_count = a.count, open_sum = a.sum, refunding_count = r.count, refunding_sum = r.sum
    from (select (count(*) filter (where verdict = 'settles'))::integer as payment_count,
                 coalesce(sum(amount) filter (where verdict = 'settles'), 0) as payment_sum,
                 (count(*) filter (where verdict <> 'settles'))::integer as other_count,
                 coalesce(sum(amount) filter (where verdict <> 'settles'), 0) as other_sum,
                 count(refund_id)::integer as refund_count,
                 coalesce(sum(amount) filter (where refund_id is not null), 0) as refund_sum
            from shift_entries where shift_id = $2) e,
         (select count(*)::integer as count, coalesce(sum(a.amount_due), 0) as sum from ${OPEN_TRADES}) a,
         (select count(*)::integer as count, coalesce(sum(r.amount), 0) as sum from ${REFUNDING}) r
   where h.id = $2`;
const SIGN_OUT = "delete from cashier_sessions where device_id in (select id from till_devices where till_id = $1)";

export function shiftStore(pool: PrimaryPool): ShiftStore {
  return {
    async openTrades(shiftId, limit) {
      const { rows } = await run<{ orderId: string }>(pool, TRADES_TO_ASK, [shiftId, limit]);
      return rows.map(({ orderId }) => orderId);
    },
    handOver: (handOver) => close(pool, handOver),
    find: (shiftId) => find(pool, shiftId),
    list: (filter) => list(pool, filter),
    listOpen: () => listOpen(pool),
    receive: (reception) => receive(pool, reception),
  };
}

/** One commit: the shift, what counts in it, and that nobody is signed in at the till any more. */
function close(pool: pg.Pool, handOver: HandOver): ReturnType<ShiftStore["handOver"]> {
  const { shiftId, actor, cashierId, note, at } = handOver;
  return inTransaction(pool, async (client) => {
    // The lock of a sign-in: a cashier who signs in meanwhile waits, and opens the next shift.
    await client.query(LOCK_TILL, [shiftId]);
    const { rows } = await client.query<{ tillId: string; number: number; isOpen: boolean }>(
      `select till_id as "tillId", number, closed_at is null as "isOpen" from shifts where id = $1 for update`,
      [shiftId],
    );
    const shift = rows[0];
    if (shift === undefined) return "absent";
    if (!shift.isOpen) return "closed_before";
    await client.query(TAKE_ENTRIES, [shiftId, shift.tillId]);
    await client.query(CLOSE, [shift.tillId, shiftId, at, actor, cashierId, note]);
    await client.query(SIGN_OUT, [shift.tillId]);
    const detail = { till: shift.tillId, number: shift.number, ...(note === null ? {} : { note }) };
    await recordAudit(client, { actor, action: "shift.hand_over", subject: shiftId, detail, at });
    return "handed_over";
  });
}

const HEAD = `h.id, h.number, s.code as "storeCode", s.name as "storeName", t.id as "tillId", t.code as "tillCode",
  t.name as "tillName", h.since, h.opened_at as "openedAt", h.opened_by as "openedBy", h.closed_at as "closedAt",
  h.closed_by as "closedBy", h.note, p.received_by as "receivedBy", p.received_at as "receivedAt", p.note as "receivedNote"`;
const SOURCE = `shifts h join tills t on t.id = h.till_id join stores s on s.id = h.store_id
  left join shift_receptions p on p.shift_id = h.id`;
const CLOSED_SUMS = `h.payment_count as "paymentCount", h.payment_sum as "paymentSum", h.other_count as "otherCount",
  h.other_sum as "otherSum", h.refund_count as "refundCount", h.refund_sum as "refundSum", h.open_count as "openCount",
  h.open_sum as "openSum", h.refunding_count as "refundingCount", h.refunding_sum as "refundingSum"`;
/** What an open shift has come to so far. */
const OPEN_SUMS = `e.payment_count as "paymentCount", e.payment_sum as "paymentSum", e.other_count as "otherCount",
  e.other_sum as "otherSum", e.refund_count as "refundCount", e.refund_sum as "refundSum", a.count as "openCount",
  a.sum as "openSum", r.count as "refundingCount", r.sum as "refundingSum"`;
const OPEN_SUMS_SOURCE = `
  cross join lateral (
    select count(*) filter (where verdict = 'settles') as payment_count,
           coalesce(sum(amount) filter (where verdict = 'settles'), 0) as payment_sum,
           count(*) filter (where verdict <> 'settles') as other_count,
           coalesce(sum(amount) filter (where verdict <> 'settles'), 0) as other_sum,
           count(refund_id) as refund_count, coalesce(sum(amount) filter (where refund_id is not null), 0) as refund_sum
      from shift_entries where till_id = h.till_id and shift_id is null) e
  cross join lateral (
    select count(*) as count, coalesce(sum(a.amount_due), 0) as sum from ${OPEN_TRADES.replace("$1", "h.till_id")}) a
  cross join lateral (
    select count(*) as count, coalesce(sum(r.amount), 0) as sum from ${REFUNDING.replace("$1", "h.till_id")}) r`;

const CLOSED = statement("closed_shift")`
  select ${HEAD}, ${CLOSED_SUMS} from ${SOURCE} where h.id = $1 and h.closed_at is not null`;
const OPEN = statement("open_shift")`
  select ${HEAD}, ${OPEN_SUMS} from ${SOURCE} ${OPEN_SUMS_SOURCE} where h.id = $1 and h.closed_at is null`;
const ALL_OPEN = statement("open_shifts")`
  select ${HEAD}, ${OPEN_SUMS} from ${SOURCE} ${OPEN_SUMS_SOURCE} where h.closed_at is null
          order by s.name, s.id, t.name, t.id`;

async function find(pool: pg.Pool, shiftId: string): Promise<ShiftAccount | null> {
  const closed = await run<ShiftRow>(pool, CLOSED, [shiftId]);
  const row = closed.rows[0] ?? (await run<ShiftRow>(pool, OPEN, [shiftId])).rows[0];
  return row === undefined ? null : shiftAccount(pool, toShiftHead(row));
}

const listOpen = async (pool: pg.Pool): Promise<ShiftHead[]> =>
  (await run<ShiftRow>(pool, ALL_OPEN, [])).rows.map(toShiftHead);

async function list(pool: pg.Pool, filter: ShiftFilter): Promise<ShiftHead[]> {
  const values: unknown[] = [];
  const parts = ["h.closed_at is not null"];
  const add = (value: unknown, part: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(part(`$${values.length}`));
  };
  add(filter.storeId, (place) => `h.store_id = ${place}`);
  add(filter.tillId, (place) => `h.till_id = ${place}`);
  add(
    filter.cashierId,
    (place) => `(h.cashier_id = ${place}
      or exists (select from shift_entries e where e.shift_id = h.id and e.cashier_id = ${place}))`,
  );
  add(filter.closedFrom, (place) => `h.closed_at >= ${place}`);
  add(filter.closedTo, (place) => `h.closed_at < ${place}`);
  add(filter.after, (place) => `(h.closed_at, h.id) < (select c.closed_at, c.id from shifts c where c.id = ${place})`);
  const text = `select ${HEAD}, ${CLOSED_SUMS} from ${SOURCE} where ${parts.join(" and ")}
                 order by h.closed_at desc, h.id desc limit $${values.length + 1}`;
  // The text varies with the filter, so it is not prepared.
  const { rows } = await run<ShiftRow>(pool, { name: "", text }, [...values, filter.limit]);
  return rows.map(toShiftHead);
}

async function receive(pool: pg.Pool, { shiftId, by, note, at }: ShiftReception): Promise<boolean> {
  try {
    await inTransaction(pool, async (client) => {
      const values = [shiftId, by, note, at];
      await client.query(
        "insert into shift_receptions (shift_id, received_by, note, received_at) values ($1, $2, $3, $4)",
        values,
      );
      const detail = note === null ? {} : { note };
      await recordAudit(client, { actor: by, action: "shift.receive", subject: shiftId, detail, at });
    });
    return true;
  } catch (cause) {
    if (brokenUnique(cause) === "shift_receptions_pkey" || violatedConstraint(cause) === "shift_open") return false;
    throw cause;
  }
}
