import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 90_000;
const PAUSE_MS = 50;

export interface Patience {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Asks again and again until there is an answer that is neither undefined nor false; an exception meanwhile counts
 * as no answer, since parts of the product are down on purpose. @throws Error with the last thing that went wrong
 */
export async function until<Result>(
  what: string,
  ask: () => Promise<Result | undefined | false> | Result | undefined | false,
  { timeoutMs = PATIENCE_MS, everyMs = PAUSE_MS }: Patience = {},
): Promise<Result> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const result = await ask();
      if (result !== undefined && result !== false) return result;
    } catch (cause) {
      last = cause;
    }
    if (Date.now() > deadline) throw new Error(`it never came true that ${what}`, { cause: last });
    await sleep(everyMs);
  }
}
