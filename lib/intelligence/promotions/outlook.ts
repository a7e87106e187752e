import type { Rule } from "./rule.ts";

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
