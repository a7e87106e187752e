import { existsSync } from "node:fs";
import { inRoot, runTool, typescriptRuntime } from "./runtime.mjs";

/** Asks the operator's tool for JSON; undefined where it gives none. `env` is that of the product's processes. */
export async function askCli(args, env) {
  if (!existsSync(inRoot("lib/bin/cli.ts"))) return undefined;
  const { stdout } = await runTool([...typescriptRuntime(), inRoot("lib/bin/cli.ts"), ...args, "--json"], { env });
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
