import type pg from "pg";
import type { Cohort, Rfm, Uplift } from "#lib/intelligence/index.ts";
import { run, statement } from "../transaction.ts";

/** What is known of shoppers together; nobody is named. */
export interface ShopperSummary {
  readonly segments: Rfm["segments"];
  readonly cohorts: readonly Cohort[];
  readonly uplift: Uplift;
}

// Stays SQL, as does the next: every worker asks it each hour, and a quiet one loads no Prisma.
const READ = statement("shopper_summary")`select content, made_at as "madeAt" from shopper_summary where id = 1`;
const KEEP = statement("keep_shopper_summary")`
  insert into shopper_summary (id, made_at, content) values (1, $1, $2)
  on conflict (id) do update set made_at = excluded.made_at, content = excluded.content`;

/** Null before it was made for the first time. */
export async function readShopperSummary(pool: pg.Pool): Promise<(ShopperSummary & { readonly madeAt: Date }) | null> {
  const { rows } = await run<{ content: ShopperSummary; madeAt: Date }>(pool, READ, []);
  const [row] = rows;
  return row === undefined ? null : { ...row.content, madeAt: row.madeAt };
}

export async function keepShopperSummary(pool: pg.Pool, summary: ShopperSummary, madeAt: Date): Promise<void> {
  await run(pool, KEEP, [madeAt, JSON.stringify(summary)]);
}
