import type pg from "pg";
import { EXPORT_ROWS_MAX } from "#lib/base/export-limits.ts";
import { REFUNDS_SUMMED_MAX } from "#lib/base/limits.ts";
import type { Refund } from "#lib/payment/index.ts";
import { run } from "../transaction.ts";
import { foundRefunds, type RefundFilter, type RefundNarrowing } from "./find-refunds.ts";

export interface ListedRefund
  extends Pick<Refund, "id" | "orderId" | "number" | "status" | "reason" | "failure" | "createdAt"> {
  readonly outTradeNo: string;
  readonly wechatRefundId: string | null;
  readonly amount: number;
  readonly succeededAt: Date | null;
}

// SQL: one statement over several tables; the page is cut before they are joined. The texts vary with the filter, so they are
// not prepared.

/** Newest first. */
export async function listRefunds(pool: pg.Pool, filter: RefundFilter): Promise<ListedRefund[]> {
  const { from, values } = foundRefunds(filter);
  const text = `
    select r.id, r.order_id as "orderId", r.number, r.wechat_refund_id as "wechatRefundId", r.status, r.amount, r.reason, r.failure,
           r.created_at as "createdAt", r.succeeded_at as "succeededAt", o.out_trade_no as "outTradeNo"
      from ${from} r join orders o on o.id = r.order_id
     order by r.created_at desc, r.id desc`;
  return (await run<ListedRefund>(pool, { name: "", text }, values)).rows;
}

/** What refunds of a list come to. */
export interface RefundSums {
  readonly refunds: number;
  readonly amount: number;
}

/** Of every refund of the list, however long that takes. */
export const sumRefunds = (pool: pg.Pool, filter: RefundNarrowing): Promise<RefundSums> =>
  sumNewest(pool, filter, EXPORT_ROWS_MAX + 1);

/** Of the list that a page shows: what was typed may be in every refund, so of a search the newest count. */
export async function sumRefundList(
  pool: pg.Pool,
  filter: RefundNarrowing,
  refundsMax = REFUNDS_SUMMED_MAX,
): Promise<RefundSums & { readonly hasMore: boolean }> {
  if (filter.text === undefined) return { ...(await sumRefunds(pool, filter)), hasMore: false };
  const sums = await sumNewest(pool, filter, refundsMax);
  return { ...sums, hasMore: sums.refunds >= refundsMax };
}

async function sumNewest(pool: pg.Pool, filter: RefundNarrowing, refundsMax: number): Promise<RefundSums> {
  const { from, values } = foundRefunds({ ...filter, limit: refundsMax });
  const text = `select count(*)::int as refunds, coalesce(sum(r.amount), 0)::float8 as amount from ${from} r`;
  const { rows } = await run<RefundSums>(pool, { name: "", text }, values);
  const [sums] = rows;
  if (sums === undefined) throw new Error("a sum without grouping has one row");
  return sums;
}
