import { ANOMALY_QUIET_MS } from "#lib/base/behaviour-limits.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import { groupBy, meanOf, medianOf, spreadOf } from "./statistics.ts";

const MEASURES = [
  "conversion",
  "dead_end",
  "refund_count",
  "refund_amount",
  "notice_delay",
  "paid_unnoticed",
  "wechat_error",
] as const;
export type Measure = (typeof MEASURES)[number];

/** What was counted in one hour: `hits` of `total`; of `notice_delay` the 95th percentile in ms, of how many notices. */
export interface HourPoint {
  readonly measure: Measure;
  /** A channel (`all` for all together), a code of WeChat, or nothing. */
  readonly key: string;
  /** The hour's beginning. */
  readonly at: Date;
  readonly hits: number;
  readonly total: number;
  /** Counts for what is usual, and is not looked at itself. */
  readonly isFew?: boolean;
}

/** An hour that was not as such hours are. */
export interface Anomaly {
  readonly measure: Measure;
  readonly key: string;
  readonly at: Date;
  readonly value: number;
  readonly baseline: number;
  readonly z: number;
  readonly isWorse: boolean;
}

const CAUSE_KINDS = ["wechat_error", "notices", "refunds", "dead_end", "conversion"] as const;
type CauseKind = (typeof CAUSE_KINDS)[number];

/** What most likely is behind it: a code of WeChat, a channel, or the kind alone. */
export interface AnomalyCause {
  readonly kind: CauseKind;
  readonly key: string;
}

interface Explained {
  readonly cause: AnomalyCause;
  readonly seen: readonly Anomaly[];
}

/** What was seen in one hour, by cause: fewer payments are a symptom where an error or a wrong app explains them. */
function likelyCauses(seen: readonly Anomaly[]): Explained[] {
  const of = (...measures: Anomaly["measure"][]) => seen.filter(({ measure }) => measures.includes(measure));
  const [errors, conversions, deadEnds] = [of("wechat_error"), of("conversion"), of("dead_end")];
  const [worst] = sorted(errors);
  const explained: Explained[] = [];
  const explain = (kind: CauseKind, key: string, own: readonly Anomaly[]) => {
    if (own.length > 0) explained.push({ cause: { kind, key }, seen: sorted(own) });
  };
  const other = worst === undefined && deadEnds.length === 0;
  explain("wechat_error", worst?.key ?? "", [...errors, ...(worst === undefined ? [] : conversions)]);
  explain("notices", "", of("notice_delay", "paid_unnoticed"));
  explain("refunds", "", of("refund_count", "refund_amount"));
  explain("dead_end", "", [...deadEnds, ...(worst === undefined && deadEnds.length > 0 ? conversions : [])]);
  if (other) explain("conversion", channelOf(conversions), conversions);
  return explained;
}

function channelOf(conversions: readonly Anomaly[]): string {
  const channels = conversions.filter(({ key }) => key !== "all");
  return channels.length === 1 ? (channels[0]?.key ?? "all") : "all";
}

const sorted = (seen: readonly Anomaly[]): Anomaly[] =>
  seen.toSorted((one, other) => Math.abs(other.z) - Math.abs(one.z));

/** What people are alerted of: one cause, at most once in six hours. */
export interface Alarm {
  readonly at: Date;
  readonly cause: AnomalyCause;
  /** What was seen of it in its first hour, the most striking first. */
  readonly seen: readonly Anomaly[];
}

interface AnomalyRule {
  readonly worse: "up" | "down";
  readonly totalMin: number;
  readonly hitsMin: number;
  /** Amounts have no error of counting; only how they usually vary tells. */
  readonly counted: boolean;
}

