import type pg from "pg";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import type {
  NewPromotion,
  PromotionChange,
  PromotionStatusWish,
  PromotionStore,
  StoredPromotion,
} from "#lib/payment/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { violatedConstraint } from "../errors.ts";
import { escapeLike } from "../like.ts";
import { between, newestFirst, olderThan } from "../newest-first.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, inTransaction, run, statement, viaPrisma } from "../transaction.ts";
import { pastOrders } from "./past-orders.ts";
import { PROMOTION_COLUMNS, type PromotionRow, toDefinition, toPromotion } from "./promotion-rows.ts";

// SQL: an advisory lock. Two at once could both find room for the last one; merchants do not come in crowds, so one lock serves.
const ONE_AT_A_TIME = statement("insert_promotions_one_at_a_time")`
  select pg_advisory_xact_lock(hashtext('promotions'))`;
// Stays SQL, as do the next two: every start of a demo shop asks it in its worker, and a quiet worker loads no Prisma.
const ROOM = statement("room_for_promotion")`
  select exists (select from promotions where id = $1) as "isTaken",
         (select count(*)::int from promotions where status <> 'archived') as count`;
const INSERT = statement("insert_promotion")`
  insert into promotions (id, definition, budget, limit_total, status, paused_at, created_at, updated_at)
  values ($1, $2, $3::float8::bigint, $4, $5, case when $5 = 'paused' then $6::timestamptz end, $6, $6)`;
const FIND = statement("find_promotion")`select ${PROMOTION_COLUMNS} from promotions where id = $1`;
// SQL: a row lock. What is asked for may depend on what was taken, so the row is locked before it is looked at.
const CHANGE = statement("change_promotion")`
  with asked as (
    select id as wanted_id, $3::jsonb as asked_definition, $6::int as asked_limit,
           coalesce($5::float8::bigint + spent + reserved, $4::float8::bigint) as asked_budget
      from promotions where id = $1 for update
  )
  update promotions
     set definition = asked_definition, budget = asked_budget, limit_total = asked_limit, updated_at = $7,
         version = version + ((asked_definition, asked_budget, asked_limit)
                                is distinct from (definition, budget, limit_total))::int
    from asked
   where id = wanted_id and version = $2 and status <> 'archived'
  returning ${PROMOTION_COLUMNS}`;
type Bound<Name extends keyof PromotionStore> = (
  pool: pg.Pool,
  ...args: Parameters<PromotionStore[Name]>
) => ReturnType<PromotionStore[Name]>;

/** Promotions as the merchant manages them. */
export function managedPromotions(
  pool: pg.Pool,
): Pick<PromotionStore, "insert" | "pastOrders" | "find" | "list" | "change" | "setStatus"> {
  return {
    pastOrders: (wish) => pastOrders(pool, wish),
    insert: (promotion) => insert(pool, promotion),
    async find(id) {
      const { rows } = await run<PromotionRow>(pool, FIND, [id]);
      return rows[0] === undefined ? null : toPromotion(rows[0]);
    },
    list: (filter) => list(pool, filter),
    change: (change) => changePromotion(pool, change),
    setStatus: (wish) => setStatus(pool, wish),
  };
}

const list: Bound<"list"> = (pool, { statuses, createdFrom, createdTo, text, after, limit }) =>
  viaPrisma(pool, async (prisma) => {
    const last =
      after === undefined
        ? undefined
        : await prisma.promotion.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
    if (last === null) return [];
    const rows = await prisma.promotion.findMany({
      where: {
        ...(statuses === undefined ? {} : { status: { in: [...statuses] } }),
        AND: [
          { createdAt: between(createdFrom, createdTo) },
          ...(text === undefined ? [] : [{ OR: [{ id: text }, namedLike(text)] }]),
          ...(last === undefined ? [] : [olderThan(last)]),
        ],
      },
      orderBy: newestFirst(),
      take: limit,
    });
    return rows.map(toPromotion);
  });

const namedLike = (text: string): Prisma.PromotionWhereInput => ({
  definition: { path: ["name"], string_contains: escapeLike(text), mode: "insensitive" },
});

/** One that is so already keeps the moment since when it is, and nothing is recorded. */
function setStatus(pool: pg.Pool, { id, status, at, by }: PromotionStatusWish): Promise<StoredPromotion | null> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.promotion.updateMany({
      where: { id, status: { notIn: ["archived", status] } },
      data: { status, archivedAt: status === "archived" ? at : null, pausedAt: status === "paused" ? at : null },
    });
    const row = await prisma.promotion.findUnique({ where: { id } });
    if (count === 1 && row !== null) {
      await recordChange(client, { by, action: STATUS_ACTIONS[status], id, version: row.version, at });
    }
    return row === null ? null : toPromotion(row);
  });
}

const STATUS_ACTIONS = {
  active: "promotion.resume",
  paused: "promotion.pause",
  archived: "promotion.archive",
} as const;

interface RecordedChange {
  readonly by: string | undefined;
  readonly action: string;
  readonly id: string;
  readonly version: number;
  readonly at: Date;
}

/** The versions themselves are stored separately. */
async function recordChange(client: pg.PoolClient, { by, action, id, version, at }: RecordedChange): Promise<void> {
  if (by === undefined) return;
  await recordAudit(client, { actor: by, action, subject: id, detail: { version }, at });
}

function insert(pool: pg.Pool, { rule, budget, budgetLeft, limitTotal, at, by, isPaused }: NewPromotion) {
  return inTransaction(pool, async (client): Promise<"inserted" | "id_taken" | "too_many"> => {
    await run(client, ONE_AT_A_TIME, []);
    const { rows } = await run<{ isTaken: boolean; count: number }>(client, ROOM, [rule.id]);
    if (rows[0]?.isTaken !== false) return "id_taken";
    if (rows[0].count >= PROMOTIONS_ACTIVE_MAX) return "too_many";
    const status = isPaused === true ? "paused" : "active";
    const definition = JSON.stringify(toDefinition(rule));
    await run(client, INSERT, [rule.id, definition, budget ?? budgetLeft, limitTotal, status, at]);
    await recordChange(client, { by, action: "promotion.create", id: rule.id, version: 1, at });
    return "inserted";
  });
}

async function changePromotion(pool: pg.Pool, change: PromotionChange): ReturnType<PromotionStore["change"]> {
  const { rule, budget, budgetLeft, limitTotal, at, by } = change;
  const values = [rule.id, rule.version, toDefinition(rule), budget, budgetLeft, limitTotal, at];
  try {
    return await inTransaction(pool, async (client) => {
      const { rows } = await run<PromotionRow>(client, CHANGE, values);
      const [changed] = rows;
      if (changed === undefined) return "moved_on";
      await recordChange(client, { by, action: "promotion.change", id: rule.id, version: changed.version, at });
      return toPromotion(changed);
    });
  } catch (cause) {
    const constraint = violatedConstraint(cause);
    if (constraint === "promotion_budget" || constraint === "promotion_limit_total") return "below_taken";
    throw cause;
  }
}
