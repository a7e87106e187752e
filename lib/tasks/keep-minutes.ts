import { SECOND_MS } from "#lib/base/time.ts";
import { createMinuteKeeper, type MinuteKeeperDeps } from "#lib/ops/health-minutes.ts";
import type { Metrics } from "#lib/ops/metrics.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";

const EVERY_MS = 5 * SECOND_MS;
const FIGURES_EVERY_MS = 15 * SECOND_MS;

/** Leaves what this process has counted where every web process finds it. */
export const startFigures = (metrics: Pick<Metrics, "leaveFigures">, log: LoopOptions["log"]): Loop =>
  startLoop({
    name: "figures",
    everyMs: FIGURES_EVERY_MS,
    log,
    async run() {
      await metrics.leaveFigures();
      return "done";
    },
  });

/** Writes down each minute of this process, and in a worker of the database as well. */
export function startMinutes(deps: MinuteKeeperDeps, log: LoopOptions["log"]): Loop {
  const keep = createMinuteKeeper(deps);
  return startLoop({
    name: "minutes",
    everyMs: EVERY_MS,
    log,
    async run() {
      await keep();
      return "done";
    },
  });
}
