import type pg from "pg";
import type { Refund } from "#lib/payment/index.ts";
import { run } from "../transaction.ts";
import { foundRefunds, type RefundNarrowing } from "./find-refunds.ts";

/** A refund as a line of a file. Amounts in fen. */
export interface ExportedRefund
  extends Pick<Refund, "id" | "number" | "status" | "reason" | "failure" | "origin" | "createdAt"> {
  readonly outTradeNo: string;
  readonly description: string;
  readonly amount: number;
  readonly wechatRefundId: string | null;
  readonly transactionId: string | null;
  readonly channel: string;
  readonly succeededAt: Date | null;
  readonly store: string | null;
}

/** The refunds of a list, the newest first, page by page; see `exportOrders`. */
export async function* exportRefunds(
  pool: pg.Pool,
  filter: RefundNarrowing,
  pageRows: number,
): AsyncGenerator<readonly ExportedRefund[]> {
  for (let after: string | undefined; ; ) {
    const { from, values } = foundRefunds({ ...filter, ...(after === undefined ? {} : { after }), limit: pageRows });
    const { rows } = await run<ExportedRefund>(pool, { name: "", text: pageText(from) }, values);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.id;
  }
}

// SQL: one statement over several tables; the page is cut before they are joined.
const pageText = (from: string): string => `
  select r.id, r.number, r.status, r.reason, r.failure, r.origin, r.created_at as "createdAt",
         r.succeeded_at as "succeededAt", r.amount, r.wechat_refund_id as "wechatRefundId",
         a.transaction_id as "transactionId", a.channel, o.out_trade_no as "outTradeNo", o.description, s.name as store
    from ${from} r
    join orders o on o.id = r.order_id
    join payment_attempts a on a.id = r.attempt_id
    left join stores s on s.id = o.store_id
   order by r.created_at desc, r.id desc`;
