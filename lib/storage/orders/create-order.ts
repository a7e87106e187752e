import type pg from "pg";
import {
  type CreateOptions,
  type CreateResult,
  type DecisionDraft,
  GIVEN_FIELDS,
  type KeptOnce,
  type NewOrder,
  type Promoted,
} from "#lib/payment/index.ts";
import { brokenUnique } from "../errors.ts";
import { named, run } from "../transaction.ts";
import { replay } from "./kept-answers.ts";
import { ORDER_FIELDS } from "./rows.ts";

const INSERTED = [
  ...(["id", "outTradeNo", "totalFen", "discountFen", "dueFen", "description", "metadata", "discounts"] as const),
  ...GIVEN_FIELDS,
  ...(["createdAt", "expiresAt"] as const),
];

// Order, items and the kept answer in one statement: one round trip, one commit, all or nothing. Without a key the first
// part inserts nothing and the rest goes ahead; with one that is taken, nothing is inserted at all.
const created = (when: string, more: string, answer: string): string => `
    with kept as (
      insert into idempotency (api_key_id, key, digest, status, body, created_at)
      select :apiKeyId, :key, :digest, :status, :body, :createdAt
       where :apiKeyId::text is not null and ${when}
      on conflict do nothing
      returning 1
    ), made as (
      insert into orders (${INSERTED.map((field) => ORDER_FIELDS[field]).join(", ")},
                          scene, scene_decision, check_at, store_id, till_id, cashier_id)
      select ${INSERTED.map((field) => `:${field}`).join(", ")},
             :sceneDecision::jsonb ->> 'scene', :sceneDecision::jsonb, :expiresAt, :storeId, :tillId, :cashierId
       where (:apiKeyId::text is null or exists (select from kept)) and ${when}
      returning id
    ), lines as (
      insert into order_items (id, order_id, position, name, sku, category, unit_amount, quantity, discount)
      select i.id, made.id, i.ordinality - 1, i.name, i.sku, i.category, i.unit_amount, i.quantity, i.discount
        from made, unnest(:itemIds::text[], :itemNames::text[], :itemSkus::text[], :itemCategories::text[],
                          :itemUnitFen::int[], :itemQuantities::int[], :itemDiscountFen::int[])
             with ordinality as i (id, name, sku, category, unit_amount, quantity, discount, ordinality)
    )${more}
    select (select count(*) from made)::int as made, ${answer} as promoted`;

// One look into an index that is empty where there are no promotions; the price of being right without a cache.
const PROMOTED =
  "exists (select from promotions where status = 'active' and not optional and code is null and not needs_code)";
const CREATE = named("create_order", created("true", "", "false"));
const CREATE_UNLESS_PROMOTED = named("create_order_unless_promoted", created(`not ${PROMOTED}`, "", PROMOTED));
// What the order takes of its promotions, and why: in the order of ids, as their rows are locked everywhere.
const CREATE_DECIDED = named(
  "create_order_decided",
  created(
    "true",
    `, claimed as (
      insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, draw, code_id, created_at)
      select made.id, u.id, u.version, :shopperId, u.amount, u.draw, u.code_id, :createdAt
        from made, unnest(:usedIds::text[], :usedVersions::int[], :usedFen::int[], :usedDraws::int[], :usedCodeIds::bigint[])
             as u (id, version, amount, draw, code_id)
       order by u.id
    ), decided as (
      insert into offer_decisions (order_id, engine, inputs, applied, rejected, discount, optimal, created_at)
      select made.id, :engine, :inputs, :applied, :rejected, :discountFen::int, :optimal, :createdAt from made
    )`,
    "false",
  ),
);

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
  const values = { ...valuesOf(creating), ...(decision === undefined ? {} : decisionValues(decision)) };
  const { rows } = await run<{ made: number; promoted: boolean }>(on, statement, statement.bind(values));
  if (rows[0]?.made === 1) return { kind: "created" };
  if (rows[0]?.promoted === true) return { kind: "promoted" };
  return once === null ? { kind: "created" } : await replay(on, once);
}

/** @throws any other cause */
export function numberTaken(cause: unknown): CreateResult {
  if (brokenUnique(cause) === "orders_out_trade_no_key") return { kind: "number_taken" };
  throw cause;
}

/** Scene and reasons belong together; a scene without reasons is not stored. */
const sceneDecision = ({ scene, sceneDetail }: NewOrder["order"]): string | null =>
  scene === null || sceneDetail == null ? null : JSON.stringify({ scene, ...sceneDetail });

function valuesOf({ draft: { order, items }, once }: Creating) {
  return {
    apiKeyId: once?.apiKeyId ?? null,
    key: once?.key ?? null,
    digest: once?.digest ?? null,
    status: once?.answer.status ?? null,
    body: once?.answer.body ?? null,
    ...Object.fromEntries(INSERTED.map((field) => [field, order[field]])),
    metadata: JSON.stringify(order.metadata),
    discounts: JSON.stringify(order.discounts),
    sceneDecision: sceneDecision(order),
    storeId: order.place?.store.id ?? null,
    tillId: order.place?.till?.id ?? null,
    cashierId: order.place?.cashier?.id ?? null,
    itemIds: items.map((item) => item.id),
    itemNames: items.map((item) => item.name),
    itemSkus: items.map((item) => item.sku),
    itemCategories: items.map((item) => item.category),
    itemUnitFen: items.map((item) => item.unitFen),
    itemQuantities: items.map((item) => item.quantity),
    itemDiscountFen: items.map((item) => item.discountFen),
  };
}

/** A decision as its columns, and what it uses of promotions. */
export function decisionValues({ engine, inputs, priced }: DecisionDraft) {
  const { applied, rejected, optimal } = priced;
  return {
    usedIds: applied.map(({ id }) => id),
    usedVersions: applied.map(({ version }) => version),
    usedFen: applied.map(({ amountFen }) => amountFen),
    usedDraws: applied.map(({ draw }) => draw),
    usedCodeIds: applied.map(({ codeId }) => codeId),
    engine,
    inputs: JSON.stringify(inputs),
    applied: JSON.stringify(applied),
    rejected: JSON.stringify(rejected.map(({ id, reason }) => ({ id, reason }))),
    optimal,
  };
}
