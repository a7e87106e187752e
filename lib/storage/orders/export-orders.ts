import type pg from "pg";
import type { OrderFilter } from "#lib/payment/index.ts";
import { run } from "../transaction.ts";
import { foundOrders } from "./find-orders.ts";

/** An order as a line of a file. Amounts in fen. */
export interface ExportedOrder {
  readonly id: string;
  readonly outTradeNo: string;
  readonly createdAt: Date;
  readonly paidAt: Date | null;
  readonly status: "pending" | "paid" | "closed";
  readonly total: number;
  readonly discount: number;
  readonly due: number;
  /** Of the payment that settles it; null without one. */
  readonly paid: number | null;
  readonly refunded: number;
  readonly channel: string | null;
  readonly transactionId: string | null;
  readonly scene: string | null;
  readonly store: string | null;
  readonly till: string | null;
  readonly cashier: string | null;
  readonly code: string | null;
  /** Those its discounts were had with. */
  readonly promotionCodes: string | null;
  readonly description: string;
  /** `拿铁 ×2; 可颂 ×1` */
  readonly items: string | null;
}

/**
 * The orders of a list, the newest first, page by page. Each page is a statement of its own, so that a reader who is slow or goes
 * away holds neither a connection nor a snapshot. Set `createdTo` to the present: orders made meanwhile then stay out.
 */
export async function* exportOrders(
  pool: pg.Pool,
  filter: Omit<OrderFilter, "limit" | "after">,
  pageRows: number,
): AsyncGenerator<readonly ExportedOrder[]> {
  for (let after: string | undefined; ; ) {
    const { from, values } = await foundOrders(pool, { ...filter, after, limit: pageRows });
    const { rows } = await run<ExportedOrder>(pool, { name: "", text: pageText(from) }, values);
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.id;
  }
}

// SQL: one statement over several tables; the page is cut before they are joined.
const pageText = (found: string): string => `
  select o.id, o.out_trade_no as "outTradeNo", o.created_at as "createdAt", o.paid_at as "paidAt", o.status,
         o.amount_total as total, o.amount_discount as discount, o.amount_due as due, a.amount_paid as paid,
         coalesce(a.refunded, 0) as refunded, a.channel, a.transaction_id as "transactionId", o.scene, s.name as store,
         t.name as till, c.name as cashier, k.label as code,
         (select string_agg(d ->> 'code', ', ') from jsonb_array_elements(o.discounts) d) as "promotionCodes", o.description,
         (select string_agg(i.name || ' ×' || i.quantity, '; ' order by i.position)
            from order_items i where i.order_id = o.id) as items
    from ${found} f
    join orders o on o.id = f.id
    left join payment_attempts a on a.order_id = o.id and a.verdict = 'settles'
    left join stores s on s.id = o.store_id
    left join tills t on t.id = o.till_id
    left join cashiers c on c.id = o.cashier_id
    left join collection_orders co on co.order_id = o.id
    left join collection_codes k on k.id = co.code_id
   order by o.created_at desc, o.id desc`;
