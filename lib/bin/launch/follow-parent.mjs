// Preloaded into every child of the launcher (`node --import`): when the launcher dies, also by kill -9, the child ends too, so
// that nothing holds a port or a connection at the next start.

import * as nodeModule from "node:module";

const { flushCompileCache } = nodeModule;

// Not for children of the child: a worker that Next forks would be preloaded with this as well, release the channel that keeps
// it alive and end before its first task, and the page that waits for it would wait forever.
const here = process.execArgv.indexOf(import.meta.filename);
if (here > 0) process.execArgv = process.execArgv.toSpliced(here - 1, 2);

// Node writes its compile cache at exit, which a kill skips; so it is also written once the process runs.
setTimeout(() => flushCompileCache?.(), 10_000).unref();

process.channel?.unref();
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 5_000).unref();
});
