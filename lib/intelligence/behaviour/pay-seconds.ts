// How long paying takes, as a histogram that can be added up: to the second in the first minute, then in steps of 5 %.

const EXACT_BELOW = 64;
const STEP = Math.log(1.05);

/** Orders by bucket. */
export type PaySeconds = Readonly<Record<string, number>>;

export function bucketOf(seconds: number): number {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < EXACT_BELOW ? whole : EXACT_BELOW + Math.floor(Math.log(whole / EXACT_BELOW) / STEP);
}

/** The middle of what falls into the bucket. */
export function secondsOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  return Math.round(EXACT_BELOW * Math.exp((bucket - EXACT_BELOW + 0.5) * STEP));
}

export function addPaySeconds(one: PaySeconds, other: PaySeconds): PaySeconds {
  const sum: Record<string, number> = { ...one };
  for (const [bucket, orders] of Object.entries(other)) sum[bucket] = (sum[bucket] ?? 0) + orders;
  return sum;
}

/** Seconds that `part` of the orders took at most; null without orders. */
export function payTime(histogram: PaySeconds, part: number): number | null {
  const buckets = Object.entries(histogram).sort(([one], [other]) => Number(one) - Number(other));
  const orders = buckets.reduce((sum, [, count]) => sum + count, 0);
  let before = 0;
  for (const [bucket, count] of buckets) {
    before += count;
    if (before >= part * orders) return secondsOf(Number(bucket));
  }
  return null;
}
