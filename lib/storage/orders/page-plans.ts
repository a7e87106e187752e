import type pg from "pg";
import { PAGE_PLANS_PER_ORDER_MAX } from "#lib/base/web-limits.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// SQL: on the way of the pay page.
const NOTE = statement("note_page_plan")`
  insert into page_plans (order_id, digest, plan, created_at)
  select $1::text, $2::bytea, $3::jsonb, $4::timestamptz where (select count(*) from page_plans where order_id = $1) < $5
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
export async function insertPagePlan(pool: pg.Pool, { orderId, digest, plan, at }: NotedPlan): Promise<void> {
  await run(pool, NOTE, [orderId, Buffer.from(digest), plan, at, PAGE_PLANS_PER_ORDER_MAX]);
}

/** What the pay page of an order showed, the first time of each plan, oldest first. */
export const readPagePlans = (pool: pg.Pool, orderId: string): Promise<{ plan: unknown; at: Date }[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.pagePlan.findMany({ where: { orderId }, orderBy: { createdAt: "asc" } });
    return rows.map(({ plan, createdAt }) => ({ plan, at: createdAt }));
  });
