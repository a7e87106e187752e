// node guard.mjs PID FOLDER…: waits until its standard input ends, then ends that server and removes its folders.
import { rmSync } from "node:fs";
import { stopServer } from "./running.mjs";

const [pid, ...folders] = process.argv.slice(2);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.stdin.resume();
process.stdin.once("close", async () => {
  await stopServer(Number(pid));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
