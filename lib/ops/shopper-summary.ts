import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { cohorts, rfm, uplift } from "#lib/intelligence/index.ts";
import { readShopperPayments, readUpliftRows } from "#lib/storage/behaviour/insights.ts";
import { keepShopperSummary, readShopperSummary, type ShopperSummary } from "#lib/storage/behaviour/shopper-summary.ts";
import type { InsightsDeps } from "./insights.ts";

const YEAR_MS = 366 * DAY_MS;
const OFFERS_MS = 90 * DAY_MS;
const FRESH_MS = 20 * HOUR_MS;

/** Segments, cohorts and what offers brought, from a year of payments. */
async function summariseShoppers(pool: InsightsDeps["pool"], now: Date): Promise<ShopperSummary> {
  const [payments, decisions] = await Promise.all([
    readShopperPayments(pool, { from: addMs(now, -YEAR_MS), to: now }),
    readUpliftRows(pool, { from: addMs(now, -OFFERS_MS), to: now }),
  ]);
  return { segments: rfm(payments, { now }).segments, cohorts: cohorts(payments, { now }), uplift: uplift(decisions) };
}

/** Makes it anew where it is older than a day. @returns false when it is fresh enough */
export async function keepSummaryFresh({ pool, clock, log }: InsightsDeps): Promise<boolean> {
  const now = clock.now();
  const known = await readShopperSummary(pool);
  if (known !== null && now.getTime() - known.madeAt.getTime() < FRESH_MS) return false;
  await keepShopperSummary(pool, await summariseShoppers(pool, now), now);
  log.info("insights.summarised", {});
  return true;
}
