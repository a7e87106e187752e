import type pg from "pg";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, statement, viaPrisma } from "../transaction.ts";
import {
  BOUND_TILL_COLUMNS,
  BOUND_TILL_SOURCE,
  type BoundTill,
  type BoundTillRow,
  toBoundTill,
} from "./till-devices.ts";

// Who is signed in at a till. A session ends by itself when its till, its store, its cashier or what ties them is not in use.

/** A cashier as a till knows them. */
export interface TillCashier {
  readonly id: string;
  readonly name: string;
  /** Fen that they may give back of one order; null: they refund nothing. */
  readonly refundUpToFen: number | null;
}

export interface CashierSession {
  readonly id: string;
  readonly at: BoundTill;
  readonly cashier: TillCashier;
  /** The shift that is open at the till; null once it was handed over. */
  readonly shift: { readonly id: string; readonly number: number; readonly openedAt: Date } | null;
  readonly seenAt: Date;
}

const CASHIERS_OF_STORE = `cashiers c
  join cashier_stores w on w.cashier_id = c.id and w.store_id = $1
 where c.deactivated_at is null`;

// SQL: several tables.
const CASHIERS_AT = statement("cashiers_at_store")`
  select c.id, c.name, c.refund_up_to as "refundUpToFen" from ${CASHIERS_OF_STORE} order by c.name, c.id`;
const PIN_OF = statement("pin_of_cashier")`
  select c.id, c.name, c.refund_up_to as "refundUpToFen", c.pin_hash as "pinHash" from ${CASHIERS_OF_STORE} and c.id = $2`;
const SESSION = statement("find_cashier_session")`
  select e.id, e.seen_at as "seenAt", ${BOUND_TILL_COLUMNS}, c.id as "cashierId", c.name as "cashierName",
                c.refund_up_to as "refundUpToFen", h.id as "shiftId", h.number as "shiftNumber", h.opened_at as "shiftOpenedAt"
           from cashier_sessions e
           join ${BOUND_TILL_SOURCE} on d.id = e.device_id and d.ended_at is null
           join cashiers c on c.id = e.cashier_id and c.deactivated_at is null
           join cashier_stores w on w.cashier_id = c.id and w.store_id = s.id
           left join shifts h on h.till_id = t.id and h.closed_at is null
          where e.token_hash = $1 and e.device_id = $2 and e.idle_until > $3`;

interface CashierSessionRow extends BoundTillRow {
  id: string;
  seenAt: Date;
  cashierId: string;
  cashierName: string;
  refundUpToFen: number | null;
  shiftId: string | null;
  shiftNumber: number | null;
  shiftOpenedAt: Date | null;
}

/** Those who may sign in at the tills of a store, by name. */
export async function listCashiersAt(pool: Pool, storeId: string): Promise<TillCashier[]> {
  return (await run<TillCashier>(pool, CASHIERS_AT, [storeId])).rows;
}

/** Null when no cashier of the store has this id. */
export async function findPin(
  pool: Pool,
  { storeId, cashierId }: { readonly storeId: string; readonly cashierId: string },
): Promise<(TillCashier & { readonly pinHash: string }) | null> {
  return (await run<TillCashier & { pinHash: string }>(pool, PIN_OF, [storeId, cashierId])).rows[0] ?? null;
}

export interface CashierSessionKey {
  readonly tokenHash: Uint8Array;
  readonly deviceId: string;
  readonly now: Date;
}

export async function findCashierSession(
  pool: Pool,
  { tokenHash, deviceId, now }: CashierSessionKey,
): Promise<CashierSession | null> {
  const { rows } = await run<CashierSessionRow>(pool, SESSION, [tokenHash, deviceId, now]);
  const row = rows[0];
  if (row === undefined) return null;
  const { shiftId, shiftNumber, shiftOpenedAt } = row;
  return {
    id: row.id,
    at: toBoundTill(row),
    cashier: { id: row.cashierId, name: row.cashierName, refundUpToFen: row.refundUpToFen },
    shift:
      shiftId === null || shiftNumber === null || shiftOpenedAt === null
        ? null
        : { id: shiftId, number: shiftNumber, openedAt: shiftOpenedAt },
    seenAt: row.seenAt,
  };
}

