import type pg from "pg";
import { fenFromTyped } from "#lib/base/fen.ts";
import type { Refund } from "#lib/payment/index.ts";
import { run } from "../transaction.ts";
import { REFUND_STATES, type RefundNarrowing, typedStarts } from "./list-refunds.ts";

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
  const statuses = filter.status === undefined ? null : REFUND_STATES[filter.status];
  const narrowing = [statuses, filter.from ?? null, filter.to ?? null, ...typed(filter.text)];
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: ExportedRefund[] } = await run<ExportedRefund>(pool, PAGE, [...narrowing, after, pageRows]);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.id ?? null;
  }
}

/** The meanings of what was typed, as the list has them. */
function typed(text: string | undefined): (string | number | null)[] {
  if (text === undefined) return [null, null, null, null];
  const { start, orderStart } = typedStarts(text);
  return [`${start}%`, `${orderStart}%`, `%${start}%`, fenFromTyped(text)];
}

// SQL: one statement over several tables; the page is cut before they are joined.
const PAGE = {
  name: "",
  text: `
  select r.id, r.number, r.status, r.reason, r.failure, r.origin, r.created_at as "createdAt",
         r.succeeded_at as "succeededAt", r.amount, r.wechat_refund_id as "wechatRefundId",
         a.transaction_id as "transactionId", a.channel, o.out_trade_no as "outTradeNo", o.description, s.name as store
    from (select * from refunds r
           where ($1::text[] is null or r.status = any ($1)) and ($2::timestamptz is null or r.succeeded_at >= $2)
             and ($3::timestamptz is null or r.succeeded_at < $3)
             and ($4::text is null or r.number like $4 or r.wechat_refund_id like $4 or r.reason ilike $6 or r.amount = $7
                  or exists (select from orders o where o.id = r.order_id and o.out_trade_no like $5))
             and ($8::text is null or (r.created_at, r.id) < (select c.created_at, c.id from refunds c where c.id = $8))
           order by r.created_at desc, r.id desc limit $9) r
    join orders o on o.id = r.order_id
    join payment_attempts a on a.id = r.attempt_id
    left join stores s on s.id = o.store_id
   order by r.created_at desc, r.id desc`,
};
