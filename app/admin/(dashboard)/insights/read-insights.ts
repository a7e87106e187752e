import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { type Cell, type FunnelRow, funnelOf, type UsualPoint, usualBand } from "#lib/intelligence/index.ts";
import { readBusyHours, readConversion, readFunnelSums } from "#lib/storage/behaviour/funnel-sums.ts";
import { readToldAnomalies, type ToldAnomaly } from "#lib/storage/behaviour/insight-alerts.ts";
import { readShopperSummary } from "#lib/storage/behaviour/shopper-summary.ts";
import type { Look } from "#lib/storage/replica.ts";
import { readTakings, type Takings } from "#lib/storage/takings/read-takings.ts";

const WEEKS_BEFORE_MS = 6 * 7 * DAY_MS;
/** More days than that are a picture by day. */
const DAYS_BY_HOUR = 7;

export interface Insights {
  readonly from: Date;
  readonly to: Date;
  readonly all: FunnelRow | undefined;
  readonly ways: readonly FunnelRow[];
  /** How long paying took: orders by seconds. */
  readonly paySeconds: Cell["paySeconds"];
  readonly step: "hour" | "day";
  readonly curve: readonly UsualPoint[];
  readonly anomalies: readonly ToldAnomaly[];
  readonly busy: Awaited<ReturnType<typeof readBusyHours>>;
  readonly scenes: readonly Takings[];
  readonly shoppers: Awaited<ReturnType<typeof readShopperSummary>>;
}

/** Whole days in Beijing, today included: what lists of orders can show, too. */
export async function readInsights({ pool }: Pick<Look, "pool">, days: number, now: Date): Promise<Insights> {
  const from = addMs(beijingMidnight(beijingDay(now)), -(days - 1) * DAY_MS);
  const span = { from, to: now };
  const step = days <= DAYS_BY_HOUR ? "hour" : "day";
  const [cells, points, anomalies, busy, scenes, shoppers] = await Promise.all([
    readFunnelSums(pool, { firstDay: beijingDay(from), lastDay: beijingDay(now) }),
    readConversion(pool, { from: addMs(from, -WEEKS_BEFORE_MS), to: now, step }),
    readToldAnomalies(pool, from),
    readBusyHours(pool, span),
    readTakings(pool, { ...span, dimension: "scene", step: "month" }),
    readShopperSummary(pool),
  ]);
  return {
    ...span,
    all: funnelOf(cells, [])[0],
    ways: cells.flatMap((cell) => funnelOf([cell], ["channel"])),
    paySeconds: addedUp(cells),
    step,
    curve: usualBand(points, from),
    anomalies,
    busy,
    scenes: scenes.takings,
    shoppers,
  };
}

function addedUp(cells: readonly Cell[]): Cell["paySeconds"] {
  const sums: Record<string, number> = {};
  for (const { paySeconds } of cells) {
    for (const [bucket, orders] of Object.entries(paySeconds)) sums[bucket] = (sums[bucket] ?? 0) + orders;
  }
  return sums;
}
