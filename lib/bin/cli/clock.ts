import type { Clock } from "#lib/base/time.ts";

export const systemClock: Clock = { now: () => new Date() };
