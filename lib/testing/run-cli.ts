import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Compiled once for all processes that tests start. */
export const COMPILED =
  process.env.NODE_COMPILE_CACHE ??
  fileURLToPath(new URL("../../node_modules/.cache/lingfu-compiled", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the operator's tool as a process with this environment and nothing of ours; compiled once for all runs. */
export function runCli(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<CliResult> {
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    NODE_COMPILE_CACHE: COMPILED,
    ...environment,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["lib/bin/cli.ts", ...args], { env }, (failure, out, err) => {
      resolve({ code: typeof failure?.code === "number" ? failure.code : 0, out, err });
    });
  });
}
