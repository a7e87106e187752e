import type pg from "pg";
import { viaPrisma } from "../transaction.ts";

/** A payment that settled its order. */
export interface ListedPayment {
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly description: string;
  readonly channel: string;
  readonly amount: number;
  readonly paidAt: Date;
}

/** Newest first. */
export const listPayments = (pool: pg.Pool, limit: number): Promise<ListedPayment[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.paymentAttempt.findMany({
      where: { verdict: "settles", paidAt: { not: null } },
      select: {
        orderId: true,
        channel: true,
        amountPaid: true,
        paidAt: true,
        order: { select: { outTradeNo: true, description: true } },
      },
      orderBy: { paidAt: "desc" },
      take: limit,
    });
    return rows.map(({ order, amountPaid, paidAt, ...row }) => ({
      ...row,
      ...order,
      amount: amountPaid,
      paidAt: paidAt as Date,
    }));
  });