const RULES: Readonly<Record<Measure, AnomalyRule>> = {
  conversion: { worse: "down", totalMin: 30, hitsMin: 0, counted: true },
  dead_end: { worse: "up", totalMin: 30, hitsMin: 5, counted: true },
  refund_count: { worse: "up", totalMin: 5, hitsMin: 5, counted: true },
  refund_amount: { worse: "up", totalMin: 1, hitsMin: 1, counted: false },
  notice_delay: { worse: "up", totalMin: 5, hitsMin: 0, counted: false },
  paid_unnoticed: { worse: "up", totalMin: 5, hitsMin: 5, counted: true },
  wechat_error: { worse: "up", totalMin: 10, hitsMin: 5, counted: true },
};

const WEEK_MS = 168 * HOUR_MS;
const SLOTS = 6;
/** A baseline of fewer weeks knows nothing of the week's rhythm. */
const SLOTS_MIN = 4;
const Z_ALONE = 4;
const Z_TWICE = 3;
const CHANGE_MIN = 0.2;
const DELAY_MS_MAX = 60_000;
/** How much the hours of the last two weeks varied beyond counting. */
const SCALE_HOURS = 336;
const SCALE_EVERY = 24;

/**
 * Alarms of the hours from `from` on, by robust seasonal statistics: an hour is compared with the median of the last six
 * hours of the same time of the week. Source: smart.md §5.
 */
export function anomalies(points: Iterable<HourPoint>, { from }: { readonly from: Date }): Alarm[] {
  const found = [...groupBy(believedCost(points), ({ measure, key }) => `${measure}|${key}`).values()]
    .flatMap(strangeHours)
    .filter(({ isWorse, at }) => isWorse && at.getTime() >= from.getTime());
  const byHour = [...groupBy(found, ({ at }) => at.toISOString())].sort(([one], [other]) => (one < other ? -1 : 1));
  const quietUntil = new Map<string, number>();
  return byHour.flatMap(([, seen]) => (seen[0] === undefined ? [] : hourAlarms(seen, seen[0].at, quietUntil)));
}

/** Amounts of so few refunds that they tell of single ones say nothing of the hour. */
function believedCost(points: Iterable<HourPoint>): HourPoint[] {
  const all = [...points];
  const refunds = new Map(
    all.flatMap(({ measure, at, hits }) => (measure === "refund_count" ? [[at.getTime(), hits]] : [])),
  );
  const few = ({ measure, at }: HourPoint) =>
    measure === "refund_amount" && (refunds.get(at.getTime()) ?? 0) < RULES.refund_count.hitsMin;
  return all.map((point) => (few(point) ? { ...point, isFew: true } : point));
}

function hourAlarms(seen: readonly Anomaly[], at: Date, quietUntil: Map<string, number>): Alarm[] {
  return likelyCauses(seen).flatMap(({ cause, seen: own }) => {
    const name = `${cause.kind}:${cause.key}`;
    const isQuiet = related(name, [...quietUntil.keys()]).some((known) => at.getTime() < (quietUntil.get(known) ?? 0));
    if (isQuiet) return [];
    quietUntil.set(name, at.getTime() + ANOMALY_QUIET_MS);
    return [{ at, cause, seen: own }];
  });
}

/** All channels together and one of them are one trouble. */
function related(name: string, known: readonly string[]): string[] {
  if (name === "conversion:all") return known.filter((each) => each.startsWith("conversion:"));
  return name.startsWith("conversion:") ? [name, "conversion:all"] : [name];
}

