import { setTimeout as sleep } from "node:timers/promises";
import { noteLauncher, runningLauncher } from "./lock.mjs";
import { chosenProgram } from "./program.mjs";
import { explain, Refusal } from "./report.mjs";

/** A process that is slow to start holds nothing up: the one before goes on meanwhile. */
const START_MS = 120_000;
const STOP_MS = 10_000;
/** Sandbox and database hold what a restart would lose. */
const REPLACED = /^(web|worker)(-\d+)?$/;

/**
 * On SIGUSR2 each web and worker process is replaced, one after the other, while the others and the old one work: by the program
 * that was chosen for this data folder, which after an upgrade is in another folder. If that one does not start, those that were
 * replaced are put back.
 */
export function obeyRestarts(product, { settings, only, say }) {
  let restarts = 0;
  let running = false;
  const note = (problem) =>
    noteLauncher(settings, only, { restarts, program: product.program, ...(problem ? { problem } : {}) });
  process.on("SIGUSR2", async () => {
    if (running || product.ending) return;
    running = true;
    const since = Date.now();
    const before = product.program;
    product.program = chosenProgram(settings.dataDir)?.root ?? before;
    const replaced = [];
    let problem;
    try {
      for (const child of product.children.filter(({ name }) => REPLACED.test(name))) {
        await replaceChild(child, say);
        replaced.push(child);
      }
    } catch (cause) {
      problem = explain(cause);
      if (!product.ending) say(`! ${problem}`);
    }
    if (problem && product.program !== before) {
      product.program = before;
      for (const child of replaced) await replaceChild(child, say).catch((cause) => say(`! ${explain(cause)}`));
    }
    restarts++;
    running = false;
    if (product.ending) return;
    note(problem);
    if (!problem) say(`restarted without a pause (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  });
  note();
}

async function replaceChild(child, say) {
  await child.replace({ startMs: START_MS, stopMs: STOP_MS });
  say(`✓ ${child.name} was replaced`);
}

const PARTS = [undefined, "web", "worker"];
const LOOK_EVERY_MS = 200;

/** The launchers of a data folder, as they noted themselves, each with the part that it runs. */
export const runningLaunchers = (dataDir) =>
  PARTS.flatMap((only) => {
    const note = runningLauncher(dataDir, only);
    return note ? [{ only, ...note }] : [];
  });

/** Asks the launchers of this data folder to replace their processes, one launcher after the other, and waits for it. */
export async function restartRunning({ dataDir }, { say }) {
  const launchers = runningLaunchers(dataDir);
  if (launchers.length === 0) throw new Refusal(`nothing runs on ${dataDir}`);
  for (const launcher of launchers) {
    const { only, pid, restarts } = launcher;
    if (restarts === undefined) throw new Refusal(`process ${pid} has not started all of its processes yet`);
    say(`${only ?? "web and worker"}: replaced one by one …`);
    await switchLauncher(dataDir, launcher);
  }
  say("restarted");
}

/** Has a launcher replace its processes, by the program that is chosen for its data folder, and waits for it. @throws Refusal */
export async function switchLauncher(dataDir, { only, pid }) {
  const restarts = runningLauncher(dataDir, only)?.restarts ?? 0;
  process.kill(pid, "SIGUSR2");
  const { problem } = await untilRestarted({ dataDir, only, pid, restarts });
  if (problem) throw new Refusal(problem);
}

async function untilRestarted({ dataDir, only, pid, restarts }) {
  for (;;) {
    const note = runningLauncher(dataDir, only);
    if (note?.pid !== pid) throw new Refusal(`process ${pid} ended meanwhile`);
    if (note.restarts > restarts) return note;
    await sleep(LOOK_EVERY_MS);
  }
}
