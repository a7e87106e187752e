import { setTimeout as sleep } from "node:timers/promises";
import { SECOND_MS } from "#lib/base/time.ts";

export interface LanesOptions {
  /** Does the next thing that is due for this receiver. @returns whether there may be more to do at once */
  readonly turn: (receiverId: string) => Promise<"again" | "idle">;
  /** Receivers with something due that was missed by its job; named once for each turn that they should get. */
  readonly due: () => Promise<readonly string[]>;
  /** A turn that broke off. Its rows say when they are looked at again. */
  readonly onError: (receiverId: string, cause: unknown) => void;
  /** Turns of one receiver at a time. */
  readonly concurrency?: number;
  /** How long an end waits for turns under way; the rest is left to its rows. */
  readonly stopMs?: number;
}

export interface Lanes {
  /** Gives the receiver a turn as soon as it has room. Returns at once: no job waits for what a receiver does. */
  offer(receiverId: string): void;
  /** Starts what is due and was missed by its job. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

interface Lane {
  running: number;
  /** Something was offered while there was no room. */
  more: boolean;
}

const STOP_MS = 2 * SECOND_MS;

/**
 * A lane for each receiver: a webhook endpoint, a channel, a printer. It has a few turns of its own at a time and none of
 * another's, so one that hangs delays itself alone. A turn under way is a socket and a timer, so all lanes have room.
 */
export function createLanes({ turn, due, onError, concurrency = 1, stopMs = STOP_MS }: LanesOptions): Lanes {
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let stopping = false;

  async function work(receiverId: string, lane: Lane): Promise<void> {
    while (!stopping) {
      const result = await turn(receiverId).catch((cause: unknown) => {
        onError(receiverId, cause);
        return "idle" as const;
      });
      if (result === "again") continue;
      if (!lane.more) return;
      lane.more = false;
    }
  }
  function offer(receiverId: string): void {
    if (stopping) return;
    const lane = lanes.get(receiverId) ?? { running: 0, more: false };
    lanes.set(receiverId, lane);
    if (lane.running >= concurrency) {
      lane.more = true;
      return;
    }
    lane.running++;
    const run: Promise<void> = work(receiverId, lane).finally(() => {
      running.delete(run);
      if (--lane.running === 0) lanes.delete(receiverId);
    });
    running.add(run);
  }
  return {
    offer,
    async sweep() {
      for (const receiverId of await due()) offer(receiverId);
    },
    async stop() {
      stopping = true;
      await Promise.race([Promise.all(running), sleep(stopMs, undefined, { ref: false })]);
    },
  };
}
