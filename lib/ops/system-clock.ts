import type { Clock } from "#lib/base/clock.ts";

/** The only place that reads the system's clock for a {@link Clock}; lib/base stays pure. */
export const systemClock: Clock = { now: () => new Date() };
