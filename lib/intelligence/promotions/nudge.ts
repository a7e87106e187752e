import { type Fen, fen } from "#lib/base/fen.ts";
import type { PromotionInput } from "#lib/contract/promotions.ts";
import { type CartColumns, cartOf } from "./cart.ts";
import type { CartLine, PromotionCase } from "./case.ts";
import { failedCondition, inScope, momentMs, thresholdHolds } from "./conditions.ts";
import { mulDivFloor } from "./share-out.ts";
import { solvePromotions } from "./solve-promotions.ts";

/** Something the shopper could really add. */
interface Product {
  readonly sku: string;
  readonly name: string;
  readonly categories: readonly string[];
  readonly unitAmount: number;
}

export interface NudgeOptions {
  /** The merchant's margin on what would be added; where it is not known it is not checked. */
  readonly marginBps?: number;
  readonly products?: readonly Product[];
}

export interface Nudge {
  readonly promotionId: string;
  /** What is missing. */
  readonly gap: Fen;
  /** How much larger the discount of the whole order becomes. */
  readonly gain: Fen;
  readonly suggestions: readonly Product[];
}

// Source of the figures: smart.md §3.7.
const GAIN_MIN = 100;
const GAP_ALWAYS_SMALL = 500;
const GAP_PART_BPS = 3_000;
const SUGGESTIONS_MAX = 3;
// A nudge is a nicety: it may not cost more than a few ordinary solutions.
const GAPS_TRIED_MAX = 8;
const NODES_MAX = 20_000;

/** The one thing worth saying about buying a little more, or null. */
export function nudge(given: PromotionCase, options: NudgeOptions = {}): Nudge | null {
  const cart = cartOf(given);
  const gapMax = Math.max(GAP_ALWAYS_SMALL, mulDivFloor(cart.total, GAP_PART_BPS, 10_000));
  const now = solvePromotions(given, { nodesMax: NODES_MAX });
  if (!now.optimal) return null;
  const gaps = gapsOf(given, cart, now.lineDiscounts).filter(({ gap }) => gap <= gapMax);
  let best: { promotion: PromotionInput; gap: number; gain: number } | null = null;
  for (const { promotion, gap } of gaps.sort((a, b) => a.gap - b.gap).slice(0, GAPS_TRIED_MAX)) {
    const more = imaginaryLine(given, promotion, gap);
    if (more === null) continue;
    const then = solvePromotions({ ...given, lines: [...given.lines, more] }, { nodesMax: NODES_MAX });
    const gain = then.totalDiscount - now.totalDiscount;
    if (!isWorthSaying(gain, gap, options.marginBps)) continue;
    if (best === null || gain * best.gap > best.gain * gap) best = { promotion, gap, gain };
  }
  if (best === null) return null;
  return {
    promotionId: best.promotion.id,
    gap: fen(best.gap),
    gain: fen(best.gain),
    suggestions: suggestionsFor(best.promotion, best.gap, options.products ?? []),
  };
}

function isWorthSaying(gain: number, gap: number, marginBps: number | undefined): boolean {
  if (gain < GAIN_MIN || gain * 2 <= gap) return false;
  return marginBps === undefined || mulDivFloor(gap, marginBps, 10_000) >= gain;
}

/**
 * How much is missing to the next threshold, tier or multiple: from the untouched cart, and, where the threshold looks at what
 * is left to pay, from what the best combination leaves of it.
 */
function gapsOf(
  given: PromotionCase,
  cart: CartColumns,
  lineDiscounts: readonly number[],
): { promotion: PromotionInput; gap: number }[] {
  const nowMs = momentMs(given.context.now);
  return given.promotions.flatMap((promotion) => {
    if (failedCondition(promotion, given.context, nowMs) !== null) return [];
    const lines = given.lines.flatMap((line, at) =>
      takesPart(promotion, line) && (cart.original[at] ?? 0) > 0 ? [at] : [],
    );
    const quantity = lines.reduce((sum, at) => sum + (cart.quantity[at] ?? 0), 0);
    if (lines.length === 0 || !thresholdHolds({ qty: promotion.threshold?.qty }, { amount: 0, quantity })) return [];
    const full = lines.reduce((sum, at) => sum + (cart.original[at] ?? 0), 0);
    const left = full - lines.reduce((sum, at) => sum + (lineDiscounts[at] ?? 0), 0);
    const bases = promotion.thresholdBase === "original" || left === full ? [full] : [full, left];
    const gaps = new Set(bases.flatMap((base) => nextGap(promotion, base) ?? []));
    return [...gaps].map((gap) => ({ promotion, gap }));
  });
}

const takesPart = (promotion: PromotionInput, line: CartLine): boolean =>
  inScope(promotion.scope, line) && !(promotion.type === "gift" && line.sku === promotion.gift.sku);

function nextGap(promotion: PromotionInput, base: number): number | null {
  const amount = promotion.threshold?.amount;
  if (amount !== undefined && base < amount) return amount - base;
  if (promotion.type === "tiered_off") {
    const next = Math.min(...promotion.tiers.flatMap((tier) => (tier.threshold > base ? [tier.threshold] : [])));
    return Number.isFinite(next) ? next - base : null;
  }
  if (promotion.type === "amount_off" && promotion.every === true && amount !== undefined)
    return amount - (base % amount);
  return null;
}

/** One piece of `gap` that the promotion counts and nothing may make cheaper. Null where its scope names nothing to add. */
function imaginaryLine(given: PromotionCase, promotion: PromotionInput, gap: number): CartLine | null {
  const alike = given.lines.find((line) => takesPart(promotion, line));
  if (alike === undefined) return null;
  return { id: "more", sku: alike.sku, categories: alike.categories, unitAmount: gap, quantity: 1, floor: gap };
}

function suggestionsFor(promotion: PromotionInput, gap: number, products: readonly Product[]): Product[] {
  return products
    .filter(
      (product) => product.unitAmount >= gap && takesPart(promotion, { ...product, id: product.sku, quantity: 1 }),
    )
    .sort((a, b) => a.unitAmount - b.unitAmount || (a.sku < b.sku ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX);
}
