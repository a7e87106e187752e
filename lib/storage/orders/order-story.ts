import type pg from "pg";
import type { Attempt, Refund } from "#lib/payment/index.ts";
import { type ListedAlert, listAlerts } from "../operations/alerts.ts";
import { type ListedAudit, listAudit } from "../operations/audit-log.ts";
import { viaPrisma } from "../transaction.ts";

/** What happened around an order, for people: everything that is not in the order itself. */
export interface OrderStory {
  readonly attempts: readonly AttemptFacts[];
  readonly notices: readonly {
    readonly kind: "payment" | "refund" | "other";
    readonly number: string;
    readonly at: Date;
  }[];
  readonly refunds: readonly RefundFacts[];
  readonly webhooks: readonly WebhookFacts[];
  readonly alerts: readonly ListedAlert[];
  readonly audit: readonly ListedAudit[];
}

export interface AttemptFacts
  extends Pick<Attempt, "number" | "channel" | "status" | "verdict" | "transactionId" | "createdAt" | "paidAt"> {
  readonly amountPaid: number;
  readonly endedAt: Date | null;
  readonly failure: string | null;
}

export interface RefundFacts
  extends Pick<Refund, "id" | "number" | "status" | "origin" | "reason" | "failure" | "failureDetail" | "createdAt"> {
  readonly amount: number;
  readonly payerAmount: number | null;
  readonly settledAmount: number | null;
  readonly sendAt: Date;
  readonly acceptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly closedAt: Date | null;
}

export interface WebhookFacts {
  readonly type: string;
  readonly createdAt: Date;
  readonly url: string;
  readonly status: "pending" | "delivered" | "given_up";
  readonly tries: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly endedAt: Date | null;
}

const EVENTS_MAX = 200;

// SQL: joined by a number inside the notice's jsonb, of which there is an index.
const NOTICES = `
  select n.kind, a.number, n.received_at as at
    from payment_attempts a
    join notify_receipts n on coalesce(n.content -> 'trade' ->> 'number', n.content ->> 'tradeNumber') = a.number
   where a.order_id = $1 order by n.received_at limit $2`;

export async function readOrderStory(pool: pg.Pool, orderId: string): Promise<OrderStory> {
  const [attempts, notices, refunds, webhooks, alerts] = await Promise.all([
    readAttemptFacts(pool, orderId),
    pool.query<OrderStory["notices"][number]>(NOTICES, [orderId, EVENTS_MAX]),
    readRefundFacts(pool, orderId),
    readWebhookFacts(pool, orderId),
    listAlerts(pool, { orderId, limit: EVENTS_MAX }),
  ]);
  const subjects = [orderId, ...refunds.map(({ id }) => id)];
  const audit = await listAudit(pool, { subjects, limit: EVENTS_MAX });
  return { attempts, notices: notices.rows, refunds, webhooks, alerts, audit };
}

const readAttemptFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.paymentAttempt.findMany({
      where: { orderId },
      select: {
        number: true,
        channel: true,
        status: true,
        verdict: true,
        transactionId: true,
        amountPaid: true,
        failure: true,
        createdAt: true,
        paidAt: true,
        endedAt: true,
      },
      orderBy: { sequence: "asc" },
      take: EVENTS_MAX,
    });
    return rows as AttemptFacts[];
  });

const readRefundFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.refund.findMany({
      where: { orderId },
      select: {
        id: true,
        number: true,
        status: true,
        origin: true,
        amount: true,
        payerAmount: true,
        settledAmount: true,
        reason: true,
        failure: true,
        failureDetail: true,
        createdAt: true,
        sendAt: true,
        acceptedAt: true,
        succeededAt: true,
        closedAt: true,
      },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: EVENTS_MAX,
    });
    return rows as RefundFacts[];
  });

const readWebhookFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.webhookDelivery.findMany({
      where: { event: { orderId } },
      select: {
        status: true,
        tries: true,
        lastStatus: true,
        lastError: true,
        endedAt: true,
        event: { select: { type: true, createdAt: true } },
        endpoint: { select: { url: true } },
      },
      orderBy: { event: { createdAt: "asc" } },
      take: EVENTS_MAX,
    });
    return rows.map(
      ({ event, endpoint, status, ...row }): WebhookFacts => ({
        ...event,
        ...endpoint,
        ...row,
        status: status as WebhookFacts["status"],
      }),
    );
  });

// SQL: asked every few seconds by each open page of the dashboard, and so one cheap statement.

/** A word that changes whenever one of the newest orders does; cheap enough to be asked every few seconds. */
export async function readOrdersPulse(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ pulse: string }>(
    `select concat_ws('-', sum(version), max(id), (select max(id) from alerts)) as pulse
       from (select version, id from orders order by created_at desc, id desc limit 200) newest`,
  );
  return rows[0]?.pulse ?? "";
}

/** The same for one order: refunds and notices change its version, webhooks do not. */
export async function readOrderPulse(pool: pg.Pool, orderId: string): Promise<string> {
  const { rows } = await pool.query<{ pulse: string }>(
    `select concat_ws('-', (select version from orders where id = $1),
       (select max(id) from alerts where order_id = $1), (select max(id) from audit_log where subject = $1),
       (select concat_ws('.', count(*), sum(d.tries), max(d.ended_at))
          from webhook_events e join webhook_deliveries d on d.event_id = e.id where e.order_id = $1)) as pulse`,
    [orderId],
  );
  return rows[0]?.pulse ?? "";
}
