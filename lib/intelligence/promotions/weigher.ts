import type { CartColumns, Standing } from "./cart.ts";
import { thresholdHolds } from "./conditions.ts";
import {
  amountTaken,
  type EligibleSums,
  emptyRuns,
  type Runs,
  type UnitPromotion,
  unitsTaken,
  worksOnUnits,
} from "./discounts.ts";
import type { Rule } from "./rule.ts";
import { type ShareBuffer, shareBuffer, shareInto } from "./share-out.ts";

/**
 * The rule of smart.md §3.2 for one promotion on one standing. `weigh` says what it takes off; `apply`, right after it, takes
 * it off line by line: most promotions that the search weighs are never applied, and spreading is the dear part.
 */
export class Weigher {
  readonly #cart: CartColumns;
  readonly #draws: Readonly<Record<string, number>>;
  readonly #eligible: Int32Array;
  readonly #headroom: Float64Array;
  readonly #perLine: Float64Array;
  readonly #scaled: Float64Array;
  readonly #runs: Runs;
  readonly #buffer: ShareBuffer;
  #size = 0;
  #quantity = 0;
  #headroomSum = 0;

  constructor(cart: CartColumns, draws: Readonly<Record<string, number>>) {
    this.#cart = cart;
    this.#draws = draws;
    this.#eligible = new Int32Array(cart.size);
    this.#headroom = new Float64Array(cart.size);
    this.#perLine = new Float64Array(cart.size);
    this.#scaled = new Float64Array(cart.size);
    this.#runs = emptyRuns(cart.size);
    this.#buffer = shareBuffer(cart.size);
  }

  /** What the promotion takes off now; 0 = it is not applied. */
  weigh(rule: Rule, standing: Standing): number {
    const discount = this.reach(rule, standing);
    const budget = rule.promotion.budgetLeft;
    return budget != null && discount > budget ? 0 : discount;
  }

  /** The same as if its budget had no end. */
  reach(rule: Rule, standing: Standing): number {
    const measured = this.#measure(rule, standing);
    if (this.#size === 0) return 0;
    const { promotion } = rule;
    if (!thresholdHolds(promotion.threshold, { amount: measured.base, quantity: this.#quantity })) return 0;
    const payable = this.#cart.total - standing.taken - this.#cart.minPay;
    const limit = Math.max(0, Math.min(promotion.cap ?? payable, payable));
    if (worksOnUnits(promotion)) return Math.min(limit, this.#unitsReach(promotion, rule, standing));
    return Math.min(limit, this.#headroomSum, amountTaken(promotion, measured, this.#draws));
  }

  /** Takes off what the last `weigh` of this very rule and standing found. @returns per line, valid until the next call */
  apply(rule: Rule, standing: Standing, discount: number): Float64Array {
    const shares = worksOnUnits(rule.promotion) ? this.#cutUnits(rule, discount) : this.#spread(discount);
    for (let line = 0; line < this.#cart.size; line += 1) {
      standing.rest[line] = (standing.rest[line] ?? 0) - (shares[line] ?? 0);
    }
    standing.taken += discount;
    if (rule.byItem) this.#claim(rule, standing);
    return shares;
  }

  #measure({ promotion, lines, byItem }: Rule, { rest, claimed }: Standing): EligibleSums {
    const { original, quantity, floor } = this.#cart;
    let [size, running, full, pieces, headroom] = [0, 0, 0, 0, 0];
    for (let i = 0; i < lines.length; i += 1) {
      const line = lines[i] ?? 0;
      const left = rest[line] ?? 0;
      if (left <= 0 || (byItem && claimed[line] === 1)) continue;
      this.#eligible[size] = line;
      size += 1;
      running += left;
      full += original[line] ?? 0;
      pieces += quantity[line] ?? 0;
      const above = left - (floor[line] ?? 0);
      this.#headroom[line] = above > 0 ? above : 0;
      if (above > 0) headroom += above;
    }
    this.#size = size;
    this.#quantity = pieces;
    this.#headroomSum = headroom;
    return { base: promotion.thresholdBase === "original" ? full : running, running };
  }

  /** What the units get together once every line is cut to its headroom; leaves the lines' parts in #perLine. */
  #unitsReach(promotion: UnitPromotion, rule: Rule, standing: Standing): number {
    const runs = this.#runs;
    const perLine = this.#perLine;
    runs.size = 0;
    runs.units = 0;
    // In phase `item` a line that is not claimed is untouched, so only one that was free from the start has no rest.
    for (let i = 0; i < rule.unitLines.length; i += 1) {
      const line = rule.unitLines[i] ?? 0;
      perLine[line] = 0;
      if (standing.claimed[line] === 1) continue;
      if ((standing.rest[line] ?? 0) <= 0 && promotion.type !== "gift") continue;
      const count = this.#cart.quantity[line] ?? 0;
      runs.line[runs.size] = line;
      runs.unitAmount[runs.size] = this.#cart.unitAmount[line] ?? 0;
      runs.count[runs.size] = count;
      runs.size += 1;
      runs.units += count;
    }
    unitsTaken(promotion, runs, perLine);
    let sum = 0;
    for (let i = 0; i < runs.size; i += 1) {
      const line = runs.line[i] ?? 0;
      const above = Math.max(0, (standing.rest[line] ?? 0) - (this.#cart.floor[line] ?? 0));
      perLine[line] = Math.min(perLine[line] ?? 0, above);
      sum += perLine[line] ?? 0;
    }
    return sum;
  }

  #spread(total: number): Float64Array {
    const shares = this.#scaled.fill(0);
    shareInto({
      total,
      lines: this.#eligible,
      size: this.#size,
      weights: this.#headroom,
      shares,
      buffer: this.#buffer,
    });
    return shares;
  }

  #cutUnits({ unitLines }: Rule, total: number): Float64Array {
    const shares = this.#scaled.fill(0);
    const lines = unitLines.toSorted();
    shareInto({ total, lines, size: lines.length, weights: this.#perLine, shares, buffer: this.#buffer });
    return shares;
  }

  // A gift takes only its own lines: what earned it may earn more.
  #claim({ promotion, unitLines }: Rule, { claimed }: Standing): void {
    if (promotion.type === "gift") for (const line of unitLines) claimed[line] = 1;
    else for (let i = 0; i < this.#size; i += 1) claimed[this.#eligible[i] ?? 0] = 1;
  }
}
