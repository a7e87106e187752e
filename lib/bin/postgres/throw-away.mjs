import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { restoreCluster } from "./restored-cluster.mjs";
import { startPostgres } from "./start-postgres.mjs";

const GUARD = fileURLToPath(new URL("./guard.mjs", import.meta.url));

/**
 * A server for tests: not durable, in its own folder, and ended with this process in any case. A guard process holds the other
 * end of a pipe, which the system closes when this process ends, also by SIGKILL.
 */
export const startThrowAwayPostgres = () => guarded((dataDir) => startPostgres({ dataDir, durable: false }));

/** The same with the files of a backup, recovered: `restored` as in restored-cluster.mjs. */
export const startThrowAwayRestored = (restored) =>
  guarded((dataDir) => restoreCluster({ ...restored, dataDir, durable: false }));

async function guarded(open) {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "lingfu-pg-"));
  chmodSync(dataDir, 0o755); // As root, the server's account has to get in.
  let server;
  try {
    server = await open(dataDir);
  } catch (cause) {
    rmSync(dataDir, { recursive: true, force: true });
    throw cause;
  }
  const guard = spawn(process.execPath, [GUARD, String(server.pid), dataDir, server.base], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guard.stdin.unref();
  const gone = new Promise((resolve) => guard.once("exit", resolve));
  return {
    url: server.superuserUrl,
    async stop() {
      guard.ref();
      guard.stdin.end();
      await gone;
    },
  };
}
