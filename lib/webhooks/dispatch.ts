import { setTimeout as sleep } from "node:timers/promises";
import { SECOND_MS } from "#lib/base/time.ts";
import type { DeliveryKey } from "#lib/storage/webhooks/webhook-deliveries.ts";
import type { Deliverer } from "./deliver.ts";

export interface DispatcherOptions {
  readonly deliverer: Deliverer;
  readonly log: { error(event: string, fields?: Record<string, unknown>): void };
  /** Deliveries to one endpoint at a time. */
  readonly perEndpoint?: number;
  /** How long an end waits for those under way; the rest is left to its rows. */
  readonly stopMs?: number;
}

export interface Dispatcher {
  /** Sends it as soon as its endpoint has room. Returns at once: a job is not held up by what an endpoint does. */
  offer(delivery: DeliveryKey): void;
  /** Starts what is due and was missed by its job, as far as there is room. @returns how many */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

const PER_ENDPOINT = 3;
/** More than these are not remembered: their rows are, and are asked for when the endpoint has room again. */
const WAITING_MAX = 100;
const STOP_MS = 2 * SECOND_MS;

interface Lane {
  running: number;
  readonly waiting: DeliveryKey[];
  /** Its rows hold more that is due than was taken. */
  more: boolean;
}

/**
 * Deliveries by endpoint. Each endpoint has a few slots of its own and none of another's, so one that hangs delays itself
 * alone; a delivery under way is a socket and a timer, so there are slots for all endpoints that a shop may have.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { deliverer, log, perEndpoint = PER_ENDPOINT, stopMs = STOP_MS } = options;
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let stopping = false;

  const laneOf = (endpointId: string): Lane => {
    const lane = lanes.get(endpointId) ?? { running: 0, waiting: [], more: false };
    lanes.set(endpointId, lane);
    return lane;
  };
  function start(endpointId: string, work: () => Promise<unknown>): void {
    const lane = laneOf(endpointId);
    lane.running++;
    const run: Promise<void> = Promise.resolve()
      .then(work)
      // The row says when it is looked at again.
      .catch((cause: unknown) => log.error("webhook.broken_off", { endpointId, cause }))
      .then(() => {
        lane.running--;
        running.delete(run);
        if (!stopping) next(endpointId, lane);
      });
    running.add(run);
  }
  function next(endpointId: string, lane: Lane): void {
    const key = lane.waiting.shift();
    if (key !== undefined) start(endpointId, () => deliverer.deliver(key));
    else if (lane.more) {
      lane.more = false;
      // It takes a slot of the endpoint while it looks, and gives it to what it finds.
      start(endpointId, () => sweep(endpointId));
    } else if (lane.running === 0) lanes.delete(endpointId);
  }
  async function sweep(only?: string): Promise<number> {
    const busy = new Map(
      [...lanes].map(([id, lane]) => [id, Math.max(0, perEndpoint - lane.running - lane.waiting.length)]),
    );
    // Its own look is one of those that run.
    if (only !== undefined) busy.set(only, (busy.get(only) ?? perEndpoint - 1) + 1);
    const claimed = await deliverer.claimDue({ each: perEndpoint, busy, ...(only === undefined ? {} : { only }) });
    for (const delivery of claimed) start(delivery.endpointId, () => deliverer.send(delivery));
    for (const [endpointId, found] of countsOf(claimed)) {
      if (found >= (busy.get(endpointId) ?? perEndpoint)) laneOf(endpointId).more = true;
    }
    return claimed.length;
  }

  return {
    offer(key) {
      if (stopping) return;
      const lane = laneOf(key.endpointId);
      if (lane.running < perEndpoint) start(key.endpointId, () => deliverer.deliver(key));
      else if (lane.waiting.length < WAITING_MAX) lane.waiting.push(key);
      else lane.more = true;
    },
    sweep: () => sweep(),
    async stop() {
      stopping = true;
      await Promise.race([Promise.all(running), sleep(stopMs, undefined, { ref: false })]);
    },
  };
}

function countsOf(claimed: readonly DeliveryKey[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { endpointId } of claimed) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1);
  return counts;
}
