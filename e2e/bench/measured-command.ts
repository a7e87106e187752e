import { endChild, startChild } from "#lib/testing/child-process.ts";
import { readMemory, readTree, sumMemory } from "./process-memory.ts";

export interface MeasuredCommand {
  readonly seconds: number;
  /** The most that it and all that it started held at one time. */
  readonly peakMb: number;
  readonly stdout: string;
}

const LOOK_EVERY_MS = 200;

/** Runs a Node program and watches what it takes. Linux only. @throws where it ends with another code than 0 */
export async function measureCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<MeasuredCommand> {
  const began = performance.now();
  const child = startChild(args, { env, stdout: "pipe" });
  let stdout = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  let peakMb = 0;
  const look = setInterval(() => {
    if (child.pid !== undefined) peakMb = Math.max(peakMb, sumMemory(readTree(child.pid).map(readMemory)).pssMb);
  }, LOOK_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${stdout.slice(-2_000)}`);
    return { seconds: (performance.now() - began) / 1_000, peakMb, stdout };
  } finally {
    clearInterval(look);
    await endChild(child);
  }
}
