import { SHOPPERS_PER_FIGURE_MIN } from "#lib/base/behaviour-limits.ts";
import { Random } from "../promotions/random.ts";
import { groupBy, leastSquares, meanOf, quantileOf, sumOf } from "./statistics.ts";

/** One decision of the learner and what came of it. Money in fen. */
export interface UpliftRow {
  /** Decisions of one shopper go together; an unknown shopper is one of their own. */
  readonly shopperId: string | null;
  /** `none` is the control. */
  readonly arm: string;
  /** The exact probability of `none` in this decision. */
  readonly pNone: number;
  /** Margin less the offer; 0 when unpaid. */
  readonly netMargin: number;
  /** What was given away. */
  readonly cost: number;
  readonly amount: number;
  /** Payments of the last 90 days. */
  readonly frequency: number;
  readonly segment: "new" | "lapsed" | "loyal" | "other";
}

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

type UpliftVerdict = "gain" | "loss" | "no_difference" | "not_yet_known";

export interface Uplift {
  readonly decisions: number;
  readonly shoppers: number;
  readonly treated: number;
  readonly control: number;
  /** Net margin per shopper without any offer; null while there is no control to say. */
  readonly basePerShopper: number | null;
  /** What the offers, as they were given, brought per shopper beyond that. */
  readonly perShopper: Estimate | null;
  /** `not_yet_known`: the interval holds 0 and is wider than ±2 % of the base margin. */
  readonly verdict: UpliftVerdict;
  readonly segments: readonly SegmentUplift[];
}

interface SegmentUplift {
  readonly segment: UpliftRow["segment"];
  readonly shoppers: number;
  /** Drawn towards the whole as far as the segment alone does not know. */
  readonly perShopper: number;
  readonly cost: number;
  /** Offers cost something here and bring nothing. */
  readonly paysAnyway: boolean;
}

export interface UpliftOptions {
  readonly seed?: string;
  readonly resamples?: number;
}

const KNOWN_WITHIN = 0.02;

/**
 * What optional offers brought, by their randomised control: everyone's margin less the control's, each of the control
 * standing for 1 / p(none) shoppers. Amount and frequency explain what they can before (CUPED, Deng et al. 2013). The
 * interval resamples shoppers, not decisions.
 */
export function uplift(rows: readonly UpliftRow[], { seed = "uplift", resamples = 600 }: UpliftOptions = {}): Uplift {
  const control = rows.filter(({ arm }) => arm === "none");
  const shoppers = clustersOf(rows, expectationOf(control));
  const counts = {
    decisions: rows.length,
    shoppers: shoppers.length,
    treated: rows.length - control.length,
    control: control.length,
  };
  if (counts.treated < SHOPPERS_PER_FIGURE_MIN || counts.control < SHOPPERS_PER_FIGURE_MIN) {
    return { ...counts, basePerShopper: null, perShopper: null, verdict: "not_yet_known", segments: [] };
  }
  const all = resampled(shoppers, { random: new Random(seed), resamples });
  const basePerShopper = sumOf(rows.map(({ netMargin }) => netMargin)) / shoppers.length - all.value;
  const segments = [...groupBy(shoppers, ({ segment }) => segment)]
    .filter(([, own]) => own.length >= SHOPPERS_PER_FIGURE_MIN && own.some(({ isControl }) => isControl))
    .map(([segment, own]) => ({
      segment: segment as UpliftRow["segment"],
      own,
      ...linearised(own),
    }));
  return {
    ...counts,
    basePerShopper,
    perShopper: all,
    verdict: verdictOf(all, basePerShopper),
    segments: shrunken(segments, all.value),
  };
}

function verdictOf({ low, high }: Estimate, base: number): UpliftVerdict {
  if (low > 0) return "gain";
  if (high < 0) return "loss";
  return (high - low) / 2 < KNOWN_WITHIN * Math.abs(base) ? "no_difference" : "not_yet_known";
}

/** Sums of one shopper: what a resample needs. */
interface Cluster {
  readonly segment: string;
  readonly isControl: boolean;
  readonly decisions: number;
  readonly surprise: number;
  readonly controlWeight: number;
  readonly controlSurprise: number;
  readonly cost: number;
}

/** What is known before the decision. */
const covariates = ({ amount, frequency, segment }: UpliftRow): number[] => [
  1,
  amount,
  Math.log(Math.max(1, amount)),
  Math.log1p(frequency),
  segment === "new" ? 1 : 0,
  segment === "lapsed" ? 1 : 0,
];

/** The margin to expect without an offer, learned from the control alone. */
function expectationOf(control: readonly UpliftRow[]): (row: UpliftRow) => number {
  if (control.length < 50) {
    const mean = meanOf(control.map(({ netMargin }) => netMargin));
    return () => mean;
  }
  const weights = leastSquares(
    control.map(covariates),
    control.map(({ netMargin }) => netMargin),
  );
  return (row) => sumOf(covariates(row).map((each, at) => each * (weights[at] ?? 0)));
}

