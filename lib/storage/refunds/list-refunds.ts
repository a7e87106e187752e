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
  /** When the money went back. */
  readonly from?: Date;
  readonly to?: Date;
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Newest first. */
export const listRefunds = (pool: pg.Pool, { after, limit, ...filter }: RefundFilter): Promise<ListedRefund[]> =>
  viaPrisma(pool, async (prisma) => {
    const last =
      after === undefined
        ? undefined
        : await prisma.refund.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
    if (last === null) return [];
    const rows = await prisma.refund.findMany({
      where: {
        ...narrowedBy(filter),
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

/** What the refunds of a list come to, all its pages together. */
export const sumRefunds = (
  pool: pg.Pool,
  filter: Pick<RefundFilter, "status" | "from" | "to">,
): Promise<{ refunds: number; amount: number }> =>
  viaPrisma(pool, async (prisma) => {
    const { _count, _sum } = await prisma.refund.aggregate({
      where: narrowedBy(filter),
      _count: true,
      _sum: { amount: true },
    });
    return { refunds: _count, amount: _sum.amount ?? 0 };
  });

function narrowedBy({ status, from, to }: Pick<RefundFilter, "status" | "from" | "to">) {
  const succeededAt = { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) };
  return {
    ...(status === undefined ? {} : { status: status === "pending" ? { in: ["requested", "processing"] } : status }),
    ...(from === undefined && to === undefined ? {} : { succeededAt }),
  };
}
