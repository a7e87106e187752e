import { HOUR_MS } from "#lib/base/time.ts";
import { Random } from "../../promotions/random.ts";
import type { HourPoint, Measure } from "../anomalies.ts";

// A shop's year by the hour with a known truth: the rhythm of day and week, growth, good and bad days, a holiday week,
// and, if asked for, a trouble.

export interface Trouble {
  readonly measure: Measure;
  readonly key: string;
  /** Hours since the year began. */
  readonly from: number;
  readonly hours: number;
  readonly times: number;
}

export const YEAR_BEGINS = new Date("2027-01-03T16:00:00Z");
const HOURS = 365 * 24;

const CHANNELS = [
  { key: "jsapi", part: 0.6, converts: 0.72 },
  { key: "native", part: 0.25, converts: 0.55 },
  { key: "h5", part: 0.15, converts: 0.42 },
] as const;

/** How busy an hour of the day is, of Beijing. */
const DAY = [1, 0, 0, 0, 0, 1, 6, 20, 35, 40, 45, 70, 95, 70, 45, 40, 42, 60, 85, 80, 60, 40, 20, 6];

export function simulatedYear(seed: string, trouble: Trouble | null = null, scale = 1): HourPoint[] {
  const random = new Random(seed);
  const points: HourPoint[] = [];
  let [dayTraffic, dayMood] = [1, 0];
  for (let hour = 0; hour < HOURS; hour++) {
    if (hour % 24 === 0) [dayTraffic, dayMood] = [Math.exp(0.12 * random.normal()), 0.015 * random.normal()];
    const weekend = Math.floor(hour / 24) % 7 >= 5;
    const holiday = hour / 24 >= 270 && hour / 24 < 277;
    const growth = 1 + (0.4 * hour) / HOURS;
    const busy = (DAY[hour % 24] ?? 0) * (weekend ? 1.3 : 1) * (holiday ? 1.5 : 1) * growth * dayTraffic * scale;
    const times = (measure: Measure, key: string) =>
      trouble !== null &&
      trouble.measure === measure &&
      (trouble.key === key || trouble.key === "all") &&
      hour >= trouble.from &&
      hour < trouble.from + trouble.hours
        ? trouble.times
        : 1;
    points.push(...hourPoints({ random, at: new Date(YEAR_BEGINS.getTime() + hour * HOUR_MS), busy, dayMood, times }));
  }
  return points;
}

interface Hour {
  readonly random: Random;
  readonly at: Date;
  readonly busy: number;
  readonly dayMood: number;
  readonly times: (measure: Measure, key: string) => number;
}

function hourPoints({ random, at, busy, dayMood, times }: Hour): HourPoint[] {
  const byChannel = CHANNELS.map(({ key, part, converts }) => {
    const total = poisson(random, busy * part);
    const hits = binomial(random, total, (converts + dayMood) * times("conversion", key));
    return { measure: "conversion" as const, key, at, hits, total };
  });
  const sum = (field: "hits" | "total") => byChannel.reduce((all, point) => all + point[field], 0);
  const [viewed, paid] = [sum("total"), sum("hits")];
  const counted = (measure: Measure, total: number, rate: number, key = ""): HourPoint => ({
    ...{ measure, key, at, total },
    hits: binomial(random, total, rate * times(measure, key)),
  });
  const refunds = counted("refund_count", paid, 0.012);
  const amounts = Array.from({ length: refunds.hits }, () => 3_800 * Math.exp(0.6 * random.normal()));
  return [
    ...byChannel,
    { measure: "conversion", key: "all", at, hits: paid, total: viewed },
    counted("dead_end", viewed, 0.05),
    refunds,
    {
      measure: "refund_amount",
      key: "",
      at,
      hits: Math.round(amounts.reduce((all, one) => all + one, 0)),
      total: paid * 4_500,
    },
    counted("paid_unnoticed", paid, 0.004),
    counted("wechat_error", viewed, 0.006, "SYSTEM_ERROR"),
    counted("wechat_error", viewed, 0.003, "PARAM_ERROR"),
    { measure: "notice_delay", key: "", at, hits: Math.round(2_500 * Math.exp(0.5 * random.normal())), total: paid },
  ];
}

function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let [count, product] = [-1, 1];
  for (const end = Math.exp(-mean); product > end; count++) product *= random.unit();
  return Math.max(0, count);
}

function binomial(random: Random, total: number, part: number): number {
  let hits = 0;
  for (let each = 0; each < total; each++) if (random.chance(part)) hits += 1;
  return hits;
}
