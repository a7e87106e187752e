import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { product } from "../support/product.ts";

const CLOCK_TICKS_PER_SECOND = 100;

/** Our web processes or workers, found by their command line and their data folder; by their ids. */
export function processesOf(part: "web" | "worker" | "sandbox"): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isOurs =
        readFileSync(`/proc/${name}/cmdline`, "utf8").includes(`lib/bin/${part}.ts`) &&
        readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(`DATA_DIR=${product.dataDir}`);
      return isOurs ? [Number(name)] : [];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

export function webProcessId(): number {
  const [pid] = processesOf("web");
  if (pid === undefined) throw new Error("the web process was not found");
  return pid;
}

/** CPU seconds, user and system, that a process has taken so far. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

export const NEXT = path.resolve("node_modules/next/dist/bin/next");

interface NextServer {
  readonly port: number;
  /** A path that answers 200. */
  readonly probe: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** `next start`, once it answers. It ends with this process at the latest. */
export async function startNext({ port, probe, env, cwd }: NextServer): Promise<ChildProcess> {
  const child = startChild([NEXT, "start", "-p", String(port), "-H", "127.0.0.1"], {
    env: { ...env, PORT: String(port), NODE_ENV: "production" },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const url = `http://127.0.0.1:${port}${probe}`;
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`next start ended with code ${child.exitCode} before ${url} answered`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return child;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await endChild(child);
  throw new Error(`${url} did not answer`);
}
