import type { DatabaseMinute, HealthMinute, ProcessMinute } from "#lib/storage/operations/health-minutes.ts";

// Curves of the health page: minutes folded into as many points as a small chart can show.

export type HealthUnit = "count" | "seconds" | "share" | "hours";

interface Curve {
  readonly unit: HealthUnit;
  /** How minutes become a point: what happened is added up, what was is shown at its worst, a mean is of what happened. */
  readonly fold: "sum" | "max" | "last" | "mean";
  /** Null: the minute says nothing about it. */
  readonly of: (minute: HealthMinute) => number | null;
  /** For a mean: by how many it was. */
  readonly weight?: (minute: HealthMinute) => number;
  /** From here on it stands out. */
  readonly warnFrom?: number;
}

const database =
  (read: (minute: DatabaseMinute) => number | null) =>
  ({ database: known }: HealthMinute): number | null =>
    known === null ? null : read(known);
const processes =
  (read: (minute: ProcessMinute) => number) =>
  ({ processes: all }: HealthMinute): number | null =>
    all.length === 0 ? null : all.reduce((sum, each) => sum + read(each), 0);
const mean = (count: (minute: ProcessMinute) => number, total: (minute: ProcessMinute) => number) => {
  const weight = (minute: HealthMinute) => processes(count)(minute) ?? 0;
  return { of: (minute: HealthMinute) => (weight(minute) === 0 ? null : (processes(total)(minute) ?? 0)), weight };
};

const HEALTH_CURVES = {
  paid: { unit: "count", fold: "sum", of: database(({ paid }) => paid) },
  odd: { unit: "count", fold: "sum", of: database(({ odd }) => odd), warnFrom: 1 },
  closed: { unit: "count", fold: "sum", of: database(({ closed }) => closed) },
  noticeDelay: {
    ...{ unit: "seconds", fold: "mean", warnFrom: 60 },
    ...mean(
      ({ notices }) => notices,
      ({ noticeS }) => noticeS,
    ),
  },
  rejections: {
    ...{ unit: "count", fold: "sum", warnFrom: 10 },
    of: database(({ rejections }) => Object.values(rejections).reduce((sum, count) => sum + count, 0)),
  },
  callTime: {
    ...{ unit: "seconds", fold: "mean", warnFrom: 3 },
    ...mean(
      ({ calls }) => calls,
      ({ callS }) => callS,
    ),
  },
  callsUnknown: { unit: "count", fold: "sum", of: processes(({ callsUnknown }) => callsUnknown), warnFrom: 1 },
  unknown: { unit: "count", fold: "max", of: database(({ unknown }) => unknown), warnFrom: 5 },
  oldest: { unit: "seconds", fold: "max", of: database(({ oldestS }) => oldestS), warnFrom: 600 },
  sweepLag: { unit: "seconds", fold: "max", of: database(({ sweepLagS }) => sweepLagS), warnFrom: 120 },
  webhooks: { unit: "count", fold: "max", of: database(({ webhooks }) => webhooks), warnFrom: 100 },
  pushes: { unit: "count", fold: "max", of: database(({ pushes }) => pushes), warnFrom: 50 },
  prints: { unit: "count", fold: "max", of: database(({ prints }) => prints), warnFrom: 20 },
  jobs: { unit: "count", fold: "max", of: database(({ jobs }) => jobs), warnFrom: 100 },
  streams: { unit: "count", fold: "max", of: processes(({ streams }) => streams) },
  pool: {
    ...{ unit: "share", fold: "max", warnFrom: 0.9 },
    of({ processes: all }) {
      // The busiest process: each has a pool of its own.
      const shares = all.filter(({ poolMax }) => poolMax > 0).map(({ poolUsed, poolMax }) => poolUsed / poolMax);
      return shares.length === 0 ? null : Math.max(...shares);
    },
  },
  backupAge: { unit: "hours", fold: "last", of: database(({ backupAgeH }) => backupAgeH), warnFrom: 168 },
} as const satisfies Record<string, Curve>;

export type HealthCurve = keyof typeof HEALTH_CURVES;
const HEALTH_CURVE_NAMES = Object.keys(HEALTH_CURVES) as HealthCurve[];

export interface HealthSpan {
  readonly from: Date;
  readonly to: Date;
  /** Length of a point. */
  readonly stepMs: number;
}

interface HealthSeries {
  readonly name: HealthCurve;
  readonly unit: HealthUnit;
  /** One for each step; null where nothing was written down. */
  readonly values: readonly (number | null)[];
  /** The newest value, and the greatest. */
  readonly last: number | null;
  readonly peak: number | null;
  readonly total: number | null;
  readonly stands: boolean;
}

export function healthSeries(minutes: readonly HealthMinute[], span: HealthSpan): HealthSeries[] {
  const { from, to, stepMs } = span;
  const count = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / stepMs));
  const steps: HealthMinute[][] = Array.from({ length: count }, () => []);
  for (const each of minutes) {
    steps[Math.floor((each.minute.getTime() - from.getTime()) / stepMs)]?.push(each);
  }
  return HEALTH_CURVE_NAMES.map((name) => {
    const curve: Curve = HEALTH_CURVES[name];
    const values = steps.map((step) => fold(curve, step));
    const known = values.filter((value) => value !== null);
    const last = known.at(-1) ?? null;
    return {
      ...{ name, unit: curve.unit, values, last },
      peak: known.length === 0 ? null : Math.max(...known),
      total: curve.fold === "sum" && known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null,
      stands: curve.warnFrom !== undefined && known.some((value) => value >= (curve.warnFrom ?? 0)),
    };
  });
}

function fold({ fold: how, of, weight }: Curve, step: readonly HealthMinute[]): number | null {
  const known = step.flatMap((minute) => of(minute) ?? []);
  if (known.length === 0) return null;
  if (how === "max") return Math.max(...known);
  if (how === "last") return known.at(-1) ?? null;
  const sum = known.reduce((all, value) => all + value, 0);
  if (how === "sum" || weight === undefined) return sum;
  return sum / step.reduce((all, minute) => all + weight(minute), 0);
}

/** Why callbacks were not believed, the most frequent first. */
export function rejectionReasons(
  minutes: readonly HealthMinute[],
): { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { database: known } of minutes) {
    for (const [reason, count] of Object.entries(known?.rejections ?? {})) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).toSorted((one, other) => other.count - one.count);
}
