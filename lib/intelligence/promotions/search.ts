import { PROMOTION_NODES_MAX } from "#lib/base/limits.ts";
import { Outlook } from "./bounds.ts";
import { type CartColumns, copyStanding, type Standing, untouched } from "./cart.ts";
import type { Rule } from "./rule.ts";
import type { Weigher } from "./weigher.ts";

export interface BestRules {
  readonly taken: number;
  /** In application order. */
  readonly rules: readonly Rule[];
}

export interface SearchInput {
  readonly cart: CartColumns;
  /** In application order; none of them exclusive. */
  readonly rules: readonly Rule[];
  readonly ceilings: readonly number[];
  readonly weigher: Weigher;
  readonly maxStack: number;
  readonly nodesMax?: number;
}

/** Fewer fen lose; of equal ones more promotions lose; of those the later list of ids. */
export function beats(one: BestRules, other: BestRules): boolean {
  if (one.taken !== other.taken) return one.taken > other.taken;
  if (one.rules.length !== other.rules.length) return one.rules.length < other.rules.length;
  for (let i = 0; i < one.rules.length; i += 1) {
    const [mine, theirs] = [one.rules[i]?.promotion.id ?? "", other.rules[i]?.promotion.id ?? ""];
    if (mine !== theirs) return mine < theirs;
  }
  return false;
}

/** Depth first over the promotions in application order, take or leave. Source: smart.md §3.5. */
export class Search {
  readonly #input: SearchInput;
  readonly #outlook: Outlook;
  readonly #standings: Standing[];
  readonly #path: Rule[] = [];
  #best: BestRules;
  nodes = 0;

  constructor(input: SearchInput, known: BestRules) {
    this.#input = input;
    this.#best = known;
    const levels = Math.min(input.maxStack, input.rules.length) + 1;
    this.#standings = Array.from({ length: levels }, () => untouched(input.cart));
    this.#outlook = new Outlook(input);
  }

  get best(): BestRules {
    return this.#best;
  }

  get optimal(): boolean {
    return this.nodes < (this.#input.nodesMax ?? PROMOTION_NODES_MAX);
  }

  run(): void {
    if (this.#input.maxStack > 0) this.#explore(0);
  }

  #explore(from: number): void {
    const { rules, weigher } = this.#input;
    const standing = this.#standing();
    for (let at = from; at < rules.length; at += 1) {
      if (!this.#mayWin(standing.taken, at, this.#path.length)) return;
      const rule = rules[at];
      if (rule === undefined || this.#outlook.isUsed(at)) continue;
      if (!this.optimal) return;
      this.nodes += 1;
      const discount = weigher.weigh(rule, standing);
      if (discount > 0) this.#take(at, discount);
    }
  }

  #take(at: number, discount: number): void {
    const { rules, weigher, maxStack } = this.#input;
    const rule = rules[at];
    if (rule === undefined) return;
    const standing = this.#standing();
    this.#path.push(rule);
    const taken = standing.taken + discount;
    const candidate = { taken, rules: this.#path };
    if (beats(candidate, this.#best)) this.#best = { taken, rules: [...this.#path] };
    this.#outlook.use(at);
    if (this.#path.length < maxStack && this.#mayWin(taken, at + 1, this.#path.length)) {
      const next = this.#standing();
      copyStanding(standing, next);
      weigher.apply(rule, next, discount);
      this.#explore(at + 1);
    }
    this.#outlook.free(at);
    this.#path.pop();
  }

  /** Whether something from `at` on may still beat the best: with more fen, or with as many and no more promotions. */
  #mayWin(taken: number, at: number, applied: number): boolean {
    const { cart, maxStack } = this.#input;
    const best = this.#best;
    const reach = Math.min(taken + this.#outlook.most(at, maxStack - applied), cart.total - cart.minPay);
    return reach > best.taken || (reach === best.taken && taken < best.taken && applied < best.rules.length);
  }

  #standing(): Standing {
    const standing = this.#standings[this.#path.length];
    if (standing === undefined) throw new Error("the search went deeper than promotions may stack");
    return standing;
  }
}