function clustersOf(rows: readonly UpliftRow[], expected: (row: UpliftRow) => number): Cluster[] {
  let unknown = 0;
  const groups = groupBy(rows, ({ shopperId }) => shopperId ?? `unknown ${++unknown}`);
  return [...groups.values()].map((own) => {
    const surprises = own.map((row) => row.netMargin - expected(row));
    const weights = own.map(({ arm, pNone }) => (arm === "none" ? 1 / pNone : 0));
    return {
      segment: own[0]?.segment ?? "other",
      isControl: weights.some((weight) => weight > 0),
      decisions: own.length,
      surprise: sumOf(surprises),
      controlWeight: sumOf(weights),
      controlSurprise: sumOf(weights.map((weight, at) => weight * (surprises[at] ?? 0))),
      cost: sumOf(own.map(({ cost }) => cost)),
    };
  });
}

/** The estimate and its bootstrap interval; the control is normalised by its own weights (Hájek). */
function resampled(
  shoppers: readonly Cluster[],
  { random, resamples }: { random: Random; resamples: number },
): Estimate {
  const value = differenceOf(shoppers, (at) => at);
  const draws: number[] = [];
  for (let round = 0; round < resamples; round++) {
    const drawn = differenceOf(shoppers, () => pickOf(random, shoppers.length));
    if (!Number.isNaN(drawn)) draws.push(drawn);
  }
  const error = carefulError(shoppers, Math.sqrt(meanOf(draws.map((draw) => (draw - value) ** 2))));
  const [low, high] = [quantileOf(draws, 0.025), quantileOf(draws, 0.975)];
  return { value, low: Math.min(low, value - Z * error), high: Math.max(high, value + Z * error) };
}

const Z = 1.96;

/**
 * A few heavy controls make the resampled error too small, and the line through the control lies closer to them than it
 * should: as many fewer as they are worth (Satterthwaite 1946), less those that the line took, with Student's longer tails.
 */
function carefulError(shoppers: readonly Cluster[], error: number): number {
  const squares = shoppers.map(({ controlWeight }) => controlWeight ** 2);
  const worth = sumOf(squares) ** 2 / sumOf(squares.map((square) => square * square));
  const free = Math.max(2, worth - 6);
  return error * Math.sqrt(worth / free) * (1 + 1.2 / free);
}

/** A shopper out of so many; 32 bits are enough, and quicker. */
const pickOf = (random: Random, count: number): number => Math.floor((random.next() * count) / 0x100000000);

function differenceOf(shoppers: readonly Cluster[], pick: (at: number) => number): number {
  let [decisions, surprise, weight, controlSurprise] = [0, 0, 0, 0];
  for (let at = 0; at < shoppers.length; at++) {
    const shopper = shoppers[pick(at)];
    if (shopper === undefined) continue;
    decisions += shopper.decisions;
    surprise += shopper.surprise;
    weight += shopper.controlWeight;
    controlSurprise += shopper.controlSurprise;
  }
  return weight === 0 ? Number.NaN : (surprise - (decisions * controlSurprise) / weight) / shoppers.length;
}

interface RawSegment {
  readonly segment: UpliftRow["segment"];
  readonly own: readonly Cluster[];
  readonly value: number;
  readonly error: number;
}

/** The estimate, and its error by how much each shopper moves it: enough for drawing segments together. */
function linearised(own: readonly Cluster[]): { value: number; error: number } {
  const value = differenceOf(own, (at) => at);
  const weight = sumOf(own.map((each) => each.controlWeight));
  const mean = sumOf(own.map((each) => each.controlSurprise)) / weight;
  const stands = sumOf(own.map((each) => each.decisions)) / weight;
  const moves = own.map(
    ({ decisions, surprise, controlWeight, controlSurprise }) =>
      surprise - decisions * mean - stands * (controlSurprise - mean * controlWeight) - value,
  );
  return { value, error: Math.sqrt(sumOf(moves.map((each) => each * each))) / own.length };
}

/** Empirical Bayes: what segments differ beyond chance is believed, the rest is the whole's. */
function shrunken(segments: readonly RawSegment[], whole: number): SegmentUplift[] {
  const between = Math.max(
    0,
    meanOf(segments.map(({ value }) => (value - whole) ** 2)) - meanOf(segments.map(({ error }) => error ** 2)),
  );
  return segments.map(({ segment, own, value, error }) => {
    const trust = between + error ** 2 === 0 ? 0 : between / (between + error ** 2);
    const perShopper = whole + trust * (value - whole);
    const cost = sumOf(own.map((each) => each.cost));
    return { segment, shoppers: own.length, perShopper, cost, paysAnyway: cost > 0 && perShopper <= 0 };
  });
}
