import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { CartLine } from "./case.ts";
import { inScope } from "./conditions.ts";
import { worksOnUnits } from "./discounts.ts";

/** A promotion made ready for one cart. */
export interface Rule {
  readonly promotion: PromotionInput;
  readonly byItem: boolean;
  /** Lines in scope, in cart order; a gift's own lines are not among them. */
  readonly lines: Int32Array;
  /** Lines with the units that the type works on, in the order it takes them; empty for amounts. */
  readonly unitLines: Int32Array;
}

export function ruleOf(promotion: PromotionInput, lines: readonly CartLine[]): Rule {
  const giftSku = promotion.type === "gift" ? promotion.gift.sku : null;
  const indices = lines.map((_, index) => index);
  const scoped = indices.filter((index) => {
    const line = lines[index];
    return line !== undefined && line.sku !== giftSku && inScope(promotion.scope, line);
  });
  return {
    promotion,
    byItem: promotion.phase === "item",
    lines: Int32Array.from(scoped),
    unitLines: Int32Array.from(unitLinesOf(promotion, lines, scoped)),
  };
}

function unitLinesOf(promotion: PromotionInput, lines: readonly CartLine[], scoped: readonly number[]): number[] {
  if (!worksOnUnits(promotion)) return [];
  if (promotion.type === "gift") {
    const { sku } = promotion.gift;
    return lines.flatMap((line, index) => (line.sku === sku && line.noPromo !== true ? [index] : []));
  }
  const price = (index: number) => lines[index]?.unitAmount ?? 0;
  return scoped.toSorted((a, b) => price(b) - price(a) || a - b);
}

const PHASES = { item: 0, order: 1, channel: 2 } as const;

/** The order of application: phase, priority, id by code units. */
export function byApplication(one: PromotionInput, other: PromotionInput): number {
  return (
    PHASES[one.phase] - PHASES[other.phase] ||
    (one.priority ?? 0) - (other.priority ?? 0) ||
    (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
  );
}
