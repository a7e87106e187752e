import { execFileSync } from "node:child_process";
import path from "node:path";
import { product } from "../support/product.ts";

/** The operator's tool, as `npm run cli --` runs it. */
export const CLI = ["lib/bin/run.mjs", "lib/bin/cli.ts"];

/** Its environment for the product of this folder. */
export const commandEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  ...product.environment,
  DATA_DIR: folder,
  PAYMENT_CONFIG: path.join(folder, "no_payment_config.json"),
});

/** A key for the running product's API. */
export function makeApiKey(): { id: string; secret: string } {
  const command = [...CLI, "keys", "create", "--name", "bench", "--json"];
  return JSON.parse(execFileSync(process.execPath, command, { env: product.environment, encoding: "utf8" }));
}
