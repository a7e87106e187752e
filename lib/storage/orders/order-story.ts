import type pg from "pg";
import type { AbnormalApplication, Attempt, Refund, RefundApproval } from "#lib/payment/index.ts";
import type { WebhookTry } from "../../../prisma/generated/client.ts";
import { type KnownReceiptMail, listReceiptMails } from "../notifications/receipt-mails.ts";
import { type ListedAlert, listAlerts } from "../operations/alerts.ts";
import { type ListedAudit, listAudit } from "../operations/audit-log.ts";
import { type ListedMessage, listGatewayMessages } from "../operations/gateway-messages.ts";
import { listApplications } from "../refunds/abnormal-applications.ts";
import { listApprovals } from "../refunds/refund-approvals.ts";
import { viaPrisma } from "../transaction.ts";
import { type OrderDecisions, readOrderDecisions } from "./order-decisions.ts";

/** What happened around an order, for people: everything that is not in the order itself. */
export interface OrderStory {
  readonly attempts: readonly AttemptFacts[];
  readonly notices: readonly {
    readonly kind: "payment" | "refund" | "other";
    readonly number: string;
    readonly at: Date;
  }[];
  readonly refunds: readonly RefundFacts[];
  /** Of these, what waits or waited for a second person. */
  readonly approvals: readonly RefundApproval[];
  /** What was asked of WeChat about abnormal ones. */
  readonly applications: readonly AbnormalApplication[];
  readonly webhooks: readonly WebhookFacts[];
  readonly alerts: readonly ListedAlert[];
  readonly audit: readonly ListedAudit[];
  readonly messages: readonly ListedMessage[];
  readonly decisions: OrderDecisions;
  readonly pushes: readonly PushFacts[];
  readonly prints: readonly PrintFacts[];
  /** Receipts that the shopper had sent by e-mail. */
  readonly receiptMails: readonly KnownReceiptMail[];
}

export interface AttemptFacts
  extends Pick<
    Attempt,
    "id" | "protocol" | "number" | "channel" | "status" | "verdict" | "transactionId" | "createdAt" | "paidAt"
  > {
  readonly amountPaid: number;
  readonly endedAt: Date | null;
  readonly failure: string | null;
  /** What its payment is believed by; null: it was not paid. */
  readonly confirmedBy: string | null;
}

export interface RefundFacts
  extends Pick<
    Refund,
    "id" | "attemptId" | "number" | "status" | "origin" | "reason" | "failure" | "failureDetail" | "createdAt"
  > {
  readonly amount: number;
  readonly payerAmount: number | null;
  readonly settledAmount: number | null;
  readonly sendAt: Date;
  readonly acceptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly closedAt: Date | null;
}

export interface WebhookFacts {
  readonly eventId: string;
  readonly endpointId: string;
  readonly isEnded: boolean;
  readonly log: readonly WebhookTryFacts[];
  readonly payload: string;
  readonly nextAt: Date | null;
  readonly type: string;
  readonly createdAt: Date;
  readonly url: string;
  readonly status: "pending" | "delivered" | "given_up";
  readonly tries: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly endedAt: Date | null;
}

type WebhookTryFacts = Pick<WebhookTry, "number" | "startedAt" | "durationMs" | "status" | "answer" | "error">;

