import "server-only";
import { addMs, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { healthSeries, rejectionReasons } from "#lib/ops/health-series.ts";
import { lastVerification } from "#lib/ops/ledger/last-verification.ts";
import { lastAnchor } from "#lib/storage/ledger/anchors.ts";
import { readChainState } from "#lib/storage/ledger/chain-state.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { readHealthMinutes } from "#lib/storage/operations/health-minutes.ts";
import { upkeepUnderWay } from "#lib/storage/operations/upkeep-runs.ts";
import { listProcesses, readSweptWork, readTaskWork } from "#lib/storage/operations/work-under-way.ts";
import type { AdminRequest } from "../../admin-request.ts";

/** About sixty points each. */
const SPANS = {
  hour: { ms: HOUR_MS, stepMs: MINUTE_MS },
  six: { ms: 6 * HOUR_MS, stepMs: 6 * MINUTE_MS },
  day: { ms: 24 * HOUR_MS, stepMs: 24 * MINUTE_MS },
  week: { ms: 168 * HOUR_MS, stepMs: 168 * MINUTE_MS },
} as const;
export type SpanName = keyof typeof SPANS;
export const SPAN_NAMES = Object.keys(SPANS) as SpanName[];

export const spanOf = (text: string | undefined): SpanName => SPAN_NAMES.find((name) => name === text) ?? "six";

const ALERTS_SHOWN = 10;

export async function readHealth({ container }: AdminRequest, name: SpanName) {
  const { pool } = container.database;
  const now = container.clock.now();
  const { ms, stepMs } = SPANS[name];
  // Whole steps, so that a minute stays in its step while time goes on.
  const to = new Date(Math.ceil(now.getTime() / stepMs) * stepMs);
  const from = addMs(to, -ms);
  // One after the other: on a bad day connections are few, and the checks of the installation take several at once.
  const minutes = await readHealthMinutes(pool, from);
  const [swept, tasks] = await Promise.all([readSweptWork(pool, now), readTaskWork(pool, now)]);
  const [processes, alerts] = await Promise.all([listProcesses(pool), listAlerts(pool, { limit: ALERTS_SHOWN })]);
  const ledger = {
    chain: await readChainState(pool),
    last: await lastVerification(pool),
    anchor: await lastAnchor(pool),
    running: await upkeepUnderWay(pool),
  };
  const report = await (container.checkInstallation?.().catch(() => null) ?? null);
  return {
    ...{ report, ledger, swept, tasks, processes, alerts, now, from, stepMs },
    hasMinutes: minutes.length > 0,
    series: healthSeries(minutes, { from, to, stepMs }),
    reasons: rejectionReasons(minutes),
  };
}
export type Health = Awaited<ReturnType<typeof readHealth>>;
