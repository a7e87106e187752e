import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import { forgetUnwritable, type Unwritable, unwritable } from "#lib/storage/errors.ts";
import { raiseAlert } from "#lib/storage/operations/alerts.ts";
import { probeWrite } from "#lib/storage/operations/write-probe.ts";

export interface WriteWatchOptions {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "error">;
  readonly everyMs?: number;
}

export interface WriteWatch {
  /** Looks once, as the timer does. */
  look(): Promise<void>;
  stop(): void;
}

const EVERY_MS = 3 * SECOND_MS;

/**
 * Sees to the end of a time in which nothing could be stored: once a statement has failed by it, tries until writing works,
 * and leaves an alert, which could not be written before. Costs nothing while all is well.
 */
export function createWriteWatch({ pool, clock, log, everyMs = EVERY_MS }: WriteWatchOptions): WriteWatch {
  let reported: Unwritable | null = null;
  let looking = false;
  async function look(): Promise<void> {
    const outage = unwritable();
    if (outage === null || looking) return;
    looking = true;
    if (reported !== outage) log.error("database.unwritable", { why: outage.why, since: outage.since });
    reported = outage;
    try {
      await probeWrite(pool);
      const { why, since } = outage;
      const until = clock.now();
      const cause = `database_recovered:${since.toISOString().slice(0, 16)}`;
      const detail = { why, since: since.toISOString(), until: until.toISOString() };
      await raiseAlert(pool, { kind: "database_recovered", cause, orderId: null, detail, at: until });
      forgetUnwritable();
      log.info("database.writable", { why, since });
    } catch {
      // Still so; the next look comes.
    } finally {
      looking = false;
    }
  }
  const timer = setInterval(() => void look(), everyMs).unref();
  return { look, stop: () => clearInterval(timer) };
}
