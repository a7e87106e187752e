import type pg from "pg";
import { SENSITIVE_SCENES } from "#lib/intelligence/index.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction } from "../transaction.ts";

// What is known of one shopper under one name: the pseudonym they agreed to, or the shop's own id of them.

export interface ShopperExport {
  readonly shopperId: string;
  readonly orders: readonly Record<string, unknown>[];
  readonly events: readonly Record<string, unknown>[];
  readonly promotions: readonly Record<string, unknown>[];
  readonly decisions: readonly Record<string, unknown>[];
}

const OF = `(select order_id from order_shoppers where shopper_id = $1
             union select id from orders where shopper_id = $1
             union select order_id from learner_decisions where shopper_id = $1)`;

const EXPORT = {
  orders: `select o.id, o.out_trade_no as "outTradeNo", o.status, o.amount_total as "amountTotal",
                  o.amount_discount as "amountDiscount", o.amount_due as "amountDue", o.description, o.scene, o.metadata,
                  o.created_at as "createdAt", o.paid_at as "paidAt", s.linked_at as "linkedAt",
                  (select jsonb_agg(jsonb_build_object('name', i.name, 'quantity', i.quantity, 'unitAmount', i.unit_amount)
                          order by i.position) from order_items i where i.order_id = o.id) as items
             from orders o left join order_shoppers s on s.order_id = o.id and s.shopper_id = $1
            where o.id in ${OF} order by o.created_at, o.id`,
  events: `select e.order_id as "orderId", e.type, e.at, e.env, e.form, e.os, e.channel, e.scene, e.props
             from behaviour_events e where e.order_id in (select order_id from order_shoppers where shopper_id = $1)
            order by e.at, e.id`,
  promotions: `select order_id as "orderId", promotion_id as "promotionId", amount, state, created_at as "createdAt"
                 from promotion_uses where shopper_id = $1 order by created_at, order_id, promotion_id`,
  decisions: `select order_id as "orderId", arm, propensity, context, sentence, created_at as "createdAt"
                from learner_decisions where shopper_id = $1 order by created_at, order_id`,
} as const;

/** Everything of this shopper; null when the name is unknown. */
export async function exportShopper(pool: pg.Pool, shopperId: string): Promise<ShopperExport | null> {
  const rows = async (sql: string) => (await pool.query<Record<string, unknown>>(sql, [shopperId])).rows;
  const [orders, events, promotions, decisions] = await Promise.all([
    ...[rows(EXPORT.orders), rows(EXPORT.events), rows(EXPORT.promotions), rows(EXPORT.decisions)],
  ]);
  const found = { shopperId, orders: orders ?? [], events: events ?? [], promotions: promotions ?? [] };
  const all = { ...found, decisions: decisions ?? [] };
  return [all.orders, all.promotions, all.decisions].every(({ length }) => length === 0) ? null : all;
}

const ADD_JOB = "graphile_worker.add_job('erase-shopper', $1::json, job_key := 'erase-shopper:' || $2)";

/** Has the worker erase this shopper soon; asked again before that, it is still one job. */
export async function requestErasure(pool: pg.Pool, request: Erasure): Promise<void> {
  await pool.query(`select ${ADD_JOB}`, [JSON.stringify(request), request.shopperId]);
}

/** The same where anything is known of them: of a name that nobody has used there is nothing to erase, nor to write down. */
export async function requestErasureOfKnown(pool: pg.Pool, request: Erasure): Promise<void> {
  await pool.query(
    `select ${ADD_JOB}
      where exists (select from order_shoppers where shopper_id = $2) or exists (select from orders where shopper_id = $2)
         or exists (select from promotion_shopper_uses where shopper_id = $2)
         or exists (select from learner_decisions where shopper_id = $2)`,
    [JSON.stringify(request), request.shopperId],
  );
}

export interface Erasure {
  readonly shopperId: string;
  /** Who asked for it. */
  readonly actor: string;
}

export interface Erased {
  readonly orders: number;
  readonly promotions: number;
  readonly decisions: number;
}

/**
 * Takes the shopper out of every table. What the books need (orders, payments, what was given off) stays without a name, and
 * so do the events of those orders' pages, which never had one and go with their time. The audit log keeps a fingerprint, by which the same name could be shown to be erased.
 * May be repeated.
 */
export async function eraseShopper(
  pool: pg.Pool,
  { shopperId, actor, fingerprint, at }: Erasure & { readonly fingerprint: string; readonly at: Date },
): Promise<Erased> {
  return inTransaction(pool, async (client) => {
    const count = async (sql: string) => (await client.query(sql, [shopperId])).rowCount ?? 0;
    const erased = {
      orders:
        (await count("delete from order_shoppers where shopper_id = $1")) +
        (await count("update orders set shopper_id = null where shopper_id = $1")),
      promotions: await count("update promotion_uses set shopper_id = null where shopper_id = $1"),
      decisions: await count("update learner_decisions set shopper_id = null where shopper_id = $1"),
    };
    await count("delete from promotion_shopper_uses where shopper_id = $1");
    await recordAudit(client, {
      actor,
      action: "shopper.erase",
      subject: `shopper:${fingerprint}`,
      detail: erased,
      at,
    });
    return erased;
  });
}

export interface LastItem {
  readonly name: string;
  readonly sku: string | null;
  readonly category: string | null;
  readonly quantity: number;
  /** Fen. */
  readonly unitAmount: number;
}

export interface LastPurchase {
  readonly orderId: string;
  readonly paidAt: Date;
  readonly items: readonly LastItem[];
}

const LAST_ITEMS_MAX = 5;

/**
 * What this shopper bought the last time, for "再来一份": only of who agreed to be remembered, never healthcare, education or
 * donations, nothing given back. Null when there is nothing to tell.
 */
export async function lastItemsOf(pool: pg.Pool, shopperId: string): Promise<LastPurchase | null> {
  const { rows } = await pool.query<LastPurchase>(
    `select o.id as "orderId", o.paid_at as "paidAt",
            (select jsonb_agg(jsonb_build_object('name', i.name, 'sku', i.sku, 'category', i.category,
                              'quantity', i.quantity, 'unitAmount', i.unit_amount) order by i.position)
               from order_items i where i.order_id = o.id and i.position < $3) as items
       from order_shoppers s join orders o on o.id = s.order_id
       join payment_attempts a on a.order_id = o.id and a.verdict = 'settles' and a.refunded + a.refund_held = 0
      where s.shopper_id = $1 and o.status = 'paid' and o.scene is not null and not (o.scene = any($2::text[]))
      order by o.paid_at desc, o.id desc limit 1`,
    [shopperId, [...SENSITIVE_SCENES], LAST_ITEMS_MAX],
  );
  return rows[0] ?? null;
}
