import { setTimeout as sleep } from "node:timers/promises";

export interface LoopOptions {
  readonly name: string;
  readonly everyMs: number;
  /** Answers `again` when there was more to do than it could do at once. */
  readonly run: () => Promise<"again" | "done">;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    error(event: string, fields?: Record<string, unknown>): void;
  };
}

export interface Loop {
  /** There may be something to do: a round begins within a moment, or follows the one under way. */
  wake(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** Several workers started together should not ask together. */
const JITTER = 0.25;
/** What comes within so long is one round. */
const GATHER_MS = 50;

/** Runs round after round, never two at once, until stopped. A failed round is reported once and tried again. */
export function startLoop({ name, everyMs, run, log }: LoopOptions): Loop {
  const stopping = new AbortController();
  let waking = new AbortController();
  let failing = false;
  async function round(): Promise<"again" | "done"> {
    try {
      const result = await run();
      if (failing) log.info("loop.recovered", { loop: name });
      failing = false;
      return result;
    } catch (cause) {
      if (!failing) log.error("loop.failed", { loop: name, cause });
      failing = true;
      return "done";
    }
  }
  async function go(): Promise<void> {
    while (!stopping.signal.aborted) {
      waking = new AbortController();
      const result = await round();
      const pauseMs = result === "again" ? 0 : everyMs * (1 - JITTER + 2 * JITTER * Math.random());
      await sleep(pauseMs, undefined, { signal: AbortSignal.any([stopping.signal, waking.signal]) }).catch(() => {});
      if (waking.signal.aborted) await sleep(GATHER_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const going = go();
  return {
    wake: () => waking.abort(),
    async stop() {
      stopping.abort();
      await going;
    },
  };
}
