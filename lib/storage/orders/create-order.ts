import type pg from "pg";
import type { CreateOptions, CreateResult, DecisionDraft, KeptOnce, NewOrder, Promoted } from "#lib/payment/index.ts";
import { brokenUnique } from "../errors.ts";
import { run, type Statement } from "../transaction.ts";
import { replay } from "./kept-answers.ts";

// Order, items and the kept answer in one statement: one round trip, one commit, all or nothing. Without a key the first
// part inserts nothing and the rest goes ahead; with one that is taken, nothing is inserted at all.
const created = (when: string, more: string, answer: string): string => `
    with kept as (
      insert into idempotency (api_key_id, key, digest, status, body, created_at)
      select $1, $2, $3, $4, $5, $15 where $1::text is not null and ${when}
      on conflict do nothing
      returning 1
    ), made as (
      insert into orders (id, out_trade_no, amount_total, amount_discount, amount_due, description, metadata, discounts, scene, scene_decision,
                          created_at, expires_at, check_at, return_url, shopper_id, goods_tag)
      select $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb ->> 'scene', $14::jsonb, $15, $16, $16, $17, $18, $26
       where ($1::text is null or exists (select from kept)) and ${when}
      returning id
    ), lines as (
      insert into order_items (id, order_id, position, name, sku, category, unit_amount, quantity, discount)
      select i.id, made.id, i.ordinality - 1, i.name, i.sku, i.category, i.unit_amount, i.quantity, i.discount
        from made, unnest($19::text[], $20::text[], $21::text[], $22::text[], $23::int[], $24::int[], $25::int[])
             with ordinality as i (id, name, sku, category, unit_amount, quantity, discount, ordinality)
    )${more}
    select (select count(*) from made)::int as made, ${answer} as promoted`;

// One look into an index that is empty where there are no promotions; the price of being right without a cache.
const PROMOTED = "exists (select from promotions where status = 'active' and not optional and code is null)";
const CREATE: Statement = { name: "create_order", text: created("true", "", "false") };
const CREATE_UNLESS_PROMOTED: Statement = {
  name: "create_order_unless_promoted",
  text: created(`not ${PROMOTED}`, "", PROMOTED),
};
// What the order takes of its promotions, and why: in the order of ids, as their rows are locked everywhere.
const CREATE_DECIDED: Statement = {
  name: "create_order_decided",
  text: created(
    "true",
    `, claimed as (
      insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, draw, created_at)
      select made.id, u.id, u.version, $18, u.amount, u.draw, $15
        from made, unnest($27::text[], $28::int[], $29::int[], $30::int[]) as u (id, version, amount, draw)
       order by u.id
    ), decided as (
      insert into offer_decisions (order_id, engine, inputs, applied, rejected, discount, optimal, created_at)
      select made.id, $31, $32, $33, $34, $9::int, $35, $15 from made
    )`,
    "false",
  ),
};

export interface Creating {
  readonly draft: NewOrder;
  readonly once: KeptOnce | null;
}

export async function createOrder(
  on: pg.Pool | pg.PoolClient,
  creating: Creating,
  { unlessPromoted = false, decision }: CreateOptions,
): Promise<CreateResult | Promoted> {
  const { once } = creating;
  const statement = decision !== undefined ? CREATE_DECIDED : unlessPromoted ? CREATE_UNLESS_PROMOTED : CREATE;
  const values = decision === undefined ? valuesOf(creating) : [...valuesOf(creating), ...decisionValues(decision)];
  const { rows } = await run<{ made: number; promoted: boolean }>(on, statement, values);
  if (rows[0]?.made === 1) return { kind: "created" };
  if (rows[0]?.promoted === true) return { kind: "promoted" };
  return once === null ? { kind: "created" } : await replay(on, once);
}

/** @throws whatever else went wrong */
export function numberTaken(cause: unknown): CreateResult {
  if (brokenUnique(cause) === "orders_out_trade_no_key") return { kind: "number_taken" };
  throw cause;
}

/** Scene and reasons are one thing; a scene of which nobody knows why is none. */
const sceneDecision = ({ scene, sceneDetail }: NewOrder["order"]): string | null =>
  scene === null || sceneDetail == null ? null : JSON.stringify({ scene, ...sceneDetail });

function valuesOf({ draft: { order, items }, once }: Creating): unknown[] {
  return [
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
    sceneDecision(order),
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
    order.goodsTag,
  ];
}

export function decisionValues({ engine, inputs, priced }: DecisionDraft): unknown[] {
  const { applied, rejected, optimal } = priced;
  return [
    applied.map(({ id }) => id),
    applied.map(({ version }) => version),
    applied.map(({ amountFen }) => amountFen),
    applied.map(({ draw }) => draw),
    engine,
    JSON.stringify(inputs),
    JSON.stringify(applied),
    JSON.stringify(rejected.map(({ id, reason }) => ({ id, reason }))),
    optimal,
  ];
}
