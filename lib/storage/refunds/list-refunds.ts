import type pg from "pg";
import type { Refund } from "#lib/payment/index.ts";
import { newestFirst, olderThan } from "../newest-first.ts";
import { viaPrisma } from "../transaction.ts";

export interface ListedRefund
  extends Pick<Refund, "id" | "orderId" | "number" | "status" | "reason" | "failure" | "createdAt"> {
  readonly outTradeNo: string;
  readonly amount: number;
  readonly succeededAt: Date | null;
}

export interface RefundFilter {
  readonly status?: "pending" | "succeeded" | "abnormal" | "closed";
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Newest first. */
export const listRefunds = (pool: pg.Pool, { status, after, limit }: RefundFilter): Promise<ListedRefund[]> =>
  viaPrisma(pool, async (prisma) => {
    const last =
      after === undefined
        ? undefined
        : await prisma.refund.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
    if (last === null) return [];
    const rows = await prisma.refund.findMany({
      where: {
        ...(status === undefined
          ? {}
          : { status: status === "pending" ? { in: ["requested", "processing"] } : status }),
        ...(last === undefined ? {} : olderThan(last)),
      },
      select: {
        id: true,
        orderId: true,
        number: true,
        status: true,
        amount: true,
        reason: true,
        failure: true,
        createdAt: true,
        succeededAt: true,
        order: { select: { outTradeNo: true } },
      },
      orderBy: newestFirst(),
      take: limit,
    });
    return rows.map(({ order, ...row }) => ({
      ...row,
      status: row.status as ListedRefund["status"],
      failure: row.failure as ListedRefund["failure"],
      outTradeNo: order.outTradeNo,
    }));
  });
