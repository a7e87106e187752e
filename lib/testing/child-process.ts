import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const FOLLOW_PARENT = fileURLToPath(new URL("../bin/launch/follow-parent.mjs", import.meta.url));
const KILL_AFTER_MS = 20_000;

type Output = "ignore" | "inherit" | "pipe";

interface ChildOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  readonly stdout?: Output;
  readonly stderr?: Output;
}

/** Starts a Node process that ends when this one does, however this one ends: an open channel joins the two. */
export function startChild(args: readonly string[], options: ChildOptions = {}): ChildProcess {
  const { stdout = "ignore", stderr = "inherit", ...rest } = options;
  return spawn(process.execPath, ["--import", FOLLOW_PARENT, ...args], {
    ...rest,
    stdio: ["ignore", stdout, stderr, "ipc"],
  });
}

/** Asks the process to end, kills it if it does not, and returns when it is gone; at once if it has ended already. */
export async function endChild(child: ChildProcess, killAfterMs = KILL_AFTER_MS): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  await gone;
  clearTimeout(kill);
}
