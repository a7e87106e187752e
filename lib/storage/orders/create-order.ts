import type pg from "pg";
import { callTogether } from "#lib/base/call-together.ts";
import {
  type CreateOptions,
  type CreateResult,
  type DecisionDraft,
  GIVEN_FIELDS,
  type KeptOnce,
  type NewOrder,
  type Promoted,
} from "#lib/payment/index.ts";
import { brokenUnique, isRefused } from "../errors.ts";
import { run, statement } from "../transaction.ts";
import { replay } from "./kept-answers.ts";
import { ORDER_FIELDS } from "./rows.ts";

const INSERTED = [
  ...(["id", "outTradeNo", "totalFen", "discountFen", "dueFen", "description", "metadata", "discounts"] as const),
  ...GIVEN_FIELDS,
  ...(["createdAt", "expiresAt"] as const),
];
const COLUMNS = INSERTED.map((field) => ORDER_FIELDS[field]).join(", ");

/** Runs under way at once in a process, and orders of one. */
const CREATE_LANES = 2;
const CREATED_TOGETHER_MAX = 32;

// One look into an index that is empty where there are no promotions; the price of being right without a cache.
const PROMOTED =
  "exists (select from promotions where status = 'active' and not optional and code is null and not needs_code)";

// Orders, items and kept answers in one statement: one round trip, one commit, all or nothing. Orders come as a list, so that one
// statement makes one or many; the limit tells the planner how many to reckon with. Without a key the answer is kept nowhere and the rest
// goes ahead; with one that is taken, nothing of that order is inserted. Keys
// are taken in their order: two lists of the same calls must not wait for each other.
const created = (more: string): string => `
    with asked as materialized (
      select * from json_to_recordset($1::json) as a (
        id text, out_trade_no text, amount_total int, amount_discount int, amount_due int, description text, metadata jsonb,
        discounts jsonb, return_url text, shopper_id text, goods_tag text, created_at timestamptz, expires_at timestamptz,
        scene_decision jsonb, store_id text, till_id text, cashier_id text, items json, unless_promoted boolean,
        api_key_id text, key text, digest bytea, status smallint, body text, decision json)
      limit ${CREATED_TOGETHER_MAX}
    ), rule as materialized (
      select ${PROMOTED} as promoted
    ), wanted as materialized (
      select a.* from asked a, rule where not (a.unless_promoted and rule.promoted)
    ), kept as (
      insert into idempotency (api_key_id, key, digest, status, body, created_at)
      select api_key_id, key, digest, status, body, created_at from wanted where api_key_id is not null
       order by api_key_id, key
      on conflict do nothing
      returning api_key_id, key
    ), made as (
      insert into orders (${COLUMNS}, scene, scene_decision, check_at, store_id, till_id, cashier_id)
      select ${COLUMNS}, scene_decision ->> 'scene', scene_decision, expires_at, store_id, till_id, cashier_id
        from wanted w
       where api_key_id is null or exists (select from kept k where k.api_key_id = w.api_key_id and k.key = w.key)
      returning id
    ), lines as (
      insert into order_items (id, order_id, position, name, sku, category, unit_amount, quantity, discount)
      select i.id, made.id, i.position, i.name, i.sku, i.category, i.unit_amount, i.quantity, i.discount
        from made join wanted w on w.id = made.id
       cross join lateral json_to_recordset(w.items) as i (
         id text, position int, name text, sku text, category text, unit_amount int, quantity int, discount int)
    )${more}
    select made.id, rule.promoted from rule left join made on true`;

const CREATE = statement("create_orders")`${created("")}`;
// What the order takes of its promotions, and why: in the order of ids, as their rows are locked everywhere.
const CREATE_DECIDED = statement("create_order_decided")`${created(`, claimed as (
      insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, draw, code_id, created_at)
      select made.id, u.id, u.version, w.shopper_id, u.amount, u.draw, u.code_id, w.created_at
        from made join wanted w on w.id = made.id
       cross join lateral json_to_recordset(w.decision -> 'used') as u (id text, version int, amount int, draw int, code_id bigint)
       order by u.id
    ), decided as (
      insert into offer_decisions (order_id, engine, inputs, applied, rejected, discount, optimal, created_at)
      select made.id, d.engine, d.inputs, d.applied, d.rejected, w.amount_discount, d.optimal, w.created_at
        from made join wanted w on w.id = made.id
       cross join lateral json_to_record(w.decision) as d (engine text, inputs jsonb, applied jsonb, rejected jsonb, optimal boolean)
    )`)}`;

