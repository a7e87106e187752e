import type { Clock } from "#lib/base/clock.ts";
import { addMs, MINUTE_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  hasDatabaseMinute,
  keepHealthMinute,
  OF_DATABASE,
  readDatabaseMinute,
} from "#lib/storage/operations/health-minutes.ts";
import type { Metrics } from "./metrics.ts";

export interface MinuteKeeperDeps {
  readonly pool: Database["pool"];
  readonly metrics: Pick<Metrics, "takeMinute">;
  readonly clock: Clock;
  /** The process, as in heartbeats. */
  readonly source: string;
  /** Whether this one also writes down what the database knows: workers do. */
  readonly ofDatabase: boolean;
}

/** Called every few seconds; once a minute is over it is written down. */
export function createMinuteKeeper({ pool, metrics, clock, source, ofDatabase }: MinuteKeeperDeps) {
  let current = minuteOf(clock.now());
  return async (): Promise<void> => {
    const now = minuteOf(clock.now());
    if (now.getTime() === current.getTime()) return;
    const over = current;
    current = now;
    await keepHealthMinute(pool, { minute: over, source, figures: metrics.takeMinute() });
    if (!ofDatabase) return;
    const last = addMs(now, -MINUTE_MS);
    // Several workers come here at once, and one is enough.
    if (await hasDatabaseMinute(pool, last)) return;
    const figures = await readDatabaseMinute(pool, { from: last, to: now });
    await keepHealthMinute(pool, { minute: last, source: OF_DATABASE, figures });
  };
}

const minuteOf = (at: Date): Date => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
