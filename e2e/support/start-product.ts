import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { product } from "./product.ts";

/** Playwright's global set-up: the product as its users start it, on free ports and with data of its own. */
export default async function startProduct(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "lingfu-e2e-"));
  chmodSync(dataDir, 0o755); // As root, the database's account has to get in.
  process.env.E2E_DATA_DIR = dataDir;
  const launcher = spawn(
    process.execPath,
    ["--import", path.resolve("lib/bin/launch/follow-parent.mjs"), path.resolve("lib/bin/start.mjs")],
    { env: product.environment, stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  const ended = new Promise<void>((resolve) => launcher.once("exit", () => resolve()));
  let output = "";
  await new Promise<void>((resolve, reject) => {
    launcher.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (/^ready /m.test(output)) resolve();
    });
    launcher.once("exit", (code) => reject(new Error(`npm start ended with code ${code}:\n${output}`)));
  });
  return async () => {
    launcher.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
