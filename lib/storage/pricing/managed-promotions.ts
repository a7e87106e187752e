import type pg from "pg";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import type { PromotionChange, PromotionStore } from "#lib/payment/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { violatedConstraint } from "../errors.ts";
import { newestFirst, olderThan } from "../newest-first.ts";
import { inPrismaTransaction, run, statement, viaPrisma } from "../transaction.ts";
import { PROMOTION_COLUMNS, type PromotionRow, toDefinition, toPromotion } from "./promotion-rows.ts";

// SQL: an advisory lock. Two at once could both find room for the last one; merchants do not come in crowds, so one lock serves.
const ONE_AT_A_TIME = statement("insert_promotions_one_at_a_time")`
  select pg_advisory_xact_lock(hashtext('promotions'))`;
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
   where id = wanted_id and version = $2 and status = 'active'
  returning ${PROMOTION_COLUMNS}`;
type Bound<Name extends keyof PromotionStore> = (
  pool: pg.Pool,
  ...args: Parameters<PromotionStore[Name]>
) => ReturnType<PromotionStore[Name]>;

/** Promotions as the merchant manages them. */
export function managedPromotions(
  pool: pg.Pool,
): Pick<PromotionStore, "insert" | "find" | "list" | "change" | "archive"> {
  return {
    insert: (promotion) => insert(pool, promotion),
    async find(id) {
      const row = await viaPrisma(pool, (prisma) => prisma.promotion.findUnique({ where: { id } }));
      return row === null ? null : toPromotion(row);
    },
    list: (filter) => list(pool, filter),
    change: (change) => changePromotion(pool, change),
    archive: (id, at) => archive(pool, id, at),
  };
}

const list: Bound<"list"> = (pool, { status, after, limit }) =>
  viaPrisma(pool, async (prisma) => {
    const last =
      after === undefined
        ? undefined
        : await prisma.promotion.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
    if (last === null) return [];
    const rows = await prisma.promotion.findMany({
      where: { ...(status === undefined ? {} : { status }), ...(last === undefined ? {} : olderThan(last)) },
      orderBy: newestFirst(),
      take: limit,
    });
    return rows.map(toPromotion);
  });

/** One that is archived already keeps the moment of its first archiving. */
const archive: Bound<"archive"> = (pool, id, at) =>
  viaPrisma(pool, async (prisma) => {
    const { count } = await prisma.promotion.updateMany({
      where: { id, status: "active" },
      data: { status: "archived", archivedAt: at },
    });
    return count === 1 || (await prisma.promotion.count({ where: { id } })) === 1;
  });

function insert(pool: pg.Pool, { rule, budget, budgetLeft, limitTotal, at }: PromotionChange) {
  return inPrismaTransaction(pool, async ({ prisma, client }): Promise<"inserted" | "id_taken" | "too_many"> => {
    await run(client, ONE_AT_A_TIME, []);
    if ((await prisma.promotion.count({ where: { id: rule.id } })) === 1) return "id_taken";
    if ((await prisma.promotion.count({ where: { status: "active" } })) >= PROMOTIONS_ACTIVE_MAX) return "too_many";
    const given = budget ?? budgetLeft;
    await prisma.promotion.create({
      data: {
        id: rule.id,
        definition: toDefinition(rule) as Prisma.InputJsonObject,
        budget: given === null ? null : BigInt(given),
        limitTotal,
        createdAt: at,
        updatedAt: at,
      },
      select: { id: true },
    });
    return "inserted";
  });
}

async function changePromotion(pool: pg.Pool, change: PromotionChange): ReturnType<PromotionStore["change"]> {
  const { rule, budget, budgetLeft, limitTotal, at } = change;
  const values = [rule.id, rule.version, toDefinition(rule), budget, budgetLeft, limitTotal, at];
  try {
    const { rows } = await run<PromotionRow>(pool, CHANGE, values);
    return rows[0] === undefined ? "moved_on" : toPromotion(rows[0]);
  } catch (cause) {
    const constraint = violatedConstraint(cause);
    if (constraint === "promotion_budget" || constraint === "promotion_limit_total") return "below_taken";
    throw cause;
  }
}
