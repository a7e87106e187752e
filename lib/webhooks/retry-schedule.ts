import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { WEBHOOK_RETRY_AFTER_MS_MAX } from "#lib/base/webhook-limits.ts";

// From the start of one try to the start of the next: the first three repeats lie within a minute even where each try
// waits for its time-out; the last comes almost four days after the first, and after more than three with any jitter.
const PAUSES_MS = [
  5 * SECOND_MS,
  15 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
] as const;
/** Pauses up to this are promised (the first retries within a minute) and only ever become shorter. */
const PROMISED_MS = 15 * SECOND_MS;
const JITTER = 0.1;

/**
 * How long after the start of a failed try the next one starts; null when that was the last.
 * @param tries that have failed, this one included
 * @param random from 0 to 1: spreads endpoints that failed together
 */
export function pauseAfter(tries: number, random: number): number | null {
  const pauseMs = PAUSES_MS[tries - 1];
  if (pauseMs === undefined) return null;
  const spread = pauseMs <= PROMISED_MS ? -random : 2 * random - 1;
  return Math.round(pauseMs * (1 + JITTER * spread));
}

/**
 * How long an endpoint asked us to stay away, by its `Retry-After` (seconds or a date, RFC 9110 §10.2.3), at most an hour;
 * 0 where it did not ask, or not in a form that counts.
 */
export function askedPauseMs(retryAfter: string | null, now: Date): number {
  if (retryAfter === null) return 0;
  const text = retryAfter.trim();
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), WEBHOOK_RETRY_AFTER_MS_MAX) : 0;
}
