import type pg from "pg";
import type { PastOrder, PastOrdersWish } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

// SQL: one statement over several tables. The newest paid orders, by the index on status and time.
const PAST = statement("past_orders")`
  select o.id, o.created_at as at, a.channel, o.shopper_id as "shopperId",
         case when o.shopper_id is not null
              then not exists (select from orders e
                                where e.shopper_id = o.shopper_id and e.status = 'paid' and e.paid_at < o.created_at)
         end as "isNewCustomer",
         coalesce(o.scene, '') = 'donation' as donation, o.scene,
         (select json_agg(json_build_object('name', i.name, 'sku', i.sku, 'category', i.category,
                                            'unitFen', i.unit_amount, 'quantity', i.quantity) order by i.position)
            from order_items i where i.order_id = o.id) as items
    from orders o left join payment_attempts a on a.order_id = o.id and a.verdict = 'settles'
   where o.status = 'paid' and o.created_at >= $1
   order by o.created_at desc, o.id desc limit $2`;

/** Newest first. */
export async function pastOrders(pool: pg.Pool, { from, limit }: PastOrdersWish): Promise<PastOrder[]> {
  const { rows } = await run<PastOrder>(pool, PAST, [from, limit]);
  return rows;
}
