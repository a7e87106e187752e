import type pg from "pg";
import { viaPrisma } from "../transaction.ts";

/** What people call these parts of the shop, by id. */
export const readTakingsNames = (
  pool: pg.Pool,
  { dimension, keys }: { readonly dimension: string; readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, string>> =>
  viaPrisma(pool, async (prisma) => {
    const where = { id: { in: [...keys] } };
    if (dimension === "code") {
      const codes = await prisma.collectionCode.findMany({ where, select: { id: true, label: true } });
      return new Map(codes.map(({ id, label }) => [id, label]));
    }
    if (dimension === "offer") {
      const promotions = await prisma.promotion.findMany({ where, select: { id: true, definition: true } });
      return new Map(promotions.map(({ id, definition }) => [id, nameOf(definition) ?? id]));
    }
    if (dimension === "till") {
      const tills = await prisma.till.findMany({ where, select: { id: true, name: true, store: true } });
      return new Map(tills.map(({ id, name, store }) => [id, `${store.name} · ${name}`]));
    }
    const named =
      dimension === "store"
        ? await prisma.store.findMany({ where, select: { id: true, name: true } })
        : dimension === "cashier"
          ? await prisma.cashier.findMany({ where, select: { id: true, name: true } })
          : [];
    return new Map(named.map(({ id, name }) => [id, name]));
  });

function nameOf(definition: unknown): string | undefined {
  const name = typeof definition === "object" && definition !== null ? Reflect.get(definition, "name") : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}
