import type { Promotion } from "#lib/contract/promotions.ts";
import type { PromotionStanding, StoredPromotion } from "#lib/payment/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";

interface RuleRow {
  id: string;
  version: number;
  definition: unknown;
}

export interface StandingRow extends RuleRow {
  budget_left: number | null;
  uses_left: number | null;
  used_by_shopper: number;
  code_id: string | null;
  code: string | null;
}

/** As Prisma reads it, or as {@link PROMOTION_COLUMNS} do. */
export type PromotionRow = Pick<
  Prisma.PromotionModel,
  "id" | "version" | "status" | "limitTotal" | "uses" | "createdAt" | "updatedAt" | "archivedAt" | "pausedAt"
> & {
  definition: unknown;
  budget: bigint | number | null;
  spent: bigint | number;
  reserved: bigint | number;
};

/** Sums are bigint in the store and exact as a double. */
export const PROMOTION_COLUMNS = `id, version, definition, status, budget::float8, spent::float8, reserved::float8,
  limit_total as "limitTotal", uses, created_at as "createdAt", updated_at as "updatedAt", archived_at as "archivedAt", paused_at as "pausedAt"`;

/** What is stored was checked before it was. */
const toRule = ({ id, version, definition }: RuleRow): Promotion => ({ ...(definition as Promotion), id, version });

/** The part of a rule that is kept as its definition. */
export function toDefinition(rule: Promotion): object {
  const { id: _id, version: _version, budgetLeft: _budgetLeft, ...definition } = rule;
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== null && value !== undefined));
}

export const toStanding = (row: StandingRow): PromotionStanding => ({
  rule: toRule(row),
  budgetLeft: row.budget_left,
  usesLeft: row.uses_left,
  usedByShopper: row.used_by_shopper,
  code: row.code_id === null || row.code === null ? null : { id: row.code_id, text: row.code },
});

export const toPromotion = (row: PromotionRow): StoredPromotion => ({
  rule: toRule(row),
  status: row.status as StoredPromotion["status"],
  budget: row.budget === null ? null : Number(row.budget),
  spent: Number(row.spent),
  reserved: Number(row.reserved),
  limitTotal: row.limitTotal,
  uses: row.uses,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  archivedAt: row.archivedAt,
  pausedAt: row.pausedAt,
});
