// A share of bad outcomes that jumps: payments without a notice, orders whose page is not opened, payments that do not come about.
// Page's cumulative sum of log-likelihood ratios (1954) sees such a jump after the fewest outcomes for a given rate of false alarms
// (Lorden 1971, Moustakides 1986). Its threshold follows from the budget by the corrected diffusion approximation of Reynolds and
// Stoumbos (1999): `ln((outcomes a week) / budget)` alone would be safe as well, and a third later.

export interface ShareModel {
  /** Of the bad ones, when all is well. */
  readonly usual: number;
  /** Of the bad ones, when it is broken. */
  readonly broken: number;
  /** Outcomes of a usual week. */
  readonly perWeek: number;
  /** False alarms a week that are put up with. */
  readonly budget: number;
  /** What is known of an outcome grows with time, so that a sum comes to the threshold little by little and does not jump beyond it. */
  readonly isGradual?: boolean;
}

export interface ShareVerdict {
  readonly isAlarm: boolean;
  /** Of the outcomes since the trouble began. */
  readonly bad: number;
  readonly of: number;
}

const CALM: ShareVerdict = { isAlarm: false, bad: 0, of: 0 };
/** UsualShares and broken must be told apart by a few outcomes, or the signal is no use to this shop. */
const TELLS_APART = 0.3;

/** An outcome, or what of it is known by now. */
export interface WeighedOutcome {
  readonly isBad: boolean;
  /** ln of how much likelier it is in a broken time than usually. */
  readonly ratio: number;
}

/** @param outcomes oldest first; true is a bad one. What lies further back than a hundred or so changes nothing */
export function watchShare(outcomes: readonly boolean[], model: ShareModel): ShareVerdict {
  const { usual, broken } = model;
  const ratio = { bad: Math.log(broken / usual), good: Math.log((1 - broken) / (1 - usual)) };
  return watchOutcomes(
    outcomes.map((isBad) => ({ isBad, ratio: isBad ? ratio.bad : ratio.good })),
    model,
  );
}

/** The same for outcomes that are not all known to their end. @param outcomes oldest first */
export function watchOutcomes(outcomes: readonly WeighedOutcome[], model: ShareModel): ShareVerdict {
  if (model.broken - model.usual < TELLS_APART || model.perWeek <= 0) return CALM;
  const threshold = thresholdOf(model);
  let verdict = CALM;
  let sum = 0;
  for (const { isBad, ratio } of outcomes) {
    // No higher than the threshold, so that a few good ones end the alarm however long it was.
    sum = Math.min(threshold, Math.max(0, sum + ratio));
    const isAlarm = verdict.isAlarm ? sum > threshold / 2 : sum >= threshold;
    const ended = sum === 0 || (verdict.isAlarm && !isAlarm);
    verdict = ended ? CALM : { isAlarm, bad: verdict.bad + Number(isBad), of: verdict.of + 1 };
    if (ended) sum = 0;
  }
  return verdict;
}

/** The threshold at which, when all is well, `perWeek / budget` outcomes pass between two alarms in the mean. */
function thresholdOf({ usual, broken, perWeek, budget, isGradual = false }: ShareModel): number {
  const between = perWeek / budget;
  const step = { bad: Math.log(broken / usual), good: Math.log((1 - broken) / (1 - usual)) };
  const drift = Math.abs(usual * step.bad + (1 - usual) * step.good);
  // How far a sum passes beyond the threshold: the same number of outcomes comes of a threshold that is lower by so much.
  const beyond = isGradual ? 0 : (step.bad - step.good) * overshoot(usual) * Math.sqrt(usual * (1 - usual));
  // The mean is (e^h − h − 1) / drift with h = threshold + beyond; h is found by putting it in twice.
  let h = Math.log(between * drift + 1);
  for (let round = 0; round < 4; round++) h = Math.log(between * drift + h + 1);
  // For rare outcomes the bound that always holds is the better one of the two.
  return Math.max(1, Math.min(h - beyond, Math.log(between)));
}

/** Reynolds and Stoumbos' fit, for shares from 1 to 50 %; below that it is not used. */
function overshoot(share: number): number {
  if (share < 0.01) return 0;
  const log = Math.log(Math.min(share, 0.5));
  return 0.41 - 0.0842 * log - 0.0391 * log ** 3 - 0.00376 * log ** 4 - 0.000008 * log ** 7;
}

export interface Prior {
  /** What is expected before anything was seen, */
  readonly share: number;
  /** and as how many outcomes that counts. */
  readonly weight: number;
}

/** The mean of a beta distribution: what was seen, drawn towards what is expected as long as little was seen. */
export const usualShare = (seen: { readonly bad: number; readonly total: number }, prior: Prior): number =>
  (seen.bad + prior.share * prior.weight) / (seen.total + prior.weight);
