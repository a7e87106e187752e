import { fen } from "#lib/base/fen.ts";
import { PROMOTIONS_STACKED_MAX, PROMOTIONS_WEIGHED_MAX } from "#lib/base/limits.ts";
import type { PromotionInput, RejectionReason } from "#lib/contract/promotions.ts";
import { ceilingsOf } from "./bounds.ts";
import { type CartColumns, cartOf, untouched } from "./cart.ts";
import type { AppliedPromotion, PromotionCase, Solution } from "./case.ts";
import { failedCondition, momentMs } from "./conditions.ts";
import { rejections } from "./rejections.ts";
import { byApplication, type Rule, ruleOf } from "./rule.ts";
import { type BestRules, beats, Search } from "./search.ts";
import { Weigher } from "./weigher.ts";

/** The legal combination of promotions with the largest total discount. Source: smart.md §3. Stores and draws nothing. */
export function solvePromotions(given: PromotionCase, options: { readonly nodesMax?: number } = {}): Solution {
  const cart = cartOf(given);
  const { valid, failed } = filterStatically(given);
  const draws = given.context.draws ?? {};
  const weigher = new Weigher(cart, draws);
  const rules = valid.map((promotion) => ruleOf(promotion, given.lines));
  const start = untouched(cart);
  const ceilings = ceilingsOf(rules, cart, { start, draws });
  const { weighed, cut } = worthWeighing(rules, ceilings);
  const maxStack = given.context.maxStack ?? PROMOTIONS_STACKED_MAX;
  const search = new Search(
    {
      cart,
      rules: weighed.map((at) => rules[at]).filter((rule) => rule !== undefined),
      ceilings: weighed.map((at) => ceilings[at] ?? 0),
      weigher,
      maxStack,
      ...options,
    },
    bestExclusive({ rules, cart, weigher, maxStack }),
  );
  search.run();
  const outcome = settle(search.best, cart, weigher);
  return {
    ...outcome,
    rejected: rejections({ given, failed, rules, found: search.best, cart, weigher, maxStack }),
    optimal: search.optimal && !cut,
    nodes: search.nodes,
  };
}

function filterStatically({ promotions, context }: PromotionCase) {
  const nowMs = momentMs(context.now);
  const failed = new Map<PromotionInput, RejectionReason>();
  const valid: PromotionInput[] = [];
  for (const promotion of promotions) {
    const reason = failedCondition(promotion, context, nowMs);
    if (reason === null) valid.push(promotion);
    else failed.set(promotion, reason);
  }
  return { valid: valid.sort(byApplication), failed };
}

/** The places of what may be combined and can take anything off; of too many, those that can take off most. */
function worthWeighing(rules: readonly Rule[], ceilings: readonly number[]) {
  const promising = rules.flatMap((rule, at) =>
    rule.promotion.exclusive !== true && (ceilings[at] ?? 0) > 0 ? [at] : [],
  );
  const cut = promising.length > PROMOTIONS_WEIGHED_MAX;
  if (!cut) return { weighed: promising, cut };
  const largest = promising.toSorted((a, b) => (ceilings[b] ?? 0) - (ceilings[a] ?? 0) || a - b);
  return { weighed: largest.slice(0, PROMOTIONS_WEIGHED_MAX).sort((a, b) => a - b), cut };
}

function bestExclusive(input: {
  readonly rules: readonly Rule[];
  readonly cart: CartColumns;
  readonly weigher: Weigher;
  readonly maxStack: number;
}): BestRules {
  const { rules, cart, weigher, maxStack } = input;
  const start = untouched(cart);
  let best: BestRules = { taken: 0, rules: [] };
  if (maxStack < 1) return best;
  for (const rule of rules) {
    if (rule.promotion.exclusive !== true) continue;
    const found = { taken: weigher.weigh(rule, start), rules: [rule] };
    if (found.taken > 0 && beats(found, best)) best = found;
  }
  return best;
}

/** Plays the chosen set once more, this time for every line. */
function settle(found: BestRules, cart: CartColumns, weigher: Weigher) {
  const standing = untouched(cart);
  const applied: AppliedPromotion[] = found.rules.map((rule) => {
    const discount = weigher.weigh(rule, standing);
    const lines = Array.from(weigher.apply(rule, standing, discount), fen);
    return { id: rule.promotion.id, discount: fen(discount), lines };
  });
  return {
    totalDiscount: fen(standing.taken),
    payable: fen(cart.total - standing.taken),
    applied,
    lineDiscounts: Array.from(cart.original, (original, line) => fen(original - (standing.rest[line] ?? 0))),
  };
}
