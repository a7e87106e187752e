// A share of bad outcomes that jumps: payments without a notice, orders whose page is not opened, payments that do not come about.
// Page's cumulative sum of log-likelihood ratios (1954) sees such a jump after the fewest outcomes for a given rate of false alarms
// (Lorden 1971, Moustakides 1986): `ln((outcomes a week) / budget)` as its threshold gives at most `budget` false alarms a week.

export interface ShareModel {
  /** Of the bad ones, when all is well. */
  readonly usual: number;
  /** Of the bad ones, when it is broken. */
  readonly broken: number;
  /** Outcomes of a usual week. */
  readonly perWeek: number;
  /** False alarms a week that are put up with. */
  readonly budget: number;
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

/** @param outcomes oldest first; true is a bad one. What lies further back than a hundred or so changes nothing */
export function watchShare(outcomes: readonly boolean[], model: ShareModel): ShareVerdict {
  const { usual, broken } = model;
  if (broken - usual < TELLS_APART || model.perWeek <= 0) return CALM;
  const threshold = thresholdOf(model);
  const ratio = { bad: Math.log(broken / usual), good: Math.log((1 - broken) / (1 - usual)) };
  let verdict = CALM;
  let sum = 0;
  for (const isBad of outcomes) {
    // No higher than the threshold, so that a few good ones end the alarm however long it was.
    sum = Math.min(threshold, Math.max(0, sum + (isBad ? ratio.bad : ratio.good)));
    const isAlarm = verdict.isAlarm ? sum > threshold / 2 : sum >= threshold;
    const ended = sum === 0 || (verdict.isAlarm && !isAlarm);
    verdict = ended ? CALM : { isAlarm, bad: verdict.bad + Number(isBad), of: verdict.of + 1 };
    if (ended) sum = 0;
  }
  return verdict;
}

const thresholdOf = ({ perWeek, budget }: ShareModel): number => Math.max(1, Math.log(perWeek / budget));

export interface Prior {
  /** What is expected before anything was seen, */
  readonly share: number;
  /** and as how many outcomes that counts. */
  readonly weight: number;
}

/** The mean of a beta distribution: what was seen, drawn towards what is expected as long as little was seen. */
export const usualShare = (seen: { readonly bad: number; readonly total: number }, prior: Prior): number =>
  (seen.bad + prior.share * prior.weight) / (seen.total + prior.weight);

/** Outcomes until an alarm, about: threshold by the information in one outcome of a broken time. */
export function outcomesToAlarm(model: ShareModel): number {
  const { usual, broken } = model;
  const information = broken * Math.log(broken / usual) + (1 - broken) * Math.log((1 - broken) / (1 - usual));
  return thresholdOf(model) / information;
}
