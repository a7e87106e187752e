import { sigmoid } from "./linear-algebra.ts";
import { copyPosterior, newPosterior, type Posterior, predicted } from "./posterior.ts";

/**
 * The odds that offers have any effect in this shop: a spike at zero added to the model's prior (Mitchell & Beauchamp 1988). A
 * second model sees the same shoppers and carts and assumes that offers change nothing. The model that predicts outcomes better,
 * before seeing them, becomes the more likely one.
 */
export interface EffectOdds {
  /** Log-odds that offers have an effect. */
  logOdds: number;
  /** The model without an effect of offers. */
  readonly noEffect: Posterior;
}

// Chosen on seeds that no reported figure uses. The prior favours an effect, since merchants make offers that mostly work. The
// lower bound lets the estimate recover, from the few offers still made, when it was low by chance or the shoppers changed.
const LOG_ODDS_FIRST = 1;
const LOG_ODDS_MIN = -2.5;
const LOG_ODDS_MAX = 10;
/** The share of offers that is still made when they seem to have no effect, so that a change can be noticed. */
const EXPLORED_SHARE = 0.05;

export const newEffectOdds = (size: number, priorSd: (at: number) => number): EffectOdds => ({
  logOdds: LOG_ODDS_FIRST,
  noEffect: newPosterior(size, priorSd),
});

export const copyEffectOdds = ({ logOdds, noEffect }: EffectOdds): EffectOdds => ({
  logOdds,
  noEffect: copyPosterior(noEffect),
});

/** Updates the odds by how well each model predicted an outcome that neither has seen. */
export function compareModels(
  effectOdds: EffectOdds,
  model: Posterior,
  { features, baseFeatures, observed }: { features: Float64Array; baseFeatures: Float64Array; observed: number },
): void {
  const [ours, theirs] = [unsure(predicted(model, features)), unsure(predicted(effectOdds.noEffect, baseFeatures))];
  const evidence = observed === 1 ? Math.log(ours / theirs) : Math.log((1 - ours) / (1 - theirs));
  effectOdds.logOdds = Math.max(LOG_ODDS_MIN, Math.min(LOG_ODDS_MAX, effectOdds.logOdds + evidence));
}

/** Keeps a probability away from 0 and 1. */
const unsure = (p: number): number => Math.min(1 - 1e-9, Math.max(1e-9, p));

/** The share of the model's offers that is made: each draw of the weights first draws whether offers have an effect. */
export function offeredShare({ logOdds }: EffectOdds): number {
  const hasEffect = sigmoid(logOdds);
  return hasEffect + (1 - hasEffect) * EXPLORED_SHARE;
}
