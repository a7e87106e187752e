import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { PromotionOf } from "./case.ts";
import { mulDivFloor } from "./share-out.ts";

// What each type of promotion takes off, before any limit. Source: smart.md §3.2, step 3.

/** The eligible lines of a promotion, summed. Source: smart.md §3.2, steps 1 and 2. */
export interface EligibleSums {
  /** T: what thresholds are compared with, by the promotion's own base. */
  readonly base: number;
  /** What is still to pay on the eligible lines. */
  readonly running: number;
}

/**
 * The units of the eligible lines, dearest first and ties by line, as runs of equal units: a line of 100,000 pieces is one
 * run. `size` says how many entries count.
 */
export interface Runs {
  size: number;
  units: number;
  readonly line: Int32Array;
  readonly unitAmount: Float64Array;
  readonly count: Float64Array;
}

export const emptyRuns = (lines: number): Runs => ({
  size: 0,
  units: 0,
  line: new Int32Array(lines),
  unitAmount: new Float64Array(lines),
  count: new Float64Array(lines),
});

/** How many units belong to the full groups that count. */
function groupedUnits(runs: Runs, groupSize: number, maxTimes: number | undefined): number {
  const full = Math.floor(runs.units / groupSize);
  return groupSize * Math.min(full, maxTimes ?? full);
}

/** Adds `each × hits(units of the run that are grouped)` to every line; `hitsBefore(x)` counts hits among the first x units. */
function giveHits(input: {
  readonly runs: Runs;
  readonly grouped: number;
  readonly hitsBefore: (position: number) => number;
  readonly each: (unitAmount: number) => number;
  readonly perLine: Float64Array;
}): void {
  const { runs, grouped, hitsBefore, each, perLine } = input;
  let start = 0;
  for (let i = 0; i < runs.size && start < grouped; i += 1) {
    const end = Math.min(start + (runs.count[i] ?? 0), grouped);
    const hits = hitsBefore(end) - hitsBefore(start);
    if (hits > 0) perLine[runs.line[i] ?? 0] = hits * each(runs.unitAmount[i] ?? 0);
    start = end;
  }
}

export type UnitPromotion = PromotionOf<"nth_discount" | "buy_get" | "bundle_price" | "gift">;
export type AmountPromotion = Exclude<PromotionInput, UnitPromotion>;

/** Types that say how much each unit gets; the others say one amount, to be spread. */
export const worksOnUnits = (promotion: PromotionInput): promotion is UnitPromotion =>
  promotion.type === "nth_discount" ||
  promotion.type === "buy_get" ||
  promotion.type === "bundle_price" ||
  promotion.type === "gift";

/** Step 3 of smart.md §3.2 before any limit, for the types that take off one amount. */
export function amountTaken(
  promotion: AmountPromotion,
  measured: EligibleSums,
  draws: Readonly<Record<string, number>>,
): number {
  switch (promotion.type) {
    case "amount_off":
      return amountOff(promotion, measured);
    case "tiered_off":
      return tieredOff(promotion, measured);
    case "percent_off":
      return percentOff(promotion, measured);
    case "random_off":
      return randomOff(promotion, draws);
  }
}

/** The same for the types that work on units. @param perLine zero where a run's line is; gets the amounts */
export function unitsTaken(promotion: UnitPromotion, runs: Runs, perLine: Float64Array): void {
  switch (promotion.type) {
    case "nth_discount":
      nthDiscount(promotion, runs, perLine);
      break;
    case "buy_get":
      buyGet(promotion, runs, perLine);
      break;
    case "bundle_price":
      bundlePrice(promotion, runs, perLine);
      break;
    case "gift":
      gift(promotion, runs, perLine);
      break;
  }
}

/** 满减, 立减, and with `every` 每满减. */
function amountOff(promotion: PromotionOf<"amount_off">, { base }: EligibleSums): number {
  const each = promotion.threshold?.amount;
  if (promotion.every !== true || each === undefined || each <= 0) return promotion.off;
  const reached = (base - (base % each)) / each;
  return promotion.off * Math.min(reached, promotion.maxTimes ?? reached);
}

/** 阶梯满减: the largest reduction of a tier that is reached. */
function tieredOff(promotion: PromotionOf<"tiered_off">, { base }: EligibleSums): number {
  let most = 0;
  for (const { threshold, off } of promotion.tiers) if (threshold <= base && off > most) most = off;
  return most;
}

/** 折扣; with a threshold of pieces N件M折. Cut down to a whole fen. */
const percentOff = (promotion: PromotionOf<"percent_off">, { running }: EligibleSums): number =>
  mulDivFloor(running, 10_000 - promotion.payBps, 10_000);

