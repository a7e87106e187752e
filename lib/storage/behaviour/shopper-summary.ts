import type pg from "pg";
import type { Cohort, Rfm, Uplift } from "#lib/intelligence/index.ts";
import { viaPrisma } from "../transaction.ts";

/** What is known of shoppers together; nobody is named. */
export interface ShopperSummary {
  readonly segments: Rfm["segments"];
  readonly cohorts: readonly Cohort[];
  readonly uplift: Uplift;
}

/** Null before it was made for the first time. */
export const readShopperSummary = (pool: pg.Pool): Promise<(ShopperSummary & { readonly madeAt: Date }) | null> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.shopperSummary.findUnique({ where: { id: 1 } });
    return row === null ? null : { ...(row.content as unknown as ShopperSummary), madeAt: row.madeAt };
  });

export async function keepShopperSummary(pool: pg.Pool, summary: ShopperSummary, madeAt: Date): Promise<void> {
  const content = JSON.parse(JSON.stringify(summary));
  await viaPrisma(pool, (prisma) =>
    prisma.shopperSummary.upsert({ where: { id: 1 }, create: { id: 1, madeAt, content }, update: { madeAt, content } }),
  );
}
