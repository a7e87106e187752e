const FIRST_MINUTE_MS = 60_000;
const FIRST_MINUTES_MS = 5 * FIRST_MINUTE_MS;

export interface Pace {
  /** Since the page began to watch. */
  readonly watchedMs: number;
  /** The shopper said that they have paid: the answer is near. */
  readonly confirming: boolean;
  /** 0 ≤ x < 1, so that a thousand open pages do not ask in step. */
  readonly chance: number;
}

/** How long until the next question about an order that is not final. */
export function pollAfterMs({ watchedMs, confirming, chance }: Pace): number {
  const base = confirming ? 1_000 : watchedMs < FIRST_MINUTE_MS ? 3_000 : watchedMs < FIRST_MINUTES_MS ? 6_000 : 12_000;
  return Math.round(base * (0.85 + 0.3 * chance));
}