/** One series, of one measure and key. */
function strangeHours(series: readonly HourPoint[]): Anomaly[] {
  const [first] = series;
  if (first === undefined) return [];
  const rule = RULES[first.measure];
  const byTime = new Map(series.map((point) => [point.at.getTime(), point]));
  const scale = usualScale(rule.counted ? 1 : Number.MIN_VALUE);
  let before: { at: number; z: number } | null = null;
  const found: Anomaly[] = [];
  for (const point of series.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    if (first.measure === "notice_delay") {
      if (point.hits > DELAY_MS_MAX && point.total >= rule.totalMin) found.push(lateNotices(point));
      continue;
    }
    if (point.total < rule.totalMin || point.isFew === true) continue;
    const usual = usualOf(point, byTime, rule);
    if (usual === null) continue;
    const raw = deviation(point, usual, rule);
    const z = raw / scale.now();
    scale.note(raw);
    const at = point.at.getTime();
    const twice =
      before !== null && before.at === at - HOUR_MS && Math.min(z * Math.sign(before.z), Math.abs(before.z)) >= Z_TWICE;
    before = { at, z };
    const value = point.hits / point.total;
    const changed = Math.abs(value - usual.rate) >= CHANGE_MIN * usual.rate;
    if (!changed || (Math.abs(z) < Z_ALONE && !(twice && Math.abs(z) >= Z_TWICE))) continue;
    const isWorse = z > 0 === (rule.worse === "up") && (rule.worse === "down" || point.hits >= rule.hitsMin);
    found.push({ ...placeOf(point), value, baseline: usual.rate, z, isWorse });
  }
  return found;
}

const placeOf = ({ measure, key, at }: HourPoint) => ({ measure, key, at });

const lateNotices = (point: HourPoint): Anomaly => ({
  ...placeOf(point),
  ...{ value: point.hits, baseline: DELAY_MS_MAX, z: point.hits / DELAY_MS_MAX, isWorse: true },
});

interface Usual {
  readonly rate: number;
  readonly spread: number;
  /** Of all the weeks together. */
  readonly total: number;
}

function usualOf({ at }: HourPoint, byTime: ReadonlyMap<number, HourPoint>, { counted }: AnomalyRule): Usual | null {
  const slots = Array.from({ length: SLOTS }, (_, back) => byTime.get(at.getTime() - (back + 1) * WEEK_MS));
  const weeks = slots.filter((slot) => slot !== undefined && slot.total > 0) as HourPoint[];
  if (weeks.length < SLOTS_MIN) return null;
  const rates = weeks.map(({ hits, total }) => hits / total);
  const total = weeks.reduce((sum, each) => sum + each.total, 0);
  return { rate: counted ? medianOf(rates) : trimmedMean(rates), spread: spreadOf(rates), total };
}

/** Without the greatest: the middle of amounts that are mostly none would be none. */
const trimmedMean = (rates: readonly number[]): number =>
  meanOf(rates.toSorted((one, other) => one - other).slice(0, -1));

/** By how many usual deviations the hour is off; never less error than that of counting, this hour and the weeks before. */
function deviation(
  { hits, total }: HourPoint,
  { rate, spread, total: known }: Usual,
  { counted }: AnomalyRule,
): number {
  // A sum of amounts varies like its root, by a measure that only its own past tells.
  if (!counted) return 2 * (Math.sqrt(hits) - Math.sqrt(rate * total));
  const off = hits / total - rate;
  // Of a share of 0 or 1 counting would know no error at all; one hit more or less is always possible.
  const part = Math.min(Math.max(rate, 1 / (known + 2)), 1 - 1 / (known + 2));
  const error = Math.sqrt(part * (1 - part) * (1 / total + 1 / known));
  const plain = off / Math.max(spread, error);
  // Rare things are not normal: on the scale of angles they nearly are, and the milder of both counts.
  const angle = (share: number) => Math.asin(Math.sqrt(share));
  const milder = (2 * (angle(hits / total) - angle(part))) / Math.sqrt(1 / total + 1 / known);
  return Math.abs(milder) < Math.abs(plain) ? milder : plain;
}

/** How far hours usually are off, counted in our own deviations. */
function usualScale(least: number) {
  const last: number[] = [];
  let [scale, age] = [least === 1 ? 1 : Number.POSITIVE_INFINITY, 0];
  return {
    now: () => scale,
    note(raw: number): void {
      last.push(Math.abs(raw));
      if (last.length > SCALE_HOURS) last.shift();
      if (++age % SCALE_EVERY === 0) scale = Math.max(least, 1.4826 * medianOf(last));
    },
  };
}
