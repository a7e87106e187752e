import type pg from "pg";
import type { OrderPlace, PlaceCodes } from "#lib/payment/index.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// SQL: on the way of making an order.
const PLACE = statement("find_place")`
  select s.id as "storeId", s.code as "storeCode", t.id as "tillId", t.code as "tillCode"
    from stores s
    left join tills t on t.store_id = s.id and lower(t.code) = lower($2) and t.deactivated_at is null
   where lower(s.code) = lower($1) and s.deactivated_at is null`;

interface PlaceRow {
  storeId: string;
  storeCode: string;
  tillId: string | null;
  tillCode: string | null;
}

/** The store and till of these codes, in any case of letters, that are in use. */
export async function findPlace(
  on: pg.Pool | pg.PoolClient,
  { storeCode, tillCode }: PlaceCodes,
): Promise<{ readonly store: OrderPlace["store"] | null; readonly till: OrderPlace["till"] }> {
  const { rows } = await run<PlaceRow>(on, PLACE, [storeCode, tillCode]);
  const row = rows[0];
  if (row === undefined) return { store: null, till: null };
  const till = row.tillId === null || row.tillCode === null ? null : { id: row.tillId, code: row.tillCode };
  return { store: { id: row.storeId, code: row.storeCode }, till };
}

/** The till that an order was made at; null where it was made at none, or there is no such order. */
export async function readOrderTill(pool: pg.Pool, orderId: string): Promise<string | null> {
  const found = await viaPrisma(pool, (prisma) =>
    prisma.order.findUnique({ where: { id: orderId }, select: { tillId: true } }),
  );
  return found?.tillId ?? null;
}
