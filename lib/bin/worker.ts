import "./launch/keep-inside.mjs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isLoopbackHost } from "#lib/base/networks.ts";
import { type Composed, compose } from "#lib/compose.ts";
import { createDoorWatch } from "#lib/ops/watch-doors.ts";
import { isAway } from "#lib/storage/errors.ts";
import { demoCollectionCode } from "#lib/tasks/demo-collection-code.ts";
import { demoPromotions } from "#lib/tasks/demo-promotions.ts";
import { type RunningWorker, startWorker } from "#lib/tasks/start-worker.ts";
import { explainAndExit } from "./launch/explain-and-exit.ts";
import { giveBackMemory } from "./launch/give-back-memory.mjs";
import { upkeepServers } from "./upkeep-servers.ts";

// The worker process; `node lib/bin/run.mjs lib/bin/worker.ts another` starts one more. SIGTERM, SIGINT and the loss of the
// launcher end it in order; what it does not finish in time is found again by the sweeps over the rows.

/** The launcher waits 5 s before it kills. */
const STOP_TIMEOUT_MS = 4_500;
const BACK_OFF_MS = [500, 1_000, 2_000, 5_000];

const stopping = new AbortController();
let composed: Composed | null = null;
let worker: RunningWorker | null = null;

async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  const timeout = setTimeout(() => {
    composed?.log.warn("worker.stopped_late");
    process.exit(0);
  }, STOP_TIMEOUT_MS);
  await worker?.stop();
  await composed?.close();
  clearTimeout(timeout);
  process.exit(0);
}
for (const signal of ["SIGTERM", "SIGINT", "disconnect"]) {
  process.on(signal, () => {
    stop().catch(explainAndExit);
  });
}

/** Postgres may start a little later than this process, so it is waited for. */
async function composeWhenReachable(): Promise<Composed> {
  for (let tries = 0; ; tries++) {
    try {
      return await compose({ process: "worker", stopping: stopping.signal });
    } catch (cause) {
      if (!isAway(cause)) throw cause;
      if (tries === 0) console.error("the database cannot be reached yet; waiting for it");
      await sleep(BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)]);
    }
  }
}

try {
  composed = await composeWhenReachable();
  const processId = `${hostname()}:${process.pid}`;
  if (!stopping.signal.aborted) {
    const { payments, collection, settings } = composed;
    const isSandbox = () => settings.sandbox;
    const demos = [
      demoPromotions({ promotions: payments.promotions, isSandbox }),
      demoCollectionCode({ collection, isSandbox }),
    ];
    const demo = async () => {
      for (const make of demos) await make();
    };
    const { checkInstallation, doctor } = composed;
    const health = doctor === undefined ? {} : { health: { checkInstallation, doctor } };
    const upkeep = { ...composed.upkeep, ...upkeepServers(composed.environment) };
    const { publicUrl, ledgerAnchor: place, ledgerAnchorSecret: secret } = composed.environment;
    // A machine that talks to itself knows nothing of shoppers.
    const doors = isLoopbackHost(new URL(publicUrl).hostname) ? {} : { doors: createDoorWatch({ publicUrl }) };
    worker = startWorker({ ...composed, processId, demo, upkeep, anchor: { place, secret }, ...doors, ...health });
    composed.log.info("worker.started", { processId });
    process.send?.({ started: true });
    giveBackMemory();
  }
} catch (cause) {
  explainAndExit(cause);
}
