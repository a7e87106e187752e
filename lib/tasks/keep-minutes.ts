import { SECOND_MS } from "#lib/base/time.ts";
import { createMinuteKeeper, type MinuteKeeperDeps } from "#lib/ops/health-minutes.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";

const EVERY_MS = 5 * SECOND_MS;

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
