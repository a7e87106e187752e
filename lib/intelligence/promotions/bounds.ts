import type { CartColumns, Standing } from "./cart.ts";
import type { Rule } from "./rule.ts";
import { Weigher } from "./weigher.ts";

// What promotions can take off at most: the search leaves out what cannot beat the best found.

/**
 * The most each promotion can ever take off this cart, after any others: its discount on the untouched cart
 * with all floors at 0. (With the floors themselves it would be no ceiling: a line that another promotion claimed moves the
 * units of 第N件 on, perhaps from a line that may not fall to one that may.) Never more than headroom and budget allow.
 */
export function ceilingsOf(
  rules: readonly Rule[],
  cart: CartColumns,
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
function dearestUnits({ unitLines }: Rule, units: number, cart: CartColumns): number {
  let [left, sum] = [units, 0];
  for (const line of unitLines.toSorted((a, b) => (cart.unitAmount[b] ?? 0) - (cart.unitAmount[a] ?? 0))) {
    const count = Math.min(left, cart.quantity[line] ?? 0);
    sum += count * (cart.unitAmount[line] ?? 0);
    left -= count;
  }
  return sum;
}

function headroomOf({ promotion, lines, unitLines }: Rule, { original, floor }: CartColumns): number {
  let sum = 0;
  for (const line of promotion.type === "gift" ? unitLines : lines) {
    sum += Math.max(0, (original[line] ?? 0) - (floor[line] ?? 0));
  }
  return sum;
}

/**
 * What the promotions from a place on can still take off together: the largest ceilings, one per group, no more than may
 * be stacked. That is at most either bound of smart.md §3.5.
 */
export class Outlook {
  readonly #ceilings: readonly number[];
  /** Group number per promotion, -1 without one. */
  readonly #groups: readonly number[];
  /** Per place: the promotions from there on, the largest ceiling first. */
  readonly #byCeiling: readonly (readonly number[])[];
  /** Per group: the walk that last met it. */
  readonly #marks: Int32Array;
  readonly #used: Uint8Array;
  #walk = 0;

  constructor({ rules, ceilings }: { readonly rules: readonly Rule[]; readonly ceilings: readonly number[] }) {
    this.#ceilings = ceilings;
    const names = [...new Set(rules.flatMap(({ promotion }) => promotion.group ?? []))];
    this.#groups = rules.map(({ promotion }) => (promotion.group === undefined ? -1 : names.indexOf(promotion.group)));
    const sorted = rules.map((_, at) => at).sort((a, b) => (ceilings[b] ?? 0) - (ceilings[a] ?? 0));
    this.#byCeiling = rules.map((_, from) => sorted.filter((at) => at >= from));
    this.#marks = new Int32Array(names.length);
    this.#used = new Uint8Array(names.length);
  }

  most(from: number, stackable: number): number {
    this.#walk += 1;
    let [sum, left] = [0, stackable];
    const order = this.#byCeiling[from];
    if (order === undefined) return 0;
    for (let i = 0; i < order.length && left > 0; i += 1) {
      const at: number = order[i] ?? 0;
      const group: number = this.#groups[at] ?? -1;
      if (group >= 0) {
        if (this.#used[group] === 1 || this.#marks[group] === this.#walk) continue;
        this.#marks[group] = this.#walk;
      }
      sum += this.#ceilings[at] ?? 0;
      left -= 1;
    }
    return sum;
  }

  isUsed(at: number): boolean {
    const group = this.#groups[at] ?? -1;
    return group >= 0 && this.#used[group] === 1;
  }

  use(at: number): void {
    const group = this.#groups[at] ?? -1;
    if (group >= 0) this.#used[group] = 1;
  }

  free(at: number): void {
    const group = this.#groups[at] ?? -1;
    if (group >= 0) this.#used[group] = 0;
  }
}
