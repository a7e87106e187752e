import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SECOND_MS } from "#lib/base/time.ts";

// V8 leaves what a start or a busy hour has used up until much more has come, so a process that does nothing keeps a hundred
// megabytes of it. Once a process is quiet, this collects them; V8 gives them back to the system some seconds later.

const LOOK_EVERY_MS = 15 * SECOND_MS;
/** Of one core. Who is busier collects by itself, and a pause of 50 ms would hold up calls. */
const QUIET_SHARE_MAX = 0.1;
/** Less is not worth a pause. */
const GROWN_BYTES_MIN = 24 * 1_024 * 1_024;

interface MemoryLook {
  /** Of one core, since the last look. */
  readonly busyShare: number;
  readonly heapBytes: number;
  /** What was left of the heap when it was last collected; null: it never was. */
  readonly leftBytes: number | null;
}

export const isWorthCollecting = ({ busyShare, heapBytes, leftBytes }: MemoryLook): boolean =>
  busyShare <= QUIET_SHARE_MAX && (leftBytes === null || heapBytes - leftBytes >= GROWN_BYTES_MIN);

/** @returns ends it */
export function giveBackMemory(): () => void {
  let leftBytes: number | null = null;
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

let collect: (() => void) | undefined;

export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    // The flag holds for contexts that are made after it.
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
