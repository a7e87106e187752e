import type pg from "pg";
import type { CreateResult, KeptAnswer, NewOrder, Once } from "#lib/payment/index.ts";
import { brokenUnique } from "./errors.ts";
import { replay } from "./kept-answers.ts";
import { run, type Statement } from "./transaction.ts";

// Order, items and the kept answer in one statement: one round trip, one commit, all or nothing. Without a key the first
// part inserts nothing and the rest goes ahead; with one that is taken, nothing is inserted at all.
const CREATE: Statement = {
  name: "create_order",
  text: `
    with kept as (
      insert into idempotency (api_key_id, key, digest, status, body, created_at)
      select $1, $2, $3, $4, $5, $15 where $1::text is not null
      on conflict do nothing
      returning 1
    ), made as (
      insert into orders (id, out_trade_no, amount_total, amount_discount, amount_due, description, metadata, discounts, scene,
                          created_at, expires_at, check_at, return_url, shopper_id)
      select $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18
       where $1::text is null or exists (select from kept)
      returning id
    ), lines as (
      insert into order_items (id, order_id, position, name, sku, category, unit_amount, quantity, discount)
      select i.id, made.id, i.ordinality - 1, i.name, i.sku, i.category, i.unit_amount, i.quantity, i.discount
        from made, unnest($19::text[], $20::text[], $21::text[], $22::text[], $23::int[], $24::int[], $25::int[])
             with ordinality as i (id, name, sku, category, unit_amount, quantity, discount, ordinality)
    )
    select count(*)::int as made from made`,
};

export async function createOrder(
  pool: pg.Pool,
  { order, items }: NewOrder,
  once: (Once & { answer: KeptAnswer }) | null,
): Promise<CreateResult> {
  const values = [
    ...(once === null
      ? [null, null, null, null, null]
      : [once.apiKeyId, once.key, once.digest, once.answer.status, once.answer.body]),
    order.id,
    order.outTradeNo,
    order.totalFen,
    order.discountFen,
    order.dueFen,
    order.description,
    JSON.stringify(order.metadata),
    JSON.stringify(order.discounts),
    order.scene,
    order.createdAt,
    order.expiresAt,
    order.returnUrl,
    order.shopperId,
    items.map((item) => item.id),
    items.map((item) => item.name),
    items.map((item) => item.sku),
    items.map((item) => item.category),
    items.map((item) => item.unitFen),
    items.map((item) => item.quantity),
    items.map((item) => item.discountFen),
  ];
  try {
    const result = await run<{ made: number }>(pool, CREATE, values);
    return result.rows[0]?.made === 1 || once === null ? { kind: "created" } : await replay(pool, once);
  } catch (cause) {
    if (brokenUnique(cause) === "orders_out_trade_no_key") return { kind: "number_taken" };
    throw cause;
  }
}
