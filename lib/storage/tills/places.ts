import type { Pool } from "../client.ts";
import { brokenUnique } from "../errors.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { type BothKinds, inPrismaTransaction, viaPrisma } from "../transaction.ts";

// Stores and their tills. Every change is written down with the change itself.

export interface ListedTill {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly idleMinutes: number;
  readonly isActive: boolean;
  readonly device: { readonly label: string; readonly boundAt: Date; readonly boundBy: string } | null;
}

export interface ListedStore {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly address: string | null;
  readonly phone: string | null;
  readonly isActive: boolean;
  readonly tills: readonly ListedTill[];
}

/** Those in use first, by name. */
export function listStores(pool: Pool): Promise<ListedStore[]> {
  return viaPrisma(pool, async (prisma) => {
    const inUseFirst = [{ deactivatedAt: { sort: "desc", nulls: "first" } }, { name: "asc" }, { id: "asc" }] as const;
    const [stores, devices] = await Promise.all([
      prisma.store.findMany({ orderBy: [...inUseFirst], include: { tills: { orderBy: [...inUseFirst] } } }),
      prisma.tillDevice.findMany({ where: { endedAt: null } }),
    ]);
    const deviceOf = new Map(devices.map((device) => [device.tillId, device]));
    return stores.map(({ id, code, name, address, phone, deactivatedAt, tills }) => ({
      ...{ id, code, name, address, phone },
      isActive: deactivatedAt === null,
      tills: tills.map((till) => {
        const device = deviceOf.get(till.id);
        return {
          ...{ id: till.id, code: till.code, name: till.name, idleMinutes: till.idleMinutes },
          isActive: till.deactivatedAt === null,
          device:
            device === undefined ? null : { label: device.label, boundAt: device.boundAt, boundBy: device.boundBy },
        };
      }),
    }));
  });
}

/** What became of a change: `shift_open` means that a shift has to be handed over first. */
export type PlaceChange = "done" | "code_taken" | "too_many" | "absent" | "shift_open";

export interface StoreFields {
  readonly name: string;
  readonly address: string | null;
  readonly phone: string | null;
}

export interface TillFields {
  readonly name: string;
  readonly idleMinutes: number;
}

interface NewPlace<Fields> {
  readonly place: Fields & { readonly id: string; readonly code: string; readonly createdAt: Date };
  readonly max: number;
  readonly entry: AuditEntry;
}

export const insertStore = (pool: Pool, { place, max, entry }: NewPlace<StoreFields>): Promise<PlaceChange> =>
  unlessTaken(pool, async ({ prisma, client }) => {
    // SQL: a lock, so that two at once stay within the limit.
    await client.query("lock table stores in share row exclusive mode");
    if ((await prisma.store.count()) >= max) return "too_many";
    await prisma.store.create({ data: place });
    await recordAudit(client, entry);
    return "done";
  });

export const insertTill = (
  pool: Pool,
  { place, max, entry }: NewPlace<TillFields & { readonly storeId: string }>,
): Promise<PlaceChange> =>
  unlessTaken(pool, async ({ prisma, client }) => {
    const { storeId } = place;
    // SQL: a row lock, so that two at once stay within the limit of their store.
    await client.query("select from stores where id = $1 for no key update", [storeId]);
    if ((await prisma.store.count({ where: { id: storeId, deactivatedAt: null } })) === 0) return "absent";
    if ((await prisma.till.count({ where: { storeId } })) >= max) return "too_many";
    await prisma.till.create({ data: place });
    await recordAudit(client, entry);
    return "done";
  });

interface ChangedPlace<Fields> {
  readonly id: string;
  readonly fields: Fields;
  readonly entry: AuditEntry;
}

export const changeStore = (pool: Pool, { id, fields, entry }: ChangedPlace<StoreFields>): Promise<PlaceChange> =>
  recorded(pool, entry, ({ prisma }) => prisma.store.updateMany({ where: { id }, data: fields }));

export const changeTill = (pool: Pool, { id, fields, entry }: ChangedPlace<TillFields>): Promise<PlaceChange> =>
  recorded(pool, entry, ({ prisma }) => prisma.till.updateMany({ where: { id }, data: fields }));

interface PlaceInUse {
  readonly id: string;
  /** Null: in use again. */
  readonly deactivatedAt: Date | null;
  readonly entry: AuditEntry;
}

/** What is out of use takes no orders, and nobody is signed in there. */
export const setStoreInUse = (pool: Pool, { id, deactivatedAt, entry }: PlaceInUse): Promise<PlaceChange> =>
  inPrismaTransaction(pool, async (kinds) => {
    if (deactivatedAt !== null && (await hasOpenShift(kinds, { column: "store_id", id }))) return "shift_open";
    const { count } = await kinds.prisma.store.updateMany({ where: { id }, data: { deactivatedAt } });
    if (count === 1) await recordAudit(kinds.client, entry);
    return count === 1 ? "done" : "absent";
  });

export const setTillInUse = (pool: Pool, { id, deactivatedAt, entry }: PlaceInUse): Promise<PlaceChange> =>
  inPrismaTransaction(pool, async (kinds) => {
    if (deactivatedAt !== null && (await hasOpenShift(kinds, { column: "till_id", id }))) return "shift_open";
    const { count } = await kinds.prisma.till.updateMany({ where: { id }, data: { deactivatedAt } });
    if (count === 1) await recordAudit(kinds.client, entry);
    return count === 1 ? "done" : "absent";
  });

/** Stays SQL: row lock. A cashier who signs in at the same moment opens the shift before or finds the till out of use. */
async function hasOpenShift(
  { client }: BothKinds,
  { column, id }: { readonly column: "store_id" | "till_id"; readonly id: string },
): Promise<boolean> {
  const own = column === "till_id" ? "id" : "store_id";
  await client.query(`select from tills where ${own} = $1 order by id for no key update`, [id]);
  const { rowCount } = await client.query(`select from shifts where ${column} = $1 and closed_at is null limit 1`, [
    id,
  ]);
  return rowCount !== 0;
}

function recorded(
  pool: Pool,
  entry: AuditEntry,
  work: (kinds: BothKinds) => Promise<{ readonly count: number }>,
): Promise<PlaceChange> {
  return inPrismaTransaction(pool, async (kinds) => {
    if ((await work(kinds)).count !== 1) return "absent";
    await recordAudit(kinds.client, entry);
    return "done";
  });
}

const CODES = new Set(["stores_code_key", "stores_code_any_case", "tills_code_any_case"]);

async function unlessTaken(pool: Pool, work: (kinds: BothKinds) => Promise<PlaceChange>): Promise<PlaceChange> {
  try {
    return await inPrismaTransaction(pool, work);
  } catch (cause) {
    if (CODES.has(brokenUnique(cause) ?? "")) return "code_taken";
    throw cause;
  }
}
