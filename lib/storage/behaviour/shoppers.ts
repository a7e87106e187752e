import type pg from "pg";
import { SENSITIVE_SCENES } from "#lib/intelligence/index.ts";
import type { LearnerDecision } from "#lib/payment/index.ts";
import { HOME_LANGUAGE } from "#lib/texts/language.ts";
import { decisionSentence } from "#lib/texts/learner-decision.ts";
import type { PrismaClient } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

// What is known of one shopper under one name: the pseudonym they agreed to, or the shop's own id of them.

export interface ShopperExport {
  readonly shopperId: string;
  readonly orders: readonly Record<string, unknown>[];
  readonly events: readonly Record<string, unknown>[];
  readonly promotions: readonly Record<string, unknown>[];
  readonly decisions: readonly Record<string, unknown>[];
}

/** Everything of this shopper; null when the name is unknown. */
export const exportShopper = (pool: pg.Pool, shopperId: string): Promise<ShopperExport | null> =>
  viaPrisma(pool, async (prisma) => {
    const [linked, promotions, decided] = await Promise.all([
      prisma.orderShopper.findMany({ where: { shopperId }, select: { orderId: true } }),
      prisma.promotionUse.findMany({
        where: { shopperId },
        select: { orderId: true, promotionId: true, amount: true, state: true, createdAt: true },
        orderBy: [{ createdAt: "asc" }, { orderId: "asc" }, { promotionId: "asc" }],
      }),
      prisma.learnerDecision.findMany({
        where: { shopperId },
        select: {
          orderId: true,
          arm: true,
          arms: true,
          propensity: true,
          context: true,
          sentence: true,
          createdAt: true,
        },
        orderBy: [{ createdAt: "asc" }, { orderId: "asc" }],
      }),
    ]);
    const agreed = linked.map(({ orderId }) => orderId);
    const ids = [...new Set([...agreed, ...decided.map(({ orderId }) => orderId)])];
    const [orders, events] = await Promise.all([
      readOrdersOf(prisma, shopperId, ids),
      prisma.behaviourEvent.findMany({
        where: { orderId: { in: agreed } },
        select: {
          orderId: true,
          type: true,
          at: true,
          env: true,
          form: true,
          os: true,
          channel: true,
          scene: true,
          props: true,
        },
        orderBy: [{ at: "asc" }, { id: "asc" }],
      }),
    ]);
    const isKnown = orders.length > 0 || promotions.length > 0 || decided.length > 0;
    return isKnown ? { shopperId, orders, events, promotions, decisions: decided.map(decisionView) } : null;
  });

/** Why, in words; what the offers it was chosen among would have cost is the shop's own. */
const decisionView = ({
  arms,
  ...decision
}: {
  arms: unknown;
  arm: string;
  propensity: number;
  sentence: string | null;
}) => ({
  ...decision,
  sentence: decisionSentence({ ...decision, arms: arms as LearnerDecision["arms"] }, HOME_LANGUAGE),
});

/** The orders that the shop made under this name, and those of these ids. */
async function readOrdersOf(prisma: PrismaClient, shopperId: string, ids: readonly string[]) {
  const rows = await prisma.order.findMany({
    where: { OR: [{ shopperId }, { id: { in: [...ids] } }] },
    select: {
      id: true,
      outTradeNo: true,
      status: true,
      amountTotal: true,
      amountDiscount: true,
      amountDue: true,
      description: true,
      scene: true,
      metadata: true,
      createdAt: true,
      paidAt: true,
      shopperLink: { select: { shopperId: true, linkedAt: true } },
      items: { select: { name: true, quantity: true, unitAmount: true }, orderBy: { position: "asc" } },
    },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map(({ shopperLink, items, ...order }) => ({
    ...order,
    // Another shopper's link is not this one's to read.
    linkedAt: shopperLink?.shopperId === shopperId ? shopperLink.linkedAt : null,
    items,
  }));
}

// SQL: the queue of jobs is not ours; it is spoken to by its function.
const ADD_JOB = "graphile_worker.add_job('erase-shopper', $1::json, job_key := 'erase-shopper:' || $2)";

/** Has the worker erase this shopper soon; asked again before that, it is still one job. */
export async function requestErasure(pool: pg.Pool, request: Erasure): Promise<void> {
  await pool.query(`select ${ADD_JOB}`, [JSON.stringify(request), request.shopperId]);
}

/** The same where anything is known of them: for an unused name there is nothing to erase or to record. */
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
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const [where, data] = [{ shopperId }, { shopperId: null }];
    const linked = await prisma.orderShopper.deleteMany({ where });
    const named = await prisma.order.updateMany({ where, data });
    const promotions = await prisma.promotionUse.updateMany({ where, data });
    const decisions = await prisma.learnerDecision.updateMany({ where, data });
    await prisma.promotionShopperUse.deleteMany({ where });
    const erased = { orders: linked.count + named.count, promotions: promotions.count, decisions: decisions.count };
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

interface LastItem {
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
// SQL: on the way of the pay page.
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
