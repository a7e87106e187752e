import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { product } from "../support/product.ts";

const CLOCK_TICKS_PER_SECOND = 100;

/** Our web process, found by its command line and its data folder. */
export function webProcessId(): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("lib/bin/web.ts")) continue;
      if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(`DATA_DIR=${product.dataDir}`)) return Number(pid);
    } catch {
      // A process that ended while we looked.
    }
  }
  throw new Error("the web process was not found");
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
