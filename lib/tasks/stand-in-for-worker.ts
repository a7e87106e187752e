import type { Clock } from "#lib/base/clock.ts";
import { WORKER_SEEN_MS } from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { PeopleNotifier } from "#lib/notifications/index.ts";
import { createLanes } from "#lib/outbound/lanes.ts";
import type { Database } from "#lib/storage/client.ts";
import { seenLately } from "#lib/storage/operations/heartbeats.ts";
import { settleCondition } from "#lib/storage/operations/lasting-alerts.ts";
import { type Loop, startLoop } from "./loop.ts";

export interface StandInParts {
  readonly database: Pick<Database, "pool">;
  readonly notifier: PeopleNotifier;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
  /** How long a worker may take to come up with us. */
  readonly graceMs?: number;
}

const EVERY_MS = 15 * SECOND_MS;

/**
 * A worker that is gone cannot tell so. The web process sees that no worker is alive, raises the alert, and sends what waits to
 * be told until one is back; that worker's own watch ends the alert.
 */
export function standInForWorker(parts: StandInParts): Loop {
  const { notifier, clock, log, everyMs = EVERY_MS, graceMs = WORKER_SEEN_MS } = parts;
  const { pool } = parts.database;
  const channels = createLanes({
    turn: notifier.turn,
    due: notifier.dueChannels,
    onError: (channelId, cause) => log.error("notification.broken_off", { channelId, cause }),
  });
  const since = clock.now().getTime();
  const loop = startLoop({
    name: "stand-in",
    everyMs,
    log,
    async run() {
      if (clock.now().getTime() - since < graceMs || (await seenLately(pool, "worker", WORKER_SEEN_MS))) return "done";
      await settleCondition(pool, { kind: "health_worker", holds: true, detail: {}, at: clock.now() });
      await channels.sweep();
      return "done";
    },
  });
  return {
    wake: loop.wake,
    async stop() {
      await Promise.all([loop.stop(), channels.stop()]);
    },
  };
}
