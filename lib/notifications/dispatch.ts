import { setTimeout as sleep } from "node:timers/promises";
import { SECOND_MS } from "#lib/base/time.ts";
import type { PeopleNotifier } from "./deliver.ts";

export interface NotificationDispatcherOptions {
  readonly notifier: Pick<PeopleNotifier, "turn" | "dueChannels">;
  readonly log: { error(event: string, fields?: Record<string, unknown>): void };
  /** How long an end waits for messages under way; the rest is left to its rows. */
  readonly stopMs?: number;
}

export interface NotificationDispatcher {
  /** Lets the channel send what is due, as soon as it is free. Returns at once. */
  offer(channelId: string): void;
  /** Starts what is due and was missed by its job. @returns how many channels */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

const STOP_MS = 2 * SECOND_MS;

/** Each channel sends one message after the other in a lane of its own, so one that hangs delays itself alone. */
export function createNotificationDispatcher(options: NotificationDispatcherOptions): NotificationDispatcher {
  const { notifier, log, stopMs = STOP_MS } = options;
  /** Channels at work, and whether they were offered more meanwhile. */
  const lanes = new Map<string, { more: boolean }>();
  const running = new Set<Promise<void>>();
  let stopping = false;

  async function work(channelId: string, lane: { more: boolean }): Promise<void> {
    while (!stopping) {
      lane.more = false;
      // The rows say when they are looked at again.
      const result = await notifier.turn(channelId).catch((cause: unknown) => {
        log.error("notification.broken_off", { channelId, cause });
        return "idle" as const;
      });
      if (result === "idle" && !lane.more) return;
    }
  }
  function offer(channelId: string): void {
    if (stopping) return;
    const busy = lanes.get(channelId);
    if (busy !== undefined) {
      busy.more = true;
      return;
    }
    const lane = { more: false };
    lanes.set(channelId, lane);
    const run: Promise<void> = work(channelId, lane).finally(() => {
      lanes.delete(channelId);
      running.delete(run);
    });
    running.add(run);
  }
  return {
    offer,
    async sweep() {
      const due = await notifier.dueChannels();
      for (const channelId of due) offer(channelId);
      return due.length;
    },
    async stop() {
      stopping = true;
      await Promise.race([Promise.all(running), sleep(stopMs, undefined, { ref: false })]);
    },
  };
}
