import type { Share } from "#lib/intelligence/index.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

export type InsightsWords = AdminText["insights"];

/** How much such a figure is worth, in words: what it may be off by, from how many it was seen. */
export function certaintyOf({ low, high }: Share, words: InsightsWords): string {
  const points = Math.max(0.1, Math.round((high - low) * 500) / 10);
  const { sure, rough, few } = words.certainty;
  return fill(points < 2 ? sure : points < 8 ? rough : few, { points });
}

export const durationText = (seconds: number, words: InsightsWords): string =>
  seconds < 120
    ? fill(words.seconds, { count: Math.round(seconds) })
    : fill(words.minutes, { count: Math.round(seconds / 6) / 10 });

/** `152,340` */
export const countText = (count: number): string => count.toLocaleString("en");