/** 随机立减: the amount was drawn once and is only looked up here. */
const randomOff = (promotion: PromotionOf<"random_off">, draws: Readonly<Record<string, number>>): number =>
  draws[promotion.id] ?? 0;

/** 第N件M折: the last unit of every group of n is cheaper. */
function nthDiscount(promotion: PromotionOf<"nth_discount">, runs: Runs, perLine: Float64Array): void {
  const { n, payBps, maxTimes } = promotion;
  giveHits({
    runs,
    grouped: groupedUnits(runs, n, maxTimes),
    hitsBefore: (position) => Math.floor(position / n),
    each: (unitAmount) => mulDivFloor(unitAmount, 10_000 - payBps, 10_000),
    perLine,
  });
}

/** 买M赠N: the last `get` units of every group are free. */
function buyGet(promotion: PromotionOf<"buy_get">, runs: Runs, perLine: Float64Array): void {
  const { buy, get, maxTimes } = promotion;
  const groupSize = buy + get;
  giveHits({
    runs,
    grouped: groupedUnits(runs, groupSize, maxTimes),
    hitsBefore: (position) => get * Math.floor(position / groupSize) + Math.max(0, (position % groupSize) - buy),
    each: (unitAmount) => unitAmount,
    perLine,
  });
}

/** 满赠: up to `qty` units of the gift's lines, which are already in the cart, cost nothing. @param runs the gift's lines */
function gift(promotion: PromotionOf<"gift">, runs: Runs, perLine: Float64Array): void {
  let left = promotion.gift.qty;
  for (let i = 0; i < runs.size && left > 0; i += 1) {
    const units = Math.min(left, runs.count[i] ?? 0);
    perLine[runs.line[i] ?? 0] = units * (runs.unitAmount[i] ?? 0);
    left -= units;
  }
}

interface GroupPart {
  readonly line: number;
  readonly unitAmount: number;
  readonly count: number;
}

/** 任选N件X元: what a group costs above the price is spread over its units by what they cost. */
function bundlePrice(promotion: PromotionOf<"bundle_price">, runs: Runs, perLine: Float64Array): void {
  const { n, price, maxTimes } = promotion;
  let groups = groupedUnits(runs, n, maxTimes) / n;
  let used = 0; // of the run at hand
  for (let i = 0; i < runs.size && groups > 0; ) {
    const left = (runs.count[i] ?? 0) - used;
    const whole = Math.min(groups, Math.floor(left / n));
    if (whole > 0) {
      const saved = n * (runs.unitAmount[i] ?? 0) - price;
      if (saved > 0) give(perLine, runs.line[i] ?? 0, whole * saved);
      groups -= whole;
      used += whole * n;
    } else if (left === 0) {
      i += 1;
      used = 0;
    } else {
      const { parts, next, usedOfNext } = mixedGroup(runs, { run: i, used, size: n });
      spreadGroup(parts, price, perLine);
      groups -= 1;
      i = next;
      used = usedOfNext;
    }
  }
}

/** A group with units of several lines. */
function mixedGroup(runs: Runs, from: { readonly run: number; readonly used: number; readonly size: number }) {
  const parts: GroupPart[] = [];
  let { run, used } = from;
  for (let missing = from.size; missing > 0; ) {
    const count = Math.min(missing, (runs.count[run] ?? 0) - used);
    if (count > 0) parts.push({ line: runs.line[run] ?? 0, unitAmount: runs.unitAmount[run] ?? 0, count });
    missing -= count;
    used += count;
    if (missing > 0) {
      run += 1;
      used = 0;
    }
  }
  return { parts, next: run, usedOfNext: used };
}

/** `shareOut` over single units: units of a line have equal weights, so a part takes missing fen for as many units as it has. */
function spreadGroup(parts: readonly GroupPart[], price: number, perLine: Float64Array): void {
  const sum = parts.reduce((total, part) => total + part.unitAmount * part.count, 0);
  const saved = sum - price;
  if (saved <= 0) return;
  const shares = parts.map((part) => {
    const floor = mulDivFloor(part.unitAmount, saved, sum);
    return { ...part, floor, remainder: remainderOf(part.unitAmount, saved, sum) };
  });
  let missing = saved - shares.reduce((total, share) => total + share.floor * share.count, 0);
  // Stable: equal remainders keep the order of the units.
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder)) {
    const lucky = Math.min(share.count, missing);
    missing -= lucky;
    give(perLine, share.line, share.floor * share.count + lucky);
  }
}

function remainderOf(value: number, times: number, by: number): number {
  const product = value * times;
  return product <= Number.MAX_SAFE_INTEGER ? product % by : Number((BigInt(value) * BigInt(times)) % BigInt(by));
}

function give(perLine: Float64Array, line: number, amount: number): void {
  perLine[line] = (perLine[line] ?? 0) + amount;
}
