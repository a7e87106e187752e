import { NONE, type OfferOutcome } from "./offer-policy.ts";

/** Running sums per side: weights, weighted margins and squares, for a self-normalised comparison. */
export interface StopLoss {
  readonly treated: LossSide;
  readonly control: LossSide;
  /** The last look was bad. */
  warned: boolean;
  tripped: boolean;
}

interface LossSide {
  count: number;
  weight: number;
  weightSquared: number;
  margin: number;
  marginSquared: number;
}

// Source: smart.md §4.1, guardrails.
const TREATED_MIN = 500;
const ERRORS_MAX = 2;
/** Looking after every outcome would make a chance excess certain; a look per so many treated is about one a day. */
const LOOK_EVERY = 500;

const emptySide = (): LossSide => ({ count: 0, weight: 0, weightSquared: 0, margin: 0, marginSquared: 0 });

export const emptyStopLoss = (): StopLoss => ({
  treated: emptySide(),
  control: emptySide(),
  warned: false,
  tripped: false,
});

/**
 * Turns itself off for good when the control group earns clearly more. Offers go where the model hopes for most, so both
 * sides are weighted by the chance of having been on the other one (overlap weights, Li, Morgan & Zaslavsky 2018): that
 * compares like with like, and no single shopper weighs more than 1.
 * @param surprise net margin less what the model expected without an offer: the same on both sides, so it only removes noise
 */
export function watchLoss(stopLoss: StopLoss, { arm, propensity, pNone }: OfferOutcome, surprise: number): void {
  const isControl = arm === NONE;
  const weight = isControl ? 1 - propensity : pNone;
  if (weight === undefined || weight <= 0 || propensity <= 0) return;
  const side = isControl ? stopLoss.control : stopLoss.treated;
  side.count += 1;
  side.weight += weight;
  side.weightSquared += weight * weight;
  side.margin += weight * surprise;
  side.marginSquared += weight * surprise * surprise;
  if (side !== stopLoss.treated || side.count < TREATED_MIN || side.count % LOOK_EVERY !== 0) return;
  const [control, treated] = [estimate(stopLoss.control), estimate(stopLoss.treated)];
  const excess = control.mean - treated.mean;
  const isBad = excess > ERRORS_MAX * Math.sqrt(control.variance + treated.variance);
  // One look in forty is bad by chance, and turning off is for good: it takes two in a row.
  if (isBad && stopLoss.warned) stopLoss.tripped = true;
  stopLoss.warned = isBad;
  fade(stopLoss.control);
  fade(stopLoss.treated);
}

// What was lost while nothing was known yet must not count for ever against what has been learned since.
function fade(side: LossSide): void {
  side.weight /= 2;
  side.weightSquared /= 2;
  side.margin /= 2;
  side.marginSquared /= 2;
}

/** Mean, and the variance of the mean by the effective number of shoppers. */
function estimate({ weight, weightSquared, margin, marginSquared }: LossSide): { mean: number; variance: number } {
  if (weight === 0) return { mean: 0, variance: Number.POSITIVE_INFINITY };
  const mean = margin / weight;
  const spread = Math.max(0, marginSquared / weight - mean * mean);
  return { mean, variance: (spread * weightSquared) / (weight * weight) };
}
