import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

// Holds a process to a share of one core by a control group of its own (Linux, cgroup v1, as root).

const CONTROLLER = "/sys/fs/cgroup/cpu";
/** Short, so that a process that has used up its share waits some milliseconds and not a tenth of a second. */
const PERIOD_US = 10_000;

export interface CpuHold {
  release(): void;
}

/** Why no process can be held here; null: it can. */
export function whyNotHeld(): string | null {
  if (!existsSync(path.join(CONTROLLER, "cpu.cfs_quota_us")))
    return `there is no cgroup v1 controller at ${CONTROLLER}`;
  const probe = path.join(CONTROLLER, `lingfu-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return null;
  } catch (cause) {
    return `no control group can be made in ${CONTROLLER}: ${(cause as Error).message}`;
  }
}

/** @param share of one core */
export function holdCpu(pid: number, share: number): CpuHold {
  const group = path.join(CONTROLLER, `lingfu-bench-${pid}`);
  mkdirSync(group);
  writeFileSync(path.join(group, "cpu.cfs_period_us"), String(PERIOD_US));
  writeFileSync(path.join(group, "cpu.cfs_quota_us"), String(Math.round(PERIOD_US * share)));
  writeFileSync(path.join(group, "cgroup.procs"), String(pid));
  return {
    release() {
      // A group with processes cannot be removed; those that have ended have left it.
      for (const each of readFileSync(path.join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean)) {
        writeFileSync(path.join(CONTROLLER, "cgroup.procs"), each);
      }
      rmdirSync(group);
    },
  };
}
