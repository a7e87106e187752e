import { quantile } from "./load.ts";

// What a soak says about memory, from samples alone. All times are in minutes since its beginning.

export interface Sample {
  readonly minute: number;
  readonly value: number;
}

/** Of the level, per minute. */
export const FLAT_SHARE_MAX = 0.01;
/** Heaps and caches find their size first. */
export const WARM_UP_SHARE = 0.3;

export interface Trend {
  readonly first: number;
  readonly middle: number;
  readonly last: number;
  /** After the warm-up, per minute. */
  readonly slope: number;
  /** The same of the level after the warm-up. */
  readonly slopeShare: number;
  readonly isFlat: boolean;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By least squares: one high sample at either end decides nothing. */
export function slopeOf(samples: readonly Sample[]): number {
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ value }) => value))];
  let [above, below] = [0, 0];
  for (const { minute, value } of samples) {
    above += (minute - x) * (value - y);
    below += (minute - x) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

/** The first minute, the middle one, the last one, and where it is going. */
export function trendOf(samples: readonly Sample[], minutes: number): Trend {
  const during = (from: number) => {
    const values = samples.filter(({ minute }) => minute >= from && minute < from + 1).map(({ value }) => value);
    return values.length === 0 ? Number.NaN : mean(values);
  };
  const settled = samples.filter(({ minute }) => minute >= minutes * WARM_UP_SHARE);
  const slope = slopeOf(settled);
  const slopeShare = slope / mean(settled.map(({ value }) => value));
  return {
    ...{ first: during(0), middle: during(Math.floor(minutes / 2)), last: during(Math.max(0, minutes - 1)) },
    ...{ slope, slopeShare, isFlat: slopeShare <= FLAT_SHARE_MAX },
  };
}

/** One answered call. */
export interface TimedCall {
  readonly kind: string;
  readonly minute: number;
  readonly ms: number;
}

export interface CallFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Of the calls of one kind in one minute. */
export function callFigures(calls: readonly TimedCall[], kind: string, minute: number): CallFigures {
  const times = calls.filter((call) => call.kind === kind && Math.floor(call.minute) === minute).map(({ ms }) => ms);
  times.sort((one, other) => one - other);
  const [p50Ms, p95Ms, p99Ms] = [quantile(times, 0.5), quantile(times, 0.95), quantile(times, 0.99)];
  return { perSecond: times.length / 60, p50Ms, p95Ms, p99Ms };
}