export interface NewCashierSession {
  readonly id: string;
  readonly shiftId: string;
  readonly tokenHash: Uint8Array;
  readonly at: BoundTill;
  readonly cashierId: string;
  /** For the audit log. */
  readonly actor: string;
  /** The PIN that was checked. */
  readonly pinHash: string;
  readonly now: Date;
  readonly idleUntil: Date;
}

// SQL: row locks. A PIN that was changed, or a device that was unbound, since the PIN was checked lets nobody in.
const STILL_RIGHT = "select from cashiers where id = $1 and pin_hash = $2 and deactivated_at is null for share";
const STILL_BOUND = `
  select from till_devices d join tills t on t.id = d.till_id join stores s on s.id = t.store_id
   where d.id = $1 and d.ended_at is null and t.deactivated_at is null and s.deactivated_at is null for no key update of t`;
const REPLACE = `
  insert into cashier_sessions as e (id, token_hash, device_id, cashier_id, created_at, seen_at, idle_until)
  values ($1, $2, $3, $4, $5, $5, $6)
  on conflict (device_id) do update
     set id = excluded.id, token_hash = excluded.token_hash, cashier_id = excluded.cashier_id,
         created_at = excluded.created_at, seen_at = excluded.seen_at, idle_until = excluded.idle_until`;

/**
 * Signs a cashier in at a till in place of who was there, and opens a shift where none is open.
 * @returns false when PIN or device are not what was checked any more
 */
export function insertCashierSession(pool: Pool, session: NewCashierSession): Promise<boolean> {
  const { id, tokenHash, at, cashierId, actor, pinHash, now, idleUntil } = session;
  return inTransaction(pool, async (client) => {
    const bound = await client.query(STILL_BOUND, [at.deviceId]);
    const right = await client.query(STILL_RIGHT, [cashierId, pinHash]);
    if (right.rowCount === 0 || bound.rowCount === 0) return false;
    await client.query(REPLACE, [id, tokenHash, at.deviceId, cashierId, now, idleUntil]);
    const entry = { actor, subject: at.till.id, at: now };
    await recordAudit(client, { ...entry, action: "cashier.signed_in", detail: placeDetail(at) });
    const shift = { id: session.shiftId, tillId: at.till.id, actor, now };
    if (await openShiftIn(client, shift)) {
      await recordAudit(client, { ...entry, action: "shift.open", detail: placeDetail(at) });
    }
    return true;
  });
}

export const placeDetail = ({ store, till }: Pick<BoundTill, "store" | "till">) => ({
  store: store.code,
  till: till.code,
});

interface OpeningShift {
  readonly id: string;
  readonly tillId: string;
  readonly actor: string;
  readonly now: Date;
}

/** Under the till's lock, so that numbers have no gaps. @returns false when one is open already */
async function openShiftIn(client: pg.PoolClient, { id, tillId, actor, now }: OpeningShift): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into shifts (id, till_id, store_id, number, since, opened_at, opened_by)
     select $1, t.id, t.store_id, coalesce(max(h.number), 0) + 1, max(h.closed_at), greatest($3, max(h.closed_at)), $4
       from tills t left join shifts h on h.till_id = t.id
      where t.id = $2 and not exists (select from shifts where till_id = $2 and closed_at is null)
      group by t.id`,
    [id, tillId, now, actor],
  );
  return rowCount === 1;
}

export async function noteCashierSeen(
  pool: Pool,
  { id, seenAt, idleUntil }: { readonly id: string; readonly seenAt: Date; readonly idleUntil: Date },
): Promise<void> {
  await viaPrisma(pool, (prisma) => prisma.cashierSession.updateMany({ where: { id }, data: { seenAt, idleUntil } }));
}

/** @returns false when the session had ended already */
export async function endCashierSession(pool: Pool, id: string): Promise<boolean> {
  return (await viaPrisma(pool, (prisma) => prisma.cashierSession.deleteMany({ where: { id } }))).count === 1;
}
