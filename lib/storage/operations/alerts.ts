import type pg from "pg";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Queryable } from "../client.ts";
import { viaPrisma } from "../transaction.ts";

export interface ListedAlert {
  readonly id: string;
  readonly kind: AlertDraft["kind"];
  readonly orderId: string | null;
  readonly outTradeNo: string | null;
  readonly detail: AlertDraft["detail"];
  readonly createdAt: Date;
  readonly acknowledgedAt: Date | null;
}

export interface AlertFilter {
  readonly orderId?: string;
  readonly onlyOpen?: boolean;
  /** Id of the last one of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Newest first. */
export function listAlerts(pool: pg.Pool, filter: AlertFilter): Promise<ListedAlert[]> {
  const { orderId, onlyOpen = false, before, limit } = filter;
  return viaPrisma(pool, async (prisma) => {
    const alerts = await prisma.alert.findMany({
      where: {
        ...(orderId === undefined ? {} : { orderId }),
        ...(onlyOpen ? { acknowledgedAt: null } : {}),
        ...(before === undefined ? {} : { id: { lt: BigInt(before) } }),
      },
      orderBy: { id: "desc" },
      take: limit,
    });
    const orders = await prisma.order.findMany({
      where: { id: { in: [...new Set(alerts.flatMap((alert) => alert.orderId ?? []))] } },
      select: { id: true, outTradeNo: true },
    });
    const numbers = new Map(orders.map(({ id, outTradeNo }) => [id, outTradeNo]));
    return alerts.map((alert) => ({
      id: String(alert.id),
      kind: alert.kind as ListedAlert["kind"],
      orderId: alert.orderId,
      outTradeNo: alert.orderId === null ? null : (numbers.get(alert.orderId) ?? null),
      detail: alert.detail as ListedAlert["detail"],
      createdAt: alert.createdAt,
      acknowledgedAt: alert.acknowledgedAt,
    }));
  });
}

/** One alert per cause, however often it is raised. */
export async function raiseAlert(on: Queryable, alert: AlertDraft): Promise<void> {
  const { kind, cause, orderId, detail, at } = alert;
  // Stays SQL: hot path. Payments raise it on their own connection.
  await on.query(
    `insert into alerts (kind, cause, order_id, detail, created_at) values ($1, $2, $3, $4, $5)
     on conflict (cause) do nothing`,
    [kind, cause, orderId, JSON.stringify(detail), at],
  );
}

/** What closes itself once its cause is over: by hand it would only be hidden while it lasts. */
const SELF_CLOSING = [
  ...([
    "bill_differences",
    "bill_missing",
    "no_payments",
    "silent_notices",
    "silent_pages",
    "failing_openings",
    "falling_success",
    "unreachable_pages",
    "channel_failing",
    "channel_disabled",
    "printer_failing",
    "webhook_paused",
  ] as const),
  ...([
    "health_worker",
    "health_sweeps",
    "health_webhooks",
    "health_backups",
    "health_ledger",
    "health_disk",
    "health_credentials",
  ] as const),
] as const satisfies readonly AlertDraft["kind"][];

export const closesItself = ({ kind }: Pick<ListedAlert, "kind">): boolean => SELF_CLOSING.some((one) => one === kind);

/** @returns false when it is no open alert, or one that closes itself */
export async function acknowledgeAlert(pool: pg.Pool, id: string, now: Date): Promise<boolean> {
  const open = { id: BigInt(id), acknowledgedAt: null, kind: { notIn: [...SELF_CLOSING] } };
  const { count } = await viaPrisma(pool, (prisma) =>
    prisma.alert.updateMany({ where: open, data: { acknowledgedAt: now } }),
  );
  return count === 1;
}

/** Takes an acknowledgement back. @returns false when there is none */
export async function reopenAlert(pool: pg.Pool, id: string): Promise<boolean> {
  const closed = { id: BigInt(id), acknowledgedAt: { not: null }, kind: { notIn: [...SELF_CLOSING] } };
  const { count } = await viaPrisma(pool, (prisma) =>
    prisma.alert.updateMany({ where: closed, data: { acknowledgedAt: null } }),
  );
  return count === 1;
}
