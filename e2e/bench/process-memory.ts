import { readdirSync, readFileSync } from "node:fs";

// What processes hold, as Linux tells it. PSS counts a page that several share as a part for each, so it may be added up: Postgres's
// processes share most of what each of them seems to hold.

export interface ProcessMemory {
  readonly rssMb: number;
  readonly pssMb: number;
  /** Of the PSS: what is meant to be shared, like the cache of a database server. */
  readonly sharedMb: number;
}

const NO_MEMORY: ProcessMemory = { rssMb: 0, pssMb: 0, sharedMb: 0 };

/** @param text of `/proc/PID/smaps_rollup` */
export function parseMemory(text: string): ProcessMemory {
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1_024;
  return { rssMb: megabytes("Rss"), pssMb: megabytes("Pss"), sharedMb: megabytes("Pss_Shmem") };
}

/** Nothing of one that has ended. */
export function readMemory(pid: number): ProcessMemory {
  try {
    return parseMemory(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  } catch {
    return NO_MEMORY;
  }
}

export const sumMemory = (all: readonly ProcessMemory[]): ProcessMemory =>
  all.reduce(
    (sum, { rssMb, pssMb, sharedMb }) => ({
      rssMb: sum.rssMb + rssMb,
      pssMb: sum.pssMb + pssMb,
      sharedMb: sum.sharedMb + sharedMb,
    }),
    NO_MEMORY,
  );

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
}

/** @param stat of `/proc/PID/stat`, where the name in brackets may hold anything */
export function parseParent(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** The process and all that it started, with what those started, and so on. */
export function treeOf(root: number, processes: readonly ProcessEntry[]): number[] {
  const found = [root];
  for (const parent of found) {
    for (const { pid, ...each } of processes) if (each.parent === parent && !found.includes(pid)) found.push(pid);
  }
  return found;
}

export function readTree(root: number): number[] {
  const processes = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [{ pid: Number(name), parent: parseParent(readFileSync(`/proc/${name}/stat`, "utf8")) }];
    } catch {
      return []; // It ended while we looked.
    }
  });
  return treeOf(root, processes);
}
