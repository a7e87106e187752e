import type pg from "pg";
import { fenFromTyped } from "#lib/base/fen.ts";
import type { Refund } from "#lib/payment/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { newestFirst, olderThan } from "../newest-first.ts";
import { viaPrisma } from "../transaction.ts";

export interface ListedRefund
  extends Pick<Refund, "id" | "orderId" | "number" | "status" | "reason" | "failure" | "createdAt"> {
  readonly outTradeNo: string;
  readonly wechatRefundId: string | null;
  readonly amount: number;
  readonly succeededAt: Date | null;
}

export interface RefundFilter {
  /** `awaiting`: waits for a second person, which is one way to be pending. */
  readonly status?: "pending" | "awaiting" | "succeeded" | "abnormal" | "closed";
  /** When the money went back. */
  readonly from?: Date;
  readonly to?: Date;
  /** What people type: the beginning of a number of the refund or of its order, an amount, part of the reason. */
  readonly text?: string;
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
        wechatRefundId: true,
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
export const sumRefunds = (pool: pg.Pool, filter: RefundNarrowing): Promise<{ refunds: number; amount: number }> =>
  viaPrisma(pool, async (prisma) => {
    const { _count, _sum } = await prisma.refund.aggregate({
      where: narrowedBy(filter),
      _count: true,
      _sum: { amount: true },
    });
    return { refunds: _count, amount: _sum.amount ?? 0 };
  });

export type RefundNarrowing = Pick<RefundFilter, "status" | "from" | "to" | "text">;

/** The states behind what people choose. */
export const REFUND_STATES: Record<NonNullable<RefundFilter["status"]>, readonly Refund["status"][]> = {
  pending: ["awaiting_approval", "requested", "processing"],
  awaiting: ["awaiting_approval"],
  succeeded: ["succeeded"],
  abnormal: ["abnormal"],
  closed: ["closed"],
};

function narrowedBy({ status, from, to, text }: RefundNarrowing): Prisma.RefundWhereInput {
  const succeededAt = { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) };
  return {
    ...(status === undefined ? {} : { status: { in: [...REFUND_STATES[status]] } }),
    ...(from === undefined && to === undefined ? {} : { succeededAt }),
    // In a condition of its own: the place in the list is one of alternatives, too.
    ...(text === undefined ? {} : { AND: { OR: meanings(text) } }),
  };
}

function meanings(text: string): Prisma.RefundWhereInput[] {
  const amount = fenFromTyped(text);
  const { start, orderStart } = typedStarts(text);
  return [
    { number: { startsWith: start } },
    { wechatRefundId: { startsWith: start } },
    { order: { outTradeNo: { startsWith: orderStart } } },
    { reason: { contains: start, mode: "insensitive" } },
    ...(amount === null ? [] : [{ amount }]),
  ];
}

/** What was typed as the beginning of a number, for LIKE; Prisma leaves signs that mean something there as they are. */
export function typedStarts(text: string): { readonly start: string; readonly orderStart: string } {
  const start = text.replaceAll(/[\\%_]/g, "\\$&");
  // Our own numbers are in capital letters, which nobody types on a phone.
  return { start, orderStart: /^lf[0-9a-z]*$/i.test(text) ? start.toUpperCase() : start };
}
