import type { Promotion } from "#lib/contract/promotions.ts";
import type { PromotionStanding, StoredPromotion } from "#lib/payment/index.ts";

interface RuleRow {
  id: string;
  version: number;
  definition: object;
}

export interface StandingRow extends RuleRow {
  budget_left: number | null;
  uses_left: number | null;
  used_by_shopper: number;
}

export interface PromotionRow extends RuleRow {
  status: StoredPromotion["status"];
  budget: number | null;
  spent: number;
  reserved: number;
  limit_total: number | null;
  uses: number;
  created_at: Date;
  updated_at: Date;
  archived_at: Date | null;
}

/** Sums are bigint in the store and exact as a double. */
export const PROMOTION_COLUMNS = `id, version, definition, status, budget::float8, spent::float8, reserved::float8, limit_total, uses,
  created_at, updated_at, archived_at`;

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
});

export const toPromotion = (row: PromotionRow): StoredPromotion => ({
  rule: toRule(row),
  status: row.status,
  budget: row.budget,
  spent: row.spent,
  reserved: row.reserved,
  limitTotal: row.limit_total,
  uses: row.uses,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  archivedAt: row.archived_at,
});
