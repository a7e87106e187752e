import { setTimeout as sleep } from "node:timers/promises";
import { noteLauncher, runningLauncher } from "./lock.mjs";
import { explain, Refusal } from "./report.mjs";

/** A process that is slow to start holds nothing up: the one before goes on meanwhile. */
const START_MS = 120_000;
const STOP_MS = 10_000;
/** Sandbox and database hold what a restart would lose. */
const REPLACED = /^(web|worker)(-\d+)?$/;

/** On SIGUSR2 each web and worker process is replaced, one after the other, while the others and the old one work. */
export function obeyRestarts(product, { settings, only, say }) {
  let restarts = 0;
  let running = false;
  const note = (problem) => noteLauncher(settings, only, { restarts, ...(problem ? { problem } : {}) });
  process.on("SIGUSR2", async () => {
    if (running || product.ending) return;
    running = true;
    const since = Date.now();
    let problem;
    try {
      for (const child of product.children.filter(({ name }) => REPLACED.test(name))) {
        await child.replace({ startMs: START_MS, stopMs: STOP_MS });
        say(`✓ ${child.name} was replaced`);
      }
    } catch (cause) {
      problem = explain(cause);
      if (!product.ending) say(`! ${problem}`);
    }
    restarts++;
    running = false;
    if (product.ending) return;
    note(problem);
    if (!problem) say(`restarted without a pause (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  });
  note();
}

const PARTS = [undefined, "web", "worker"];
const LOOK_EVERY_MS = 200;

/** Asks the launchers of this data folder to replace their processes, one launcher after the other, and waits for it. */
export async function restartRunning({ dataDir }, { say }) {
  const launchers = PARTS.flatMap((only) => {
    const note = runningLauncher(dataDir, only);
    return note ? [{ only, ...note }] : [];
  });
  if (launchers.length === 0) throw new Refusal(`nothing runs on ${dataDir}`);
  for (const { only, pid, restarts } of launchers) {
    if (restarts === undefined) throw new Refusal(`process ${pid} has not started all of its processes yet`);
    process.kill(pid, "SIGUSR2");
    say(`${only ?? "web and worker"}: replaced one by one …`);
    const after = await untilRestarted({ dataDir, only, pid, restarts });
    if (after.problem) throw new Refusal(after.problem);
  }
  say("restarted");
}

async function untilRestarted({ dataDir, only, pid, restarts }) {
  for (;;) {
    const note = runningLauncher(dataDir, only);
    if (note?.pid !== pid) throw new Refusal(`process ${pid} ended meanwhile`);
    if (note.restarts > restarts) return note;
    await sleep(LOOK_EVERY_MS);
  }
}
