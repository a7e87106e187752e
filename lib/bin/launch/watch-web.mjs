import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 10_000;
const SILENCES_MAX = 6;
const END_MS = 10_000;

/**
 * A process can live and answer nobody: out of descriptors, or held by one piece of work for good. Asked at /healthz, which
 * needs nothing but the process itself; one that is silent so many times in a row is started anew.
 */
export async function watchWeb(product, web, { answers, say, everyMs = EVERY_MS }) {
  let silences = 0;
  while (!product.ending) {
    await sleep(everyMs, undefined, { ref: false });
    if (product.ending) return;
    silences = (await answers()) ? 0 : silences + 1;
    if (silences < SILENCES_MAX || product.ending) continue;
    say(`! web does not answer at /healthz; starting it again, log: ${web.logFile}`);
    web.restart({ patienceMs: END_MS });
    silences = 0;
  }
}
