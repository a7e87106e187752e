import type { RunningProduct } from "./product.ts";
import type { Made } from "./shop.ts";

/** What the product has written down about one order. */
export interface Rows {
  readonly status: string;
  readonly version: number;
  readonly attempts: readonly { number: string; status: string; verdict: string | null }[];
  readonly receipts: number;
  readonly payments: number;
}

export async function rowsOf(product: RunningProduct, { id }: Made): Promise<Rows> {
  const [rows] = await product.query<{ [name in keyof Rows]: Rows[name] }>(
    `select o.status, o.version,
            coalesce((select jsonb_agg(jsonb_build_object('number', number, 'status', status, 'verdict', verdict) order by sequence)
                        from payment_attempts where order_id = o.id), '[]') as attempts,
            (select count(*)::int from notify_receipts r
              where r.content #>> '{trade,number}' in (select number from payment_attempts where order_id = o.id)) as receipts,
            (select count(*)::int from journal_entries where order_id = o.id) as payments
       from orders o where o.id = $1`,
    [id],
  );
  if (rows === undefined) throw new Error(`there is no order ${id}`);
  return rows;
}

/** The sweep's own waits pass. */
export const makeDue = (product: RunningProduct, { id }: Made) =>
  product.query("update payment_attempts set check_at = now() where order_id = $1 and check_at > now()", [id]);

/** Paid by its first attempt, once. */
export const paidOnce = ({ outTradeNo }: Made) => ({
  status: "paid",
  attempts: [{ number: outTradeNo, status: "succeeded", verdict: "settles" }],
  payments: 1,
});
