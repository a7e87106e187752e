import { type Belief, copyBelief, newBelief, predicted } from "./belief.ts";
import { sigmoid } from "./linear-algebra.ts";

/**
 * Whether offers do anything here at all: a spike at zero beside the model's own prior (Mitchell & Beauchamp 1988). The rival
 * knows the same shoppers and carts and believes that no offer ever changes anything; whoever foretells the outcomes better,
 * before seeing them, is the more likely to be right.
 */
export interface Doubt {
  /** Log-odds that offers do something. */
  logOdds: number;
  /** What is believed where they do nothing. */
  readonly rival: Belief;
}

// Chosen on seeds that no figure is reported on: merchants make offers because they mostly work; and who came to doubt it by
// chance, or before the world changed, must be able to see the mistake by the few offers that are still made.
const LOG_ODDS_FIRST = 1;
const LOG_ODDS_MIN = -2.5;
const LOG_ODDS_MAX = 10;
/** Of those who would be made an offer, the part that still is when offers seem to do nothing: else nobody would ever know. */
const EXPLORED = 0.05;

export const newDoubt = (size: number, priorSd: (at: number) => number): Doubt => ({
  logOdds: LOG_ODDS_FIRST,
  rival: newBelief(size, priorSd),
});

export const copyDoubt = ({ logOdds, rival }: Doubt): Doubt => ({ logOdds, rival: copyBelief(rival) });

/** Compares the two predictions of one outcome, which neither has seen yet. */
export function weighRivals(
  doubt: Doubt,
  model: Belief,
  { features, baseFeatures, observed }: { features: Float64Array; baseFeatures: Float64Array; observed: number },
): void {
  const [ours, rivals] = [unsure(predicted(model, features)), unsure(predicted(doubt.rival, baseFeatures))];
  const evidence = observed === 1 ? Math.log(ours / rivals) : Math.log((1 - ours) / (1 - rivals));
  doubt.logOdds = Math.max(LOG_ODDS_MIN, Math.min(LOG_ODDS_MAX, doubt.logOdds + evidence));
}

/** Nothing is certain, however large the log-odds are. */
const unsure = (p: number): number => Math.min(1 - 1e-9, Math.max(1e-9, p));

/** The part of the model's offers that is made: each draw of the weights first draws whether offers do anything. */
export function believedPart({ logOdds }: Doubt): number {
  const believed = sigmoid(logOdds);
  return believed + (1 - believed) * EXPLORED;
}
