import { keysOf } from "#lib/base/promotion-code.ts";
import type { Promotion, RejectionReason } from "#lib/contract/promotions.ts";
import { type CartItem, type PricedCart, type PromotionStanding, priceCart, totalOf } from "./price-cart.ts";

/** A paid order, as it is priced anew. */
export interface PastOrder {
  readonly id: string;
  readonly at: Date;
  readonly items: readonly CartItem[];
  /** How it was paid. */
  readonly channel: string | null;
  readonly shopperId: string | null;
  /** Null if the shopper is not known. */
  readonly isNewCustomer: boolean | null;
  readonly donation: boolean;
  /** Null where it was not decided. */
  readonly scene: string | null;
}

/** What a promotion would have done to orders of the past, had it run then together with those that run now. */
export interface ReplayResult {
  readonly orders: number;
  /** Orders that would have got it. */
  readonly changed: number;
  /** What it would have given away. */
  readonly givenFen: number;
  /** What all promotions together would have given away beyond what they give without it. */
  readonly extraFen: number;
  /** What these orders cost without it. */
  readonly takingsFen: number;
  /** Why the others would not have got it. */
  readonly reasons: Readonly<Partial<Record<RejectionReason, number>>>;
  readonly conflicts: readonly ReplayConflict[];
  /** When its budget would have been used up. */
  readonly budgetEndedAt: Date | null;
}

interface ReplayConflict {
  readonly id: string;
  /** Orders that would have got the new one instead of this one. */
  readonly losses: number;
  /** Orders that would have kept this one instead of the new one. */
  readonly wins: number;
}

/** A promotion that is tried, with the limits it is to have. */
export interface TriedPromotion {
  readonly rule: Promotion;
  readonly budget: number | null;
  readonly limitTotal: number | null;
}

/** The promotion did not come to it for another promotion's sake. */
const CONTESTED: readonly RejectionReason[] = ["group", "exclusive", "stack", "worse"];

/**
 * Prices orders of the past twice by the real engine, without and with a promotion. Orders come oldest first: budgets and
 * uses per shopper are counted as they would have been. Of a random amount the middle is taken, and a code counts as entered.
 */
export class PromotionReplay {
  readonly #tried: TriedPromotion;
  readonly #rule: Promotion;
  readonly #others: readonly PromotionStanding[];
  readonly #usedBy = new Map<string, number>();
  readonly #reasons = new Map<RejectionReason, number>();
  readonly #conflicts = new Map<string, { losses: number; wins: number }>();
  #orders = 0;
  #changed = 0;
  #givenFen = 0;
  #extraFen = 0;
  #takingsFen = 0;
  #budgetEndedAt: Date | null = null;

  constructor(tried: TriedPromotion, others: readonly PromotionStanding[]) {
    this.#tried = tried;
    this.#rule = undated(tried.rule);
    this.#others = others.map(({ rule }) => ({
      rule: undated(rule),
      ...{ budgetLeft: null, usesLeft: null, usedByShopper: 0 },
    }));
  }

  add(order: PastOrder): void {
    const without = this.#price(order, this.#others);
    const priced = this.#price(order, [...this.#others, this.#standingFor(order)]);
    this.#orders += 1;
    this.#takingsFen += totalOf(order.items) - without.discountFen;
    this.#extraFen += priced.discountFen - without.discountFen;
    const got = priced.applied.find(({ id }) => id === this.#rule.id);
    if (got === undefined) this.#countMissed(priced);
    else this.#countGot(order, got.amountFen, { without, priced });
  }

  result(): ReplayResult {
    return {
      orders: this.#orders,
      changed: this.#changed,
      givenFen: this.#givenFen,
      extraFen: this.#extraFen,
      takingsFen: this.#takingsFen,
      reasons: Object.fromEntries(this.#reasons),
      conflicts: [...this.#conflicts]
        .map(([id, counts]) => ({ id, ...counts }))
        .toSorted((a, b) => b.losses + b.wins - (a.losses + a.wins)),
      budgetEndedAt: this.#budgetEndedAt,
    };
  }

  #standingFor({ shopperId }: PastOrder): PromotionStanding {
    const { budget, limitTotal } = this.#tried;
    return {
      rule: this.#rule,
      budgetLeft: budget === null ? null : budget - this.#givenFen,
      usesLeft: limitTotal === null ? null : limitTotal - this.#changed,
      usedByShopper: shopperId === null ? 0 : (this.#usedBy.get(shopperId) ?? 0),
    };
  }

  #price(
    { items, at, channel, shopperId, isNewCustomer, donation, scene }: PastOrder,
    standings: readonly PromotionStanding[],
  ) {
    const { code } = this.#rule;
    return priceCart({
      items,
      standings,
      facts: {
        now: at.toISOString(),
        channel,
        scene,
        codes: code === undefined ? [] : keysOf([code]),
        isNewCustomer,
        shopperKnown: shopperId !== null,
        donation,
        draws: middleDraws(standings),
      },
    });
  }

  #countGot({ at, shopperId }: PastOrder, amountFen: number, { without, priced }: Prices): void {
    this.#changed += 1;
    this.#givenFen += amountFen;
    if (shopperId !== null) this.#usedBy.set(shopperId, (this.#usedBy.get(shopperId) ?? 0) + 1);
    if (this.#tried.budget !== null && this.#givenFen >= this.#tried.budget) this.#budgetEndedAt ??= at;
    const kept = new Set(priced.applied.map(({ id }) => id));
    for (const { id } of without.applied) if (!kept.has(id)) this.#conflict(id).losses += 1;
  }

  #countMissed({ rejected, applied }: PricedCart): void {
    const reason = rejected.find(({ id }) => id === this.#rule.id)?.reason;
    if (reason === undefined) return;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (CONTESTED.includes(reason)) for (const { id } of applied) this.#conflict(id).wins += 1;
  }

  #conflict(id: string): { losses: number; wins: number } {
    const known = this.#conflicts.get(id) ?? { losses: 0, wins: 0 };
    this.#conflicts.set(id, known);
    return known;
  }
}

interface Prices {
  readonly without: PricedCart;
  readonly priced: PricedCart;
}

/** As if it had run then, for who has a code of its list; days and hours still count. */
function undated({ needsCode: _needsCode, ...rule }: Promotion): Promotion {
  if (rule.window === undefined) return rule as Promotion;
  const { start: _start, end: _end, ...window } = rule.window;
  return { ...rule, window } as Promotion;
}

const middleDraws = (standings: readonly PromotionStanding[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    standings.flatMap(({ rule }) => (rule.type === "random_off" ? [[rule.id, (rule.min + rule.max) >> 1]] : [])),
  );
