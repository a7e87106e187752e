import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import type { UpkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

const STEPS = [
  [2 * DAY_MS, DAY_MS, "days"],
  [HOUR_MS, HOUR_MS, "hours"],
  [MINUTE_MS, MINUTE_MS, "minutes"],
] as const;

/** How long ago, in the greatest unit that says something. */
export function ageOf(at: Date, now: Date, { ages }: UpkeepText): string {
  const ms = now.getTime() - at.getTime();
  const step = STEPS.find(([from]) => ms >= from);
  return step === undefined ? ages.now : fill(ages[step[2]], { count: Math.floor(ms / step[1]) });
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function sizeOf(bytes: number): string {
  const at = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[at]}`;
}
