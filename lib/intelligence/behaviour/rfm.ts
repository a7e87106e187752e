import { SHOPPERS_PER_FIGURE_MIN } from "#lib/base/behaviour-limits.ts";
import { DAY_MS } from "#lib/base/time.ts";
import type { ShopperPayment } from "./cohorts.ts";
import { groupBy, medianOf } from "./statistics.ts";

const RFM_NAMES = ["champions", "loyal", "promising", "new", "at_risk", "lapsed"] as const;
type RfmName = (typeof RFM_NAMES)[number];

/** A shopper's rank in recency, frequency and money, 1 (least) to `groups`. */
interface RfmShopper {
  readonly shopperId: string;
  readonly recencyDays: number;
  readonly frequency: number;
  /** In fen. */
  readonly money: number;
  readonly r: number;
  readonly f: number;
  readonly m: number;
  /** Away for longer than they ever were: more than 45 days and thrice their usual pause. */
  readonly lapsed: boolean;
  readonly name: RfmName;
}

export interface Rfm {
  /** Fifths; thirds of fewer than 100 shoppers. */
  readonly groups: 3 | 5;
  readonly shoppers: readonly RfmShopper[];
  readonly segments: readonly RfmSegment[];
}

interface RfmSegment {
  readonly name: RfmName;
  /** Null where they are too few. */
  readonly shoppers: number | null;
  readonly money: number | null;
  readonly recencyDays: number | null;
  readonly frequency: number | null;
}

const FIFTHS_FROM = 100;
const LAPSED_DAYS_MIN = 45;
const LAPSED_PAUSES = 3;

export function rfm(payments: Iterable<ShopperPayment>, { now }: { readonly now: Date }): Rfm {
  const raw = [...groupBy(payments, ({ shopperId }) => shopperId)].map(([shopperId, own]) =>
    factsOf(shopperId, own, now),
  );
  const groups = raw.length < FIFTHS_FROM ? 3 : 5;
  const usual = medianOf(raw.flatMap(({ pauses }) => pauses));
  const r = ranksOf(
    raw.map(({ recencyDays }) => -recencyDays),
    groups,
  );
  const f = ranksOf(
    raw.map(({ frequency }) => frequency),
    groups,
  );
  const m = ranksOf(
    raw.map(({ money }) => money),
    groups,
  );
  const shoppers = raw.map(({ pauses, ...facts }, at) => {
    const own = pauses.length > 0 ? medianOf(pauses) : usual;
    const lapsed = facts.recencyDays > Math.max(LAPSED_DAYS_MIN, LAPSED_PAUSES * (Number.isNaN(own) ? 0 : own));
    const ranked = { ...facts, r: r[at] ?? 1, f: f[at] ?? 1, m: m[at] ?? 1, lapsed };
    return { ...ranked, name: nameOf(ranked, groups) };
  });
  return { groups, shoppers, segments: RFM_NAMES.map((name) => segmentOf(name, shoppers)) };
}

function factsOf(shopperId: string, own: readonly ShopperPayment[], now: Date) {
  const moments = own.map(({ at }) => at.getTime()).sort((one, other) => one - other);
  const pauses = moments.slice(1).map((moment, at) => (moment - (moments[at] ?? moment)) / DAY_MS);
  return {
    shopperId,
    recencyDays: Math.max(0, now.getTime() - (moments.at(-1) ?? 0)) / DAY_MS,
    frequency: own.length,
    money: own.reduce((sum, { amount }) => sum + amount, 0),
    pauses,
  };
}

/** By how many are below; equal values share a rank. */
function ranksOf(values: readonly number[], groups: number): number[] {
  const sorted = values.toSorted((one, other) => one - other);
  const below = new Map<number, number>();
  sorted.forEach((value, at) => {
    if (!below.has(value)) below.set(value, at);
  });
  return values.map((value) => 1 + Math.floor((groups * (below.get(value) ?? 0)) / values.length));
}

/** High is the upper two fifths, or the upper third. */
function nameOf({ r, f, m, frequency, lapsed }: Omit<RfmShopper, "name">, groups: number): RfmName {
  const [recent, often] = [(r - 1) / (groups - 1), (f + m - 2) / (2 * (groups - 1))];
  if (lapsed) return "lapsed";
  if (recent < 0.5 && often >= 0.5) return "at_risk";
  if (frequency === 1) return recent >= 0.5 ? "new" : "at_risk";
  if (recent >= 0.75 && often >= 0.75) return "champions";
  if (often >= 0.5) return "loyal";
  return recent >= 0.5 ? "promising" : "at_risk";
}

function segmentOf(name: RfmName, all: readonly RfmShopper[]): RfmSegment {
  const own = all.filter((shopper) => shopper.name === name);
  if (own.length < SHOPPERS_PER_FIGURE_MIN) {
    const none = own.length === 0 ? 0 : null;
    return { name, shoppers: none, money: none, recencyDays: null, frequency: null };
  }
  return {
    name,
    shoppers: own.length,
    money: own.reduce((sum, { money }) => sum + money, 0),
    recencyDays: Math.round(medianOf(own.map(({ recencyDays }) => recencyDays))),
    frequency: medianOf(own.map(({ frequency }) => frequency)),
  };
}
