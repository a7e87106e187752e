import { Random } from "../promotions/random.ts";
import { meanOf, quantileOf, sumOf } from "./statistics.ts";
import type { Estimate } from "./uplift.ts";

/** A decision that was made, with what is known of it. */
export interface LoggedDecision {
  readonly arm: string;
  /** The exact probability with which this arm was drawn. */
  readonly propensity: number;
  /** Net margin, in fen. */
  readonly reward: number;
}

export interface OffPolicyOptions<Log extends LoggedDecision> {
  /** The probabilities of the policy that is weighed, by arm; they add up to 1. */
  readonly target: (log: Log) => Readonly<Record<string, number>>;
  /** The reward to expect of an arm; without one, the arm's mean. */
  readonly model?: (log: Log, arm: string) => number;
  readonly seed?: string;
  readonly resamples?: number;
}

export interface OffPolicyValue {
  /** What the other policy would have earned per decision, doubly robust; null where the logs cannot tell. */
  readonly value: Estimate | null;
  /** Of the policy that was active. */
  readonly logged: number;
  /** Self-normalised importance sampling: when it is far from `value`, model or logs are wrong. */
  readonly snips: number;
  /** As many decisions of the other policy the logs are worth. */
  readonly effectiveSize: number;
  readonly conclusion: "better" | "worse" | "no_difference" | "refused";
  readonly reason: "too_few" | "estimates_disagree" | null;
}

const WEIGHT_MAX = 20;
const EFFECTIVE_SIZE_MIN = 200;

/**
 * What another policy would have earned, from the logs of this one. Sources: Dudík, Langford & Li 2011 (doubly robust),
 * Swaminathan & Joachims 2015 (the check). Weights are clipped at 20; below 200 effective decisions nothing is concluded.
 */
export function offPolicyValue<Log extends LoggedDecision>(
  logs: readonly Log[],
  { target, model = meansByArm(logs), seed = "off-policy", resamples = 400 }: OffPolicyOptions<Log>,
): OffPolicyValue {
  const weights = logs.map((log) => Math.min(WEIGHT_MAX, (target(log)[log.arm] ?? 0) / log.propensity));
  const scores = logs.map((log, at) => {
    const expected = sumOf(Object.entries(target(log)).map(([arm, part]) => part * model(log, arm)));
    return expected + (weights[at] ?? 0) * (log.reward - model(log, log.arm));
  });
  const weight = sumOf(weights);
  const squares = sumOf(weights.map((each) => each * each));
  const effectiveSize = squares === 0 ? 0 : (weight * weight) / squares;
  const logged = meanOf(logs.map(({ reward }) => reward));
  const snips = weight === 0 ? Number.NaN : sumOf(logs.map(({ reward }, at) => (weights[at] ?? 0) * reward)) / weight;
  const estimate = { logged, snips, effectiveSize };
  if (effectiveSize < EFFECTIVE_SIZE_MIN) return { ...estimate, value: null, conclusion: "refused", reason: "too_few" };
  const gains = scores.map((score, at) => score - (logs[at]?.reward ?? 0));
  const random = new Random(seed);
  const draws = Array.from({ length: resamples }, () => resample(scores, gains, random));
  const value = {
    value: meanOf(scores),
    low: quantileOf(
      draws.map(([v]) => v),
      0.025,
    ),
    high: quantileOf(
      draws.map(([v]) => v),
      0.975,
    ),
  };
  // Both estimate the same; four half widths apart they do not.
  if (Math.abs(snips - value.value) > 2 * (value.high - value.low)) {
    return { ...estimate, value, conclusion: "refused", reason: "estimates_disagree" };
  }
  const [low, high] = [0.025, 0.975].map((part) =>
    quantileOf(
      draws.map(([, gain]) => gain),
      part,
    ),
  );
  const conclusion = (low ?? 0) > 0 ? "better" : (high ?? 0) < 0 ? "worse" : "no_difference";
  return { ...estimate, value, conclusion, reason: null };
}

/** Means of the value and of the gain over what was earned, of one resample. */
function resample(scores: readonly number[], gains: readonly number[], random: Random): [number, number] {
  let [value, gain] = [0, 0];
  for (let each = 0; each < scores.length; each++) {
    const at = Math.floor(random.unit() * scores.length);
    value += scores[at] ?? 0;
    gain += gains[at] ?? 0;
  }
  return [value / scores.length, gain / scores.length];
}

function meansByArm(logs: readonly LoggedDecision[]): (log: unknown, arm: string) => number {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { arm, reward } of logs) {
    const known = sums.get(arm) ?? { sum: 0, count: 0 };
    sums.set(arm, { sum: known.sum + reward, count: known.count + 1 });
  }
  const all = meanOf(logs.map(({ reward }) => reward));
  return (_, arm) => {
    const known = sums.get(arm);
    return known === undefined ? all : known.sum / known.count;
  };
}
