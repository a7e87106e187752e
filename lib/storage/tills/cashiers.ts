import type { Pool } from "../client.ts";
import { brokenUnique } from "../errors.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { type BothKinds, inPrismaTransaction, viaPrisma } from "../transaction.ts";

// Cashiers, as the owner keeps them. Every change is written down with the change itself.

export interface CashierFields {
  readonly name: string;
  /** Fen of one order that may be given back; null: this cashier refunds nothing. */
  readonly refundUpTo: number | null;
  /** The dashboard user who this is. */
  readonly userId: string | null;
  readonly storeIds: readonly string[];
}

export interface ListedCashier extends CashierFields {
  readonly id: string;
  readonly isActive: boolean;
}

/** Those in use first, by name. */
export function listCashiers(pool: Pool): Promise<ListedCashier[]> {
  return viaPrisma(pool, async (prisma) => {
    const cashiers = await prisma.cashier.findMany({
      include: { stores: true },
      orderBy: [{ deactivatedAt: { sort: "desc", nulls: "first" } }, { name: "asc" }, { id: "asc" }],
    });
    return cashiers.map(({ id, name, refundUpTo, userId, stores, deactivatedAt }) => ({
      ...{ id, name, refundUpTo, userId },
      storeIds: stores.map(({ storeId }) => storeId),
      isActive: deactivatedAt === null,
    }));
  });
}

/** `user_taken`: the dashboard user is another cashier already. */
export type CashierChange = "done" | "too_many" | "absent" | "user_taken";

export interface NewCashier {
  readonly id: string;
  readonly fields: CashierFields;
  readonly pinHash: string;
  readonly createdAt: Date;
  readonly max: number;
  readonly entry: AuditEntry;
}

export const insertCashier = (pool: Pool, cashier: NewCashier): Promise<CashierChange> =>
  unlessUserTaken(pool, async (kinds) => {
    const { id, fields, pinHash, createdAt, max, entry } = cashier;
    const { storeIds, ...columns } = fields;
    // SQL: a lock, so that two at once stay within the limit.
    await kinds.client.query("lock table cashiers in share row exclusive mode");
    if ((await kinds.prisma.cashier.count()) >= max) return "too_many";
    await kinds.prisma.cashier.create({ data: { id, ...columns, pinHash, createdAt } });
    await kinds.prisma.cashierStore.createMany({ data: storeIds.map((storeId) => ({ cashierId: id, storeId })) });
    await recordAudit(kinds.client, entry);
    return "done";
  });

interface ChangedCashier {
  readonly id: string;
  readonly entry: AuditEntry;
}

export const changeCashier = (
  pool: Pool,
  { id, fields, entry }: ChangedCashier & { readonly fields: CashierFields },
): Promise<CashierChange> =>
  unlessUserTaken(pool, async (kinds) => {
    const { storeIds, ...columns } = fields;
    const { count } = await kinds.prisma.cashier.updateMany({ where: { id }, data: columns });
    if (count === 0) return "absent";
    await kinds.prisma.cashierStore.deleteMany({ where: { cashierId: id } });
    await kinds.prisma.cashierStore.createMany({ data: storeIds.map((storeId) => ({ cashierId: id, storeId })) });
    await recordAudit(kinds.client, entry);
    return "done";
  });

/** Signs the cashier out everywhere, and lifts a pause. */
export const setCashierPin = (
  pool: Pool,
  { id, pinHash, entry }: ChangedCashier & { readonly pinHash: string },
): Promise<CashierChange> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.cashier.updateMany({ where: { id }, data: { pinHash } });
    if (count === 0) return "absent";
    await prisma.cashierSession.deleteMany({ where: { cashierId: id } });
    await prisma.adminLockout.deleteMany({ where: { key: `cashier:${id}` } });
    await recordAudit(client, entry);
    return "done";
  });

export const setCashierInUse = (
  pool: Pool,
  { id, deactivatedAt, entry }: ChangedCashier & { readonly deactivatedAt: Date | null },
): Promise<CashierChange> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.cashier.updateMany({ where: { id }, data: { deactivatedAt } });
    if (count === 0) return "absent";
    if (deactivatedAt !== null) await prisma.cashierSession.deleteMany({ where: { cashierId: id } });
    await recordAudit(client, entry);
    return "done";
  });

async function unlessUserTaken(pool: Pool, work: (kinds: BothKinds) => Promise<CashierChange>): Promise<CashierChange> {
  try {
    return await inPrismaTransaction(pool, work);
  } catch (cause) {
    if (brokenUnique(cause) === "cashiers_user_id_key") return "user_taken";
    throw cause;
  }
}
