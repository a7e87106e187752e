import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#lib/base/log.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { ReceiptPrinting } from "#lib/printing/index.ts";

export interface PrintDispatcher {
  /** Lets the printer print what is due, as soon as it is free. Returns at once. */
  offer(printerId: string): void;
  /** Starts what is due and was missed by its job. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const STOP_MS = 2 * SECOND_MS;

/** Each printer prints one document after the other in a lane of its own, so one that hangs delays itself alone. */
export function createPrintDispatcher({
  printing,
  log,
}: {
  readonly printing: Pick<ReceiptPrinting, "turn" | "duePrinters">;
  readonly log: Pick<Log, "error">;
}): PrintDispatcher {
  /** Printers at work, and whether they were offered more meanwhile. */
  const lanes = new Map<string, { more: boolean; done: Promise<void> }>();
  let stopping = false;
  async function work(printerId: string, hasMore: () => boolean): Promise<void> {
    while (!stopping) {
      // The rows say when they are looked at again.
      const result = await printing.turn(printerId).catch((cause: unknown) => {
        log.error("print.broken_off", { printerId, cause });
        return "idle" as const;
      });
      if (result === "idle" && !hasMore()) return;
    }
  }
  function offer(printerId: string): void {
    if (stopping) return;
    const busy = lanes.get(printerId);
    if (busy !== undefined) {
      busy.more = true;
      return;
    }
    const lane = { more: false, done: Promise.resolve() };
    lanes.set(printerId, lane);
    const hasMore = () => {
      const { more } = lane;
      lane.more = false;
      return more;
    };
    lane.done = work(printerId, hasMore).finally(() => lanes.delete(printerId));
  }
  return {
    offer,
    async sweep() {
      for (const printerId of await printing.duePrinters()) offer(printerId);
    },
    async stop() {
      stopping = true;
      const running = [...lanes.values()].map(({ done }) => done);
      await Promise.race([Promise.all(running), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
