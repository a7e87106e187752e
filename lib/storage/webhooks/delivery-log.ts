import type pg from "pg";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { viaPrisma } from "../transaction.ts";

// What was sent to whom, and what was answered: for people and the API.

export interface DeliveryFilter {
  readonly endpointId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly orderId?: string | undefined;
  /** Any of these. */
  readonly types?: readonly string[] | undefined;
  readonly status?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The last one of the page before. */
  readonly after?: { readonly seq: bigint; readonly endpointId: string } | undefined;
  readonly limit: number;
}

const LISTED = {
  event: { select: { type: true, orderId: true, createdAt: true } },
} as const satisfies Prisma.WebhookDeliveryInclude;
const IN_DETAIL = {
  event: { select: { type: true, orderId: true, createdAt: true, payload: true } },
  endpoint: { select: { url: true } },
  log: { orderBy: { number: "asc" } },
} as const satisfies Prisma.WebhookDeliveryInclude;

export type LoggedDelivery = Prisma.WebhookDeliveryGetPayload<{ include: typeof LISTED }>;
export type DetailedDelivery = Prisma.WebhookDeliveryGetPayload<{ include: typeof IN_DETAIL }>;

/** Newest event first. */
export function listDeliveries(pool: pg.Pool, filter: DeliveryFilter): Promise<LoggedDelivery[]> {
  const { endpointId, eventId, orderId, types, status, from, to, after, limit } = filter;
  const createdAt = { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) };
  const event: Prisma.WebhookEventWhereInput = {
    ...(orderId === undefined ? {} : { orderId }),
    ...(types === undefined ? {} : { type: { in: [...types] } }),
    ...(from === undefined && to === undefined ? {} : { createdAt }),
  };
  const where: Prisma.WebhookDeliveryWhereInput = {
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(status === undefined ? {} : { status }),
    ...(Object.keys(event).length === 0 ? {} : { event }),
    ...(after === undefined
      ? {}
      : {
          eventSeq: { lte: after.seq },
          OR: [{ eventSeq: { lt: after.seq } }, { endpointId: { lt: after.endpointId } }],
        }),
  };
  return viaPrisma(pool, (prisma) =>
    prisma.webhookDelivery.findMany({
      where,
      include: LISTED,
      // Each order has an index of its own: that of an endpoint's deliveries, and that of all events.
      orderBy: [endpointId === undefined ? { event: { seq: "desc" } } : { eventSeq: "desc" }, { endpointId: "desc" }],
      take: limit,
    }),
  );
}

/** One delivery with its payload and every try. */
export const findDelivery = (
  pool: pg.Pool,
  { eventId, endpointId }: { readonly eventId: string; readonly endpointId: string },
): Promise<DetailedDelivery | null> =>
  viaPrisma(pool, (prisma) =>
    prisma.webhookDelivery.findUnique({
      where: { eventId_endpointId: { eventId, endpointId } },
      include: IN_DETAIL,
    }),
  );
/** The newest deliveries of an endpoint, each with its last try: the picture of its health. */
export interface RecentDelivery {
  readonly eventId: string;
  readonly status: string;
  readonly tries: number;
  readonly durationMs: number | null;
}

export const recentDeliveries = (pool: pg.Pool, endpointId: string, limit: number): Promise<RecentDelivery[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.webhookDelivery.findMany({
      where: { endpointId },
      select: {
        status: true,
        tries: true,
        eventId: true,
        log: { select: { durationMs: true }, orderBy: { number: "desc" }, take: 1 },
      },
      orderBy: { eventSeq: "desc" },
      take: limit,
    });
    return rows.map(({ eventId, status, tries, log }) => ({
      ...{ eventId, status, tries, durationMs: log[0]?.durationMs ?? null },
    }));
  });

/** How many events wait for an endpoint, and how many were given up. Each is answered from a partial index. */
export const countOpen = (
  pool: pg.Pool,
  endpointId: string,
): Promise<{ readonly pending: number; readonly givenUp: number }> =>
  viaPrisma(pool, async (prisma) => {
    const [pending, givenUp] = await Promise.all([
      prisma.webhookDelivery.count({ where: { endpointId, checkAt: { not: null } } }),
      prisma.webhookDelivery.count({ where: { endpointId, status: "given_up" } }),
    ]);
    return { pending, givenUp };
  });
