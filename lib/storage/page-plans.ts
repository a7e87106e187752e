import type pg from "pg";
import { run, type Statement } from "./transaction.ts";

const NOTE: Statement = {
  name: "note_page_plan",
  text: `insert into page_plans (order_id, digest, plan, created_at) values ($1, $2, $3, $4) on conflict do nothing`,
};

export interface NotedPlan {
  readonly orderId: string;
  /** Of `plan`: the same page again is no new row. */
  readonly digest: Uint8Array;
  /** JSON. */
  readonly plan: string;
  readonly at: Date;
}

export async function insertPagePlan(pool: pg.Pool, { orderId, digest, plan, at }: NotedPlan): Promise<void> {
  await run(pool, NOTE, [orderId, Buffer.from(digest), plan, at]);
}

/** What the pay page of an order showed, the first time of each plan, oldest first. */
export async function readPagePlans(pool: pg.Pool, orderId: string): Promise<{ plan: unknown; at: Date }[]> {
  const { rows } = await pool.query<{ plan: unknown; at: Date }>(
    "select plan, created_at as at from page_plans where order_id = $1 order by created_at",
    [orderId],
  );
  return rows;
}
