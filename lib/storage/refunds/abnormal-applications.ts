import type pg from "pg";
import type { AbnormalApplication } from "#lib/payment/index.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// What was asked of WeChat about abnormal refunds.

// SQL: inside the transactions that lock the order.
const LATEST = statement("latest_abnormal_application")`
  select refund_id as "refundId", way, bank, card_end as "cardEnd", asked_by as "askedBy", asked_at as "askedAt", status,
         accepted_at as "acceptedAt", ended_at as "endedAt", failure, failure_detail as "failureDetail"
    from abnormal_refund_applications where refund_id = $1 order by id desc limit 1`;
const INSERT = statement("insert_abnormal_application")`
  insert into abnormal_refund_applications (refund_id, way, bank, card_end, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6)`;
const CHANGE = statement("change_abnormal_application")`
  update abnormal_refund_applications set status = $2, accepted_at = $3, ended_at = $4, failure = $5, failure_detail = $6
   where refund_id = $1 and status in ('sent', 'accepted')`;

export const applicationTx = (client: pg.PoolClient) => ({
  async latestApplication(refundId: string): Promise<AbnormalApplication | null> {
    return (await run<AbnormalApplication & pg.QueryResultRow>(client, LATEST, [refundId])).rows[0] ?? null;
  },
  async insertApplication(made: AbnormalApplication): Promise<void> {
    await run(client, INSERT, [made.refundId, made.way, made.bank, made.cardEnd, made.askedBy, made.askedAt]);
  },
  async changeApplication(after: AbnormalApplication): Promise<void> {
    const { refundId, status, acceptedAt, endedAt, failure, failureDetail } = after;
    await run(client, CHANGE, [refundId, status, acceptedAt, endedAt, failure, failureDetail?.slice(0, 500) ?? null]);
  },
});

/** Those of one order, oldest first. */
export const listApplications = (pool: pg.Pool, orderId: string): Promise<AbnormalApplication[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.abnormalRefundApplication.findMany({
      where: { refund: { orderId } },
      omit: { id: true },
      orderBy: { id: "asc" },
    });
    return rows as AbnormalApplication[];
  });
