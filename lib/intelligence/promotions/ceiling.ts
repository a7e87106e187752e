import type { Cart, Standing } from "./cart.ts";
import type { Rule } from "./rule.ts";
import { Weigher } from "./weigher.ts";

/**
 * The most each promotion can ever take off this cart, whatever is applied before it: its discount on the untouched cart
 * with all floors at 0. (With the floors themselves it would be no ceiling: a line that another promotion claimed moves the
 * units of 第N件 on, perhaps from a line that may not fall to one that may.) Never more than headroom and budget allow.
 */
export function ceilingsOf(
  rules: readonly Rule[],
  cart: Cart,
  { start, draws }: { readonly start: Standing; readonly draws: Readonly<Record<string, number>> },
): number[] {
  const weigher = new Weigher({ ...cart, floor: new Float64Array(cart.size) }, draws);
  return rules.map((rule) => {
    const reach = weigher.reach(rule, start);
    const most =
      rule.promotion.type === "gift" && reach > 0 ? dearestUnits(rule, rule.promotion.gift.qty, cart) : reach;
    return Math.min(most, headroomOf(rule, cart), rule.promotion.cap ?? most, rule.promotion.budgetLeft ?? most);
  });
}

// A gift takes its lines in cart order, so losing a cheap one to another promotion can make it worth more.
function dearestUnits({ unitLines }: Rule, units: number, cart: Cart): number {
  let [left, sum] = [units, 0];
  for (const line of unitLines.toSorted((a, b) => (cart.unitAmount[b] ?? 0) - (cart.unitAmount[a] ?? 0))) {
    const count = Math.min(left, cart.quantity[line] ?? 0);
    sum += count * (cart.unitAmount[line] ?? 0);
    left -= count;
  }
  return sum;
}

function headroomOf({ promotion, lines, unitLines }: Rule, { original, floor }: Cart): number {
  let sum = 0;
  for (const line of promotion.type === "gift" ? unitLines : lines) {
    sum += Math.max(0, (original[line] ?? 0) - (floor[line] ?? 0));
  }
  return sum;
}
