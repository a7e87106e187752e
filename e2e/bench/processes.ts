import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
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

/** The same application behind Next's own server, on the same database. */
export async function startPlainNext(environment: NodeJS.ProcessEnv, port: number): Promise<ChildProcess> {
  const next = path.resolve("node_modules/next/dist/bin/next");
  const child = spawn(process.execPath, [next, "start", "-p", String(port), "-H", "127.0.0.1"], {
    env: { ...environment, PORT: String(port), NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await waitForAnswer(child, `http://127.0.0.1:${port}/healthz`);
  return child;
}

/** Ends the child and fails when no answer comes. */
export async function waitForAnswer(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill("SIGKILL");
  throw new Error(`${url} did not answer`);
}

export function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
