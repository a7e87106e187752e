import type pg from "pg";
import type { Refund } from "#lib/payment/index.ts";

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
export async function listRefunds(pool: pg.Pool, { status, after, limit }: RefundFilter): Promise<ListedRefund[]> {
  const statuses = status === undefined ? null : status === "pending" ? ["requested", "processing"] : [status];
  const { rows } = await pool.query<ListedRefund>(
    `select r.id, r.order_id as "orderId", o.out_trade_no as "outTradeNo", r.number, r.status, r.amount, r.reason, r.failure,
            r.created_at as "createdAt", r.succeeded_at as "succeededAt"
       from refunds r join orders o on o.id = r.order_id
      where ($1::text[] is null or r.status = any($1))
        and ($2::text is null or (r.created_at, r.id) < (select c.created_at, c.id from refunds c where c.id = $2))
      order by r.created_at desc, r.id desc limit $3`,
    [statuses, after ?? null, limit],
  );
  return rows;
}
