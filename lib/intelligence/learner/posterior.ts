import { dot, sigmoid, subtractOuter, timesVector } from "./linear-algebra.ts";

/** The posterior of the weights of a logistic regression: mean and covariance. */
export interface Posterior {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

// Source: smart.md §4.1.6.
const FORGETTING = 0.99998;

export function newPosterior(size: number, priorSd: (at: number) => number): Posterior {
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) covariance[i * size + i] = priorSd(i) ** 2;
  return { mean: new Float64Array(size), covariance };
}

export const copyPosterior = ({ mean, covariance }: Posterior): Posterior => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
});

/** The predicted probability, with the uncertainty of the weights (MacKay 1992). */
export function predicted({ mean, covariance }: Posterior, features: Float64Array): number {
  const spread = dot(features, timesVector(covariance, features));
  return sigmoid(dot(mean, features) / Math.sqrt(1 + (Math.PI / 8) * spread));
}

export interface Observation {
  readonly features: Float64Array;
  /** 1 yes, 0 no. */
  readonly observed: number;
}

/** One step of the extended Kalman filter for a logistic observation, then forgetting, never beyond the prior. */
export function observe(
  { mean, covariance }: Posterior,
  { features, observed }: Observation,
  priorSd: (at: number) => number,
): void {
  const size = features.length;
  const gain = timesVector(covariance, features);
  const p = sigmoid(dot(mean, features));
  const curvature = p * (1 - p);
  const scale = 1 / (1 + curvature * dot(features, gain));
  subtractOuter(covariance, gain, curvature * scale);
  for (let i = 0; i < size; i += 1) {
    mean[i] = (mean[i] ?? 0) + (gain[i] ?? 0) * (observed - p) * scale;
    const at = i * size + i;
    covariance[at] = Math.min(priorSd(i) ** 2, (covariance[at] ?? 0) / FORGETTING);
  }
}
