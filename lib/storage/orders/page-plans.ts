import type pg from "pg";
import { PAGE_PLANS_PER_ORDER_MAX } from "#lib/base/web-limits.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// SQL: on the way of the pay page. In the order of the orders, which are locked against their end as the plans are written.
const NOTE = statement("note_page_plans")`
  insert into page_plans (order_id, digest, plan, created_at)
  select n.order_id, n.digest, n.plan, n.created_at
    from (select *, row_number() over (partition by order_id) as nth
            from unnest($1::text[], $2::bytea[], $3::jsonb[], $4::timestamptz[]) as u (order_id, digest, plan, created_at)) n
   where (select count(*) from page_plans k where k.order_id = n.order_id) + n.nth <= $5
   order by n.order_id
  on conflict do nothing`;

export interface NotedPlan {
  readonly orderId: string;
  /** Of `plan`: the same page again is no new row. */
  readonly digest: Uint8Array;
  /** JSON. */
  readonly plan: string;
  readonly at: Date;
}

/** Up to so many different ones of an order: who opens its page chooses what of it differs. */
export async function insertPagePlans(pool: pg.Pool, plans: readonly NotedPlan[]): Promise<void> {
  await run(pool, NOTE, [
    plans.map(({ orderId }) => orderId),
    plans.map(({ digest }) => Buffer.from(digest)),
    plans.map(({ plan }) => plan),
    plans.map(({ at }) => at),
    PAGE_PLANS_PER_ORDER_MAX,
  ]);
}

/** What the pay page of an order showed, the first time of each plan, oldest first. */
export const readPagePlans = (pool: pg.Pool, orderId: string): Promise<{ plan: unknown; at: Date }[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.pagePlan.findMany({ where: { orderId }, orderBy: { createdAt: "asc" } });
    return rows.map(({ plan, createdAt }) => ({ plan, at: createdAt }));
  });
