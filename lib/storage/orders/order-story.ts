import type pg from "pg";
import type { Attempt, Refund } from "#lib/payment/index.ts";
import { type ListedAlert, listAlerts } from "../operations/alerts.ts";
import { type ListedAudit, listAudit } from "../operations/audit-log.ts";

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

const ATTEMPTS = `
  select number, channel, status, verdict, transaction_id as "transactionId", amount_paid as "amountPaid", failure,
         created_at as "createdAt", paid_at as "paidAt", ended_at as "endedAt"
    from payment_attempts where order_id = $1 order by sequence limit $2`;
const NOTICES = `
  select n.kind, a.number, n.received_at as at
    from payment_attempts a
    join notify_receipts n on coalesce(n.content -> 'trade' ->> 'number', n.content ->> 'tradeNumber') = a.number
   where a.order_id = $1 order by n.received_at limit $2`;
const REFUNDS = `
  select id, number, status, origin, amount, payer_amount as "payerAmount", settled_amount as "settledAmount", reason, failure, failure_detail as "failureDetail", created_at as "createdAt",
         send_at as "sendAt", accepted_at as "acceptedAt", succeeded_at as "succeededAt", closed_at as "closedAt"
    from refunds where order_id = $1 order by created_at, id limit $2`;
const WEBHOOKS = `
  select e.type, e.created_at as "createdAt", w.url, d.status, d.tries, d.last_status as "lastStatus",
         d.last_error as "lastError", d.ended_at as "endedAt"
    from webhook_events e
    join webhook_deliveries d on d.event_id = e.id
    join webhook_endpoints w on w.id = d.endpoint_id
   where e.order_id = $1 order by e.created_at limit $2`;

export async function readOrderStory(pool: pg.Pool, orderId: string): Promise<OrderStory> {
  const rows = async <Row extends pg.QueryResultRow>(sql: string) =>
    (await pool.query<Row>(sql, [orderId, EVENTS_MAX])).rows;
  const [attempts, notices, refunds, webhooks, alerts] = await Promise.all([
    rows<AttemptFacts>(ATTEMPTS),
    rows<OrderStory["notices"][number]>(NOTICES),
    rows<RefundFacts>(REFUNDS),
    rows<WebhookFacts>(WEBHOOKS),
    listAlerts(pool, { orderId, limit: EVENTS_MAX }),
  ]);
  const subjects = [orderId, ...refunds.map(({ id }) => id)];
  return {
    attempts,
    notices,
    refunds,
    webhooks,
    alerts,
    audit: await listAudit(pool, { subjects, limit: EVENTS_MAX }),
  };
}

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
