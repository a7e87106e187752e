import { setTimeout as sleep } from "node:timers/promises";
import { BACKUP_LOG_EVERY_MS } from "#lib/base/limits.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { keepBackupLog } from "#lib/ops/make-backup.ts";
import {
  requestScheduledBackup,
  requestScheduledDrill,
  requestScheduledVerification,
  takeTurn,
} from "#lib/ops/upkeep.ts";
import type { UpkeepDeps } from "#lib/ops/upkeep-deps.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";

const EVERY_MS = 3 * SECOND_MS;
const SCHEDULE_EVERY_MS = MINUTE_MS;
/** A backup or a drill takes minutes: one that is under way at the stop is given up, and said to be interrupted. */
const STOP_MS = SECOND_MS;

/** Backups and restore drills, beside the loop that looks for them: nothing waits for one. */
export function startUpkeep(deps: UpkeepDeps, log: LoopOptions["log"]): Pick<Loop, "stop"> {
  let running: Promise<unknown> | null = null;
  let scheduledAt = Number.NEGATIVE_INFINITY;
  const loop = startLoop({
    name: "upkeep",
    everyMs: EVERY_MS,
    log,
    async run() {
      if (running !== null) return "done";
      if (performance.now() - scheduledAt >= SCHEDULE_EVERY_MS) {
        await requestScheduledBackup(deps);
        await requestScheduledVerification(deps);
        await requestScheduledDrill(deps);
        scheduledAt = performance.now();
      }
      running = takeTurn(deps)
        .catch((cause: unknown) => log.error("upkeep.broken_off", { cause }))
        .finally(() => {
          running = null;
        });
      return "done";
    },
  });
  // Beside a run: what is written while a base is made belongs to the log that follows it.
  const logLoop = startLoop({
    name: "backup-log",
    everyMs: BACKUP_LOG_EVERY_MS,
    log,
    run: () => keepBackupLog(deps).then(() => "done"),
  });
  return {
    async stop() {
      await Promise.all([loop.stop(), logLoop.stop()]);
      if (running !== null) await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
