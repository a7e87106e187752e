import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 10_000;
const SILENCES_MAX = 6;
const END_MS = 10_000;

/**
 * A process can be alive without answering: out of descriptors, or blocked by one piece of work. /healthz needs nothing but
 * the process itself; after too many missing answers in a row the process is restarted.
 */
export async function watchWeb(product, web, { answers, say, everyMs = EVERY_MS }) {
  let silences = 0;
  while (!product.ending) {
    await sleep(everyMs, undefined, { ref: false });
    if (product.ending) return;
    silences = (await answers()) ? 0 : silences + 1;
    if (silences < SILENCES_MAX || product.ending) continue;
    say(`! web does not answer at /healthz; starting it again, log: ${web.logFile}`);
    web.restart({ timeoutMs: END_MS });
    silences = 0;
  }
}
