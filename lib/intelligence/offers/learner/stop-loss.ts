import { NONE, type OfferOutcome } from "./offer-policy.ts";

/** Running sums per side: weights, weighted margins and squares, for a self-normalised comparison. */
export interface StopLoss {
  readonly treated: Side;
  readonly control: Side;
  tripped: boolean;
}

interface Side {
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
const WEIGHT_MAX = 20;

const emptySide = (): Side => ({ count: 0, weight: 0, weightSquared: 0, margin: 0, marginSquared: 0 });

export const emptyStopLoss = (): StopLoss => ({ treated: emptySide(), control: emptySide(), tripped: false });

/**
 * Turns itself off for good when the control group earns clearly more. Offers go where the model hopes for most, so both
 * sides are weighted by their propensities before they are compared.
 */
export function watchLoss(stopLoss: StopLoss, { arm, propensity, netMarginFen }: OfferOutcome): void {
  const side = arm === NONE ? stopLoss.control : stopLoss.treated;
  const weight = Math.min(WEIGHT_MAX, 1 / Math.max(propensity, 1e-6));
  side.count += 1;
  side.weight += weight;
  side.weightSquared += weight * weight;
  side.margin += weight * netMarginFen;
  side.marginSquared += weight * netMarginFen * netMarginFen;
  if (side !== stopLoss.treated || side.count < TREATED_MIN || side.count % LOOK_EVERY !== 0) return;
  const [control, treated] = [estimate(stopLoss.control), estimate(stopLoss.treated)];
  const excess = control.mean - treated.mean;
  if (excess > ERRORS_MAX * Math.sqrt(control.variance + treated.variance)) stopLoss.tripped = true;
}

/** Mean, and the variance of the mean by the effective number of shoppers. */
function estimate({ weight, weightSquared, margin, marginSquared }: Side): { mean: number; variance: number } {
  if (weight === 0) return { mean: 0, variance: Number.POSITIVE_INFINITY };
  const mean = margin / weight;
  const spread = Math.max(0, marginSquared / weight - mean * mean);
  return { mean, variance: (spread * weightSquared) / (weight * weight) };
}
