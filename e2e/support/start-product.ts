import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { product } from "./product.ts";

/** Playwright's global set-up: the product as its users start it, on free ports and with data of its own. */
export default async function startProduct(): Promise<() => Promise<void>> {
  const dataDir = makeScratchFolder("e2e");
  const stop = await startProductIn(dataDir);
  return async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** A folder that is thrown away. As root, the database's account has to get in. */
export function makeScratchFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `lingfu-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** The same on data that stay. */
export async function startProductIn(dataDir: string): Promise<() => Promise<void>> {
  process.env.E2E_DATA_DIR = dataDir;
  const launcher = startChild([path.resolve("lib/bin/start.mjs")], { env: product.environment, stdout: "pipe" });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    launcher.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (/^ready /m.test(output)) resolve();
    });
    launcher.once("exit", (code) => reject(new Error(`npm start ended with code ${code}:\n${output}`)));
  });
  process.env.E2E_FIRST_SIGN_IN = /^ *first sign-in +(\S+ +\S+)$/m.exec(output)?.[1] ?? "";
  return () => endChild(launcher);
}
