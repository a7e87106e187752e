import { DAY_MS } from "#lib/base/time.ts";
import { medianOf, spreadOf } from "./statistics.ts";

/** A share at one time: `hits` of `total`. */
export interface SharePoint {
  readonly at: Date;
  readonly hits: number;
  readonly total: number;
}

export interface UsualPoint extends SharePoint {
  /** Null without anybody. */
  readonly share: number | null;
  /** Where it usually lies at this time of the week; null while too few weeks are known. */
  readonly low: number | null;
  readonly high: number | null;
}

const WEEK_MS = 7 * DAY_MS;
const WEEKS = 6;
/** A band of fewer weeks knows nothing of the week's rhythm. */
const WEEKS_MIN = 4;
const DEVIATIONS = 2;

/**
 * Each point beside what is usual: the middle of the same time of the six weeks before, as wide as those weeks differed and
 * never narrower than the error of counting so few. Points before `from` are history only.
 */
export function usualBand(points: readonly SharePoint[], from: Date): UsualPoint[] {
  const byTime = new Map(points.map((point) => [point.at.getTime(), point]));
  return points
    .filter(({ at }) => at >= from)
    .map((point) => {
      const share = point.total === 0 ? null : point.hits / point.total;
      const weeks = Array.from({ length: WEEKS }, (_, back) => byTime.get(point.at.getTime() - (back + 1) * WEEK_MS));
      const known = weeks.flatMap((week) => (week === undefined || week.total === 0 ? [] : [week]));
      if (known.length < WEEKS_MIN) return { ...point, share, low: null, high: null };
      const shares = known.map(({ hits, total }) => hits / total);
      const middle = medianOf(shares);
      const part = Math.min(Math.max(middle, 0.01), 0.99);
      const counting = Math.sqrt((part * (1 - part)) / Math.max(1, point.total));
      const half = DEVIATIONS * Math.max(spreadOf(shares), counting);
      return { ...point, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
    });
}