/** A message to people on its way to one channel. */
export interface PushFacts {
  readonly notificationId: string;
  readonly channelId: string;
  readonly channel: string;
  readonly kind: string;
  readonly recovered: boolean;
  readonly status: string;
  readonly tries: number;
  readonly lastAnswer: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** A receipt on its way to a printer. */
export interface PrintFacts {
  readonly id: string;
  readonly kind: string;
  readonly printer: string;
  readonly status: string;
  readonly lastAnswer: string | null;
  readonly createdAt: Date;
  readonly createdBy: string | null;
  readonly endedAt: Date | null;
}

const EVENTS_MAX = 200;
const WEBHOOK_TRIES_SHOWN = 30;

// SQL: joined by a number inside the notice's jsonb, of which there is an index.
const NOTICES = `
  select n.kind, a.number, n.received_at as at
    from payment_attempts a
    join notify_receipts n on coalesce(n.content -> 'trade' ->> 'number', n.content ->> 'tradeNumber') = a.number
   where a.order_id = $1 order by n.received_at limit $2`;

export async function readOrderStory(pool: pg.Pool, orderId: string): Promise<OrderStory> {
  const [attempts, notices, refunds, approvals, applications, ...rest] = await Promise.all([
    readAttemptFacts(pool, orderId),
    pool.query<OrderStory["notices"][number]>(NOTICES, [orderId, EVENTS_MAX]),
    readRefundFacts(pool, orderId),
    listApprovals(pool, orderId),
    listApplications(pool, orderId),
    readWebhookFacts(pool, orderId),
    listAlerts(pool, { orderId, limit: EVENTS_MAX }),
    listGatewayMessages(pool, orderId, EVENTS_MAX),
    readOrderDecisions(pool, orderId),
    readPushFacts(pool, orderId),
    readPrintFacts(pool, orderId),
    listReceiptMails(pool, { orderId, limit: EVENTS_MAX }),
  ]);
  const subjects = [orderId, ...refunds.map(({ id }) => id)];
  const audit = await listAudit(pool, { subjects, limit: EVENTS_MAX });
  const [webhooks, alerts, messages, decisions, pushes, prints, receiptMails] = rest;
  const found = { attempts, notices: notices.rows, refunds, approvals, applications, webhooks, alerts, audit };
  return { ...found, messages, decisions, pushes, prints, receiptMails };
}

const readAttemptFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.paymentAttempt.findMany({
      where: { orderId },
      select: {
        id: true,
        protocol: true,
        number: true,
        channel: true,
        status: true,
        verdict: true,
        transactionId: true,
        amountPaid: true,
        confirmedBy: true,
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
        attemptId: true,
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
        eventId: true,
        endpointId: true,
        checkAt: true,
        event: { select: { type: true, createdAt: true, payload: true } },
        endpoint: { select: { url: true, disabledAt: true } },
        log: { orderBy: { number: "asc" }, take: WEBHOOK_TRIES_SHOWN },
      },
      orderBy: { event: { createdAt: "asc" } },
      take: EVENTS_MAX,
    });
    return rows.map(
      ({ event, endpoint, status, checkAt, ...row }): WebhookFacts => ({
        ...event,
        ...row,
        url: endpoint.url,
        isEnded: endpoint.disabledAt !== null,
        nextAt: checkAt,
        status: status as WebhookFacts["status"],
      }),
    );
  });

const readPushFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.notificationDelivery.findMany({
      where: { notification: { orderId } },
      include: { notification: true, channel: { select: { name: true } } },
      orderBy: { notificationId: "asc" },
      take: EVENTS_MAX,
    });
    return rows.map(({ notificationId, channelId, status, tries, lastAnswer, endedAt, notification, channel }) => ({
      ...{ notificationId: String(notificationId), channelId, status, tries, lastAnswer, endedAt },
      channel: channel.name,
      kind: notification.kind,
      recovered: notification.recovered,
      createdAt: notification.createdAt,
    }));
  });

const readPrintFacts = (pool: pg.Pool, orderId: string) =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.printJob.findMany({
      where: { orderId },
      include: { printer: { select: { name: true } } },
      orderBy: { id: "asc" },
      take: EVENTS_MAX,
    });
    return rows.map(({ id, kind, status, lastAnswer, createdAt, createdBy, endedAt, printer }) => ({
      ...{ id: String(id), kind, status, lastAnswer, createdAt, createdBy, endedAt },
      printer: printer.name,
    }));
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

/** The same for one order: refunds and notices change its version, webhooks, messages and prints do not. */
export async function readOrderPulse(pool: pg.Pool, orderId: string): Promise<string> {
  const { rows } = await pool.query<{ pulse: string }>(
    `select concat_ws('-', (select version from orders where id = $1),
       (select max(id) from alerts where order_id = $1), (select max(id) from audit_log where subject = $1),
       (select concat_ws('.', count(*), sum(d.tries), max(d.ended_at))
          from webhook_events e join webhook_deliveries d on d.event_id = e.id where e.order_id = $1),
       (select concat_ws('.', count(*), sum(d.tries), max(d.ended_at))
          from notifications n join notification_deliveries d on d.notification_id = n.id where n.order_id = $1),
       (select concat_ws('.', max(id), max(ended_at)) from print_jobs where order_id = $1),
       (select concat_ws('.', max(id), max(ended_at), sum(tries)) from receipt_mails where order_id = $1),
       (select max(m.id) from payment_attempts a join gateway_messages m on m.number = a.number and m.about = 'trade' where a.order_id = $1),
       (select max(m.id) from refunds r join gateway_messages m on m.number = r.number and m.about = 'refund' where r.order_id = $1)
     ) as pulse`,
    [orderId],
  );
  return rows[0]?.pulse ?? "";
}
