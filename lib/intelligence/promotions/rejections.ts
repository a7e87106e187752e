import type { PromotionInput, RejectionReason } from "#lib/contract/promotions.ts";
import { type CartColumns, type Standing, untouched } from "./cart.ts";
import type { PromotionCase, RejectedPromotion } from "./case.ts";
import { thresholdHolds } from "./conditions.ts";
import { byApplication, type Rule } from "./rule.ts";
import type { BestRules } from "./search.ts";
import type { Weigher } from "./weigher.ts";

interface RejectionInput {
  readonly given: PromotionCase;
  readonly failed: ReadonlyMap<PromotionInput, RejectionReason>;
  readonly rules: readonly Rule[];
  readonly found: BestRules;
  readonly cart: CartColumns;
  readonly weigher: Weigher;
  readonly maxStack: number;
}

/** Why each promotion that was not applied was not, in the order they were given. */
export function rejections(input: RejectionInput): RejectedPromotion[] {
  const { given, failed, rules, found, cart } = input;
  const used = new Set(found.rules.map((rule) => rule.promotion));
  const ready = new Map(rules.map((rule) => [rule.promotion, rule]));
  const start = untouched(cart);
  return given.promotions.flatMap((promotion) => {
    if (used.has(promotion)) return [];
    const rule = ready.get(promotion);
    const reason = failed.get(promotion) ?? (rule === undefined ? "worse" : reasonFor(rule, start, input));
    return [{ id: promotion.id, reason }];
  });
}

function reasonFor(rule: Rule, start: Standing, input: RejectionInput): RejectionReason {
  const { weigher, found, maxStack, cart } = input;
  const { promotion } = rule;
  const alone = weigher.reach(rule, start);
  if (alone === 0) return whyNothing(rule, cart);
  if (promotion.budgetLeft != null && alone > promotion.budgetLeft) return "budget";
  if (found.rules.length === 0) return maxStack < 1 ? "stack" : "worse";
  if (promotion.exclusive === true || found.rules.some((other) => other.promotion.exclusive === true)) {
    return "exclusive";
  }
  if (promotion.group !== undefined && found.rules.some((other) => other.promotion.group === promotion.group)) {
    return "group";
  }
  return found.rules.length >= maxStack && takenWith(rule, input) > found.taken ? "stack" : "worse";
}

/** On the untouched cart: nothing in scope, too little of it, or nothing that may become cheaper. */
function whyNothing({ promotion, lines, unitLines }: Rule, { original, quantity }: CartColumns): RejectionReason {
  let [amount, pieces] = [0, 0];
  for (const line of lines) {
    amount += original[line] ?? 0;
    pieces += (original[line] ?? 0) > 0 ? (quantity[line] ?? 0) : 0;
  }
  if (amount === 0) return "scope";
  if (!thresholdHolds(promotion.threshold, { amount, quantity: pieces })) return "threshold";
  switch (promotion.type) {
    case "tiered_off":
      return promotion.tiers.some((tier) => tier.threshold <= amount) ? "scope" : "threshold";
    case "nth_discount":
    case "bundle_price":
      return pieces < promotion.n ? "threshold" : "scope";
    case "buy_get":
      return pieces < promotion.buy + promotion.get ? "threshold" : "scope";
    case "gift":
      return unitLines.length === 0 ? "scope" : "worse";
    default:
      return "scope";
  }
}

/** What the chosen set would take off with this one more, were there room for it. */
function takenWith(rule: Rule, { found, cart, weigher }: RejectionInput): number {
  const standing = untouched(cart);
  for (const next of [...found.rules, rule].sort((a, b) => byApplication(a.promotion, b.promotion))) {
    const discount = weigher.weigh(next, standing);
    if (discount > 0) weigher.apply(next, standing, discount);
  }
  return standing.taken;
}
