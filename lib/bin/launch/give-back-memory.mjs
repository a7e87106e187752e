import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// V8 leaves what a start or a busy hour has used up until much more has come, so a process that does nothing keeps a hundred
// megabytes of it. Once a process is quiet, this collects them; V8 gives them back to the system some seconds later.

const LOOK_EVERY_MS = 15_000;
/** Of one core. Who is busier collects by itself, and a pause of 50 ms would hold up calls. */
const QUIET_SHARE_MAX = 0.1;
/** Less is not worth a pause. */
const GROWN_BYTES_MIN = 24 * 1_024 * 1_024;

/**
 * Whether a collection is worth its pause. `busyShare`: of one core, since the last look; `leftBytes`: what was left of the heap
 * when it was last collected, null if it never was.
 */
export const isWorthCollecting = ({ busyShare, heapBytes, leftBytes }) =>
  busyShare <= QUIET_SHARE_MAX && (leftBytes === null || heapBytes - leftBytes >= GROWN_BYTES_MIN);

/** @returns ends it */
export function giveBackMemory() {
  let leftBytes = null;
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  const look = () => {
    const now = { at: performance.now(), cpu: process.cpuUsage() };
    const busyMs = (now.cpu.user + now.cpu.system - last.cpu.user - last.cpu.system) / 1_000;
    const busyShare = busyMs / (now.at - last.at);
    last = now;
    if (!isWorthCollecting({ busyShare, leftBytes, heapBytes: process.memoryUsage().heapTotal })) return;
    collectGarbage();
    leftBytes = process.memoryUsage().heapTotal;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

let collect;

export function collectGarbage() {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    // The flag holds for contexts that are made after it.
    collect = runInNewContext("gc");
  }
  collect();
}
