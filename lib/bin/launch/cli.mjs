import { existsSync } from "node:fs";
import { inRoot, runTool, typescriptRuntime } from "./runtime.mjs";

/** Asks the operator's tool for JSON; undefined where it says no. `env` is that of the product's processes. */
export async function askCli(args, env) {
  if (!existsSync(inRoot("lib/bin/cli.ts"))) return undefined;
  const { code, output } = await runTool([...typescriptRuntime(), inRoot("lib/bin/cli.ts"), ...args, "--json"], {
    env,
  });
  const start = output.indexOf("{");
  if (code !== 0 || start < 0) return undefined;
  try {
    return JSON.parse(output.slice(start));
  } catch {
    return undefined;
  }
}
