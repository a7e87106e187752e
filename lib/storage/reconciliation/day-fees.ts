import type pg from "pg";
import { viaPrisma } from "../transaction.ts";

/** WeChat's fees by day, `2026-11-30`, of the days whose bill was read. @param from and `to`: days, both included */
export const readDayFees = (pool: pg.Pool, from: string, to: string): Promise<ReadonlyMap<string, number>> =>
  viaPrisma(pool, async (prisma) => {
    const runs = await prisma.reconciliationRun.groupBy({
      by: ["day"],
      where: { day: { gte: new Date(from), lte: new Date(to) }, fees: { not: null } },
      _sum: { fees: true },
    });
    return new Map(runs.map(({ day, _sum }) => [day.toISOString().slice(0, 10), Number(_sum.fees)]));
  });
