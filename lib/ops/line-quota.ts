import { MINUTE_MS } from "#lib/base/time.ts";

/** How often something of one name may happen; what is too much is counted. */
export interface LineQuota {
  /** @returns how many of this name were left out before this one, or null when this one is too much as well */
  take(name: string): number | null;
}

export interface LineQuotaOptions {
  readonly perMinute: number;
  /** All names together. */
  readonly inAllPerMinute?: number;
  readonly now?: () => number;
}

const NAMES_MAX = 1_000;

/** Keeps the same line, repeated at somebody's pleasure, from pushing everything else out of a log of bounded size. */
export function lineQuota({ perMinute, inAllPerMinute, now = () => performance.now() }: LineQuotaOptions): LineQuota {
  const byName = new Map<string, { since: number; count: number; leftOut: number }>();
  const all = { since: now(), count: 0 };
  return {
    take(name) {
      const at = now();
      if (at - all.since >= MINUTE_MS) Object.assign(all, { since: at, count: 0 });
      if (!byName.has(name) && byName.size >= NAMES_MAX) byName.clear();
      const own = byName.get(name) ?? { since: at, count: 0, leftOut: 0 };
      byName.set(name, own);
      if (at - own.since >= MINUTE_MS) Object.assign(own, { since: at, count: 0 });
      if (own.count >= perMinute || all.count >= (inAllPerMinute ?? Number.POSITIVE_INFINITY)) {
        own.leftOut++;
        return null;
      }
      own.count++;
      all.count++;
      const { leftOut } = own;
      own.leftOut = 0;
      return leftOut;
    },
  };
}
