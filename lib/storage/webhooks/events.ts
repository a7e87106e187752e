import type pg from "pg";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { escapeLike } from "../like.ts";
import { readOpenWriters } from "../open-writers.ts";
import { viaPrisma } from "../transaction.ts";

// What happened, whether or not a webhook endpoint wanted it.

export interface EventFilter {
  /** Any of these. */
  readonly types: readonly string[];
  readonly orderId?: string | undefined;
  readonly from: Date;
  readonly to?: Date | undefined;
  /** An event's id, or an order's, or the beginning of an order's number. */
  readonly text?: string | undefined;
  readonly isOldestFirst: boolean;
  /** Number of the last one that was shown. */
  readonly after?: bigint | undefined;
  /** Nothing above this number. */
  readonly upTo?: bigint | undefined;
  readonly limit: number;
}

export interface KeptEvent {
  readonly id: string;
  readonly payload: string;
  readonly seq: bigint;
}

export const listEvents = (pool: pg.Pool, filter: EventFilter): Promise<KeptEvent[]> =>
  viaPrisma(pool, (prisma) => {
    const { types, orderId, from, to, text, isOldestFirst, after, upTo, limit } = filter;
    const seq: Prisma.BigIntFilter = {
      ...(after === undefined ? {} : isOldestFirst ? { gt: after } : { lt: after }),
      ...(upTo === undefined ? {} : { lte: upTo }),
    };
    return prisma.webhookEvent.findMany({
      where: {
        type: { in: [...types] },
        createdAt: { gte: from, ...(to === undefined ? {} : { lt: to }) },
        ...(orderId === undefined ? {} : { orderId }),
        ...(Object.keys(seq).length === 0 ? {} : { seq }),
        ...(text === undefined ? {} : { OR: meant(text) }),
      },
      select: { id: true, payload: true, seq: true },
      orderBy: { seq: isOldestFirst ? "asc" : "desc" },
      take: limit,
    });
  });

const meant = (text: string): Prisma.WebhookEventWhereInput[] => [
  { id: text },
  { orderId: text },
  { order: { outTradeNo: { startsWith: escapeLike(text) } } },
];

/** @returns null when there is no such event any more */
export const findEventNumber = (pool: pg.Pool, id: string): Promise<bigint | null> =>
  viaPrisma(pool, async (prisma) => {
    const found = await prisma.webhookEvent.findUnique({ where: { id }, select: { seq: true } });
    return found?.seq ?? null;
  });

/** The highest number that was given to an event which is committed, or that was, before `bornBefore`. */
export const newestEventNumber = (pool: pg.Pool, bornBefore?: Date): Promise<bigint> =>
  viaPrisma(pool, async (prisma) => {
    const newest = await prisma.webhookEvent.findFirst({
      ...(bornBefore === undefined ? {} : { where: { createdAt: { lt: bornBefore } } }),
      orderBy: { seq: "desc" },
      select: { seq: true },
    });
    return newest?.seq ?? 0n;
  });

/** Open transactions that may hold a number which is not committed yet. */
export const openEventWriters = (pool: pg.Pool): Promise<string[]> => readOpenWriters(pool, "webhook_events");
