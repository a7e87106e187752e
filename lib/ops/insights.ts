import { ANOMALY_QUIET_MS, PAID_SOON_MS } from "#lib/base/behaviour-limits.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { type Alarm, type Anomaly, anomalies, fairness, hourOf } from "#lib/intelligence/index.ts";
import { type RolledUp, rollUpBehaviour } from "#lib/storage/behaviour/behaviour-roll-up.ts";
import { raiseAnomaly, raiseUnfairness } from "#lib/storage/behaviour/insight-alerts.ts";
import { readFairnessRows, readHourPoints } from "#lib/storage/behaviour/insights.ts";
import type { Database } from "#lib/storage/client.ts";
import { rollUpOrderDays } from "#lib/storage/orders/order-days.ts";
import { indexOrders } from "#lib/storage/orders/order-search.ts";
import { rollUpTakings } from "#lib/storage/takings/takings-roll-up.ts";

export interface InsightsDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
}

/** Adds up what has come since the last time. */
export async function rollUp({ pool, clock, log }: InsightsDeps): Promise<RolledUp> {
  const done = await rollUpBehaviour(pool, clock.now());
  await rollUpTakings(pool, clock.now());
  await rollUpOrderDays(pool, clock.now());
  await indexOrders(pool, clock.now());
  if (done.hours + done.facts > 0) log.info("insights.rolled_up", { ...done });
  return done;
}

const WEEKS_LOOKED_AT = 9;

/** Alarms of the hours from `from` on that cannot change any more. */
export async function findAnomalies(pool: Database["pool"], { from, to }: { from: Date; to: Date }): Promise<Alarm[]> {
  const history = addMs(hourOf(from), -WEEKS_LOOKED_AT * 7 * DAY_MS);
  return anomalies(await readHourPoints(pool, { from: history, to }), { from: hourOf(from) });
}

/** The end of the last hour in which payments have had their time. */
export const settledUntil = (now: Date): Date => hourOf(addMs(now, -PAID_SOON_MS));

/** Raises alerts about anomalies of the last hours: one per cause and six hours. @returns how many */
export async function watchAnomalies(deps: InsightsDeps): Promise<number> {
  await rollUp(deps);
  const { pool, clock, log } = deps;
  const now = clock.now();
  const to = settledUntil(now);
  // Two hours, so that a missed run is made up for; an alert that was raised is not raised again.
  const alarms = await findAnomalies(pool, { from: addMs(to, -2 * HOUR_MS), to });
  let raised = 0;
  for (const alarm of alarms) {
    if (await raiseAnomaly(pool, { ...describe(alarm), quietSince: addMs(now, -ANOMALY_QUIET_MS), at: now }))
      raised += 1;
  }
  if (raised > 0) log.info("insights.anomalies", { raised });
  return raised;
}

function describe({ cause, at, seen }: Alarm) {
  const [first] = seen;
  const figure = first === undefined ? "" : figureOf(first);
  // The day's orders are where it can be looked at.
  const link = `/admin/orders?from=${beijingDay(at)}&to=${beijingDay(at)}`;
  return { cause, detail: { figure, hour: at.toISOString(), cause: cause.kind, key: cause.key, link } };
}

/** `jsapi 62 % → 31 %`: short, and the same in every language. */
export function figureOf({ measure, key, value, baseline }: Anomaly): string {
  const text = (each: number) => (measure === "notice_delay" ? `${Math.round(each / 1_000)} s` : `${percent(each)} %`);
  const name = key === "" || key === "all" ? "" : `${key} `;
  return `${name}${text(baseline)} → ${text(value)}`;
}

const percent = (share: number): string => {
  const hundredths = share * 100;
  return hundredths >= 10 ? hundredths.toFixed(0) : hundredths.toFixed(1);
};

/** Compares what shoppers were given by what they looked with, over the last thirty days. @returns unexplained gaps */
export async function watchFairness({ pool, clock, log }: InsightsDeps): Promise<number> {
  const now = clock.now();
  const { gaps, orders } = fairness(await readFairnessRows(pool, { from: addMs(now, -30 * DAY_MS), to: now }));
  for (const { trait, group, gap, orders: own } of gaps) {
    const figure = `${trait} = ${group}: ${gap > 0 ? "+" : "−"}${Math.abs(Math.round(gap))} fen × ${own}`;
    const detail = { figure, trait, group, gap: Math.round(gap), orders: own, link: "/admin/orders" };
    await raiseUnfairness(pool, { month: beijingDay(now).slice(0, 7), detail, at: now });
  }
  log.info("insights.fairness", { orders, gaps: gaps.length });
  return gaps.length;
}
