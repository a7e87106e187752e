import type pg from "pg";
import { viaPrisma } from "../transaction.ts";

export interface StoredPushKeys {
  readonly publicKey: string;
  readonly privateSealed: Uint8Array;
}

/** The pair by which push services know us; of two that are made at once the first one stays. */
export const keepPushKeys = (pool: pg.Pool, fresh: StoredPushKeys): Promise<StoredPushKeys> =>
  viaPrisma(pool, async (prisma) => {
    const data = { id: 1, publicKey: fresh.publicKey, privateSealed: new Uint8Array(fresh.privateSealed) };
    await prisma.pushKeys.createMany({ data, skipDuplicates: true });
    return prisma.pushKeys.findUniqueOrThrow({ where: { id: 1 } });
  });

export const findPushKeys = (pool: pg.Pool): Promise<StoredPushKeys | null> =>
  viaPrisma(pool, (prisma) => prisma.pushKeys.findUnique({ where: { id: 1 } }));