export interface Creating {
  readonly draft: NewOrder;
  readonly once: KeptOnce | null;
  readonly options: CreateOptions;
}

interface CreatedRow {
  readonly id: string | null;
  readonly promoted: boolean;
}

/** An order with more is made by itself: others would wait while its items are written. */
const ITEMS_TOGETHER_MAX = 20;

/** Makes orders of which nothing is counted. Those that come while others are being made share a commit. */
export function createCreateOrder(pool: pg.Pool): (creating: Creating) => Promise<CreateResult | Promoted> {
  const together = callTogether({
    lanes: CREATE_LANES,
    callsMax: CREATED_TOGETHER_MAX,
    runAll: (creatings: readonly Creating[]) => createAll(pool, creatings),
    mayRunAlone: isRefused,
  });
  return async (creating) => {
    const { draft, options } = creating;
    const isSmall = options.decision === undefined && draft.items.length <= ITEMS_TOGETHER_MAX;
    return isSmall ? answerOf(pool, creating, await together(creating)) : createOrder(pool, creating);
  };
}

export async function createOrder(on: pg.Pool | pg.PoolClient, creating: Creating): Promise<CreateResult | Promoted> {
  const [row] = await createAll(on, [creating]);
  return answerOf(on, creating, row);
}

/** Of two under one key the first is made; the other one gets its answer. */
async function createAll(on: pg.Pool | pg.PoolClient, creatings: readonly Creating[]): Promise<CreatedRow[]> {
  const first = new Map<string, Creating>();
  for (const each of creatings) {
    const { draft, once } = each;
    const name = once === null ? draft.order.id : `${once.apiKeyId} ${once.key}`;
    if (!first.has(name)) first.set(name, each);
  }
  const statement = creatings.some(({ options }) => options.decision !== undefined) ? CREATE_DECIDED : CREATE;
  const { rows } = await run<CreatedRow>(on, statement, [JSON.stringify([...first.values()].map(columnsOf))]);
  const made = new Set(rows.map(({ id }) => id));
  const promoted = rows[0]?.promoted === true;
  return creatings.map(({ draft: { order } }) => ({ id: made.has(order.id) ? order.id : null, promoted }));
}

async function answerOf(
  on: pg.Pool | pg.PoolClient,
  { once, options }: Creating,
  row: CreatedRow | undefined,
): Promise<CreateResult | Promoted> {
  if (row?.id != null) return { kind: "created" };
  if (options.unlessPromoted === true && row?.promoted === true) return { kind: "promoted" };
  if (once === null) throw new Error("an order without a key is always made");
  return replay(on, once);
}

/** @throws any other cause */
export function numberTaken(cause: unknown): CreateResult {
  if (brokenUnique(cause) === "orders_out_trade_no_key") return { kind: "number_taken" };
  throw cause;
}

/** Scene and reasons belong together; a scene without reasons is not stored. */
const sceneDecision = ({ scene, sceneDetail }: NewOrder["order"]) =>
  scene === null || sceneDetail == null ? null : { scene, ...sceneDetail };

function columnsOf({ draft: { order, items }, once, options }: Creating) {
  return {
    ...Object.fromEntries(INSERTED.map((field) => [ORDER_FIELDS[field], order[field]])),
    scene_decision: sceneDecision(order),
    store_id: order.place?.store.id,
    till_id: order.place?.till?.id,
    cashier_id: order.place?.cashier?.id,
    items: items.map((item, position) => ({
      ...{ id: item.id, position, name: item.name, sku: item.sku, category: item.category },
      ...{ unit_amount: item.unitFen, quantity: item.quantity, discount: item.discountFen },
    })),
    unless_promoted: options.unlessPromoted ?? false,
    ...(once === null ? {} : keptColumns(once)),
    ...(options.decision === undefined ? {} : { decision: decisionColumns(options.decision) }),
  };
}

const keptColumns = ({ apiKeyId, key, digest, answer }: KeptOnce) => ({
  ...{ api_key_id: apiKeyId, key, digest: `\\x${Buffer.from(digest).toString("hex")}` },
  ...{ status: answer.status, body: answer.body },
});

/** A decision as its columns, and what it uses of promotions. */
function decisionColumns({ engine, inputs, priced: { applied, rejected, optimal } }: DecisionDraft) {
  return {
    used: applied.map(({ id, version, amountFen: amount, draw, codeId }) => ({
      id,
      version,
      amount,
      draw,
      code_id: codeId,
    })),
    ...{ engine, inputs, applied, optimal },
    rejected: rejected.map(({ id, reason }) => ({ id, reason })),
  };
}
