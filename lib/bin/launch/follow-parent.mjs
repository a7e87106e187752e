// Preloaded into every child of the launcher (`node --import`): when the launcher dies, also by kill -9, the child
// ends too, so that nothing holds a port or a connection when the next start comes.

import * as nodeModule from "node:module";

const { flushCompileCache } = nodeModule;

// Children of our children are not ours: a worker that Next forks would be preloaded with this as well, let go of the
// channel it lives on and end before its first task, and the page that waits for it would wait for ever.
const here = process.execArgv.indexOf(import.meta.filename);
if (here > 0) process.execArgv = process.execArgv.toSpliced(here - 1, 2);

// What this process compiled is written down at its end, which may be a kill; so it is once it stands, too.
setTimeout(() => flushCompileCache?.(), 10_000).unref();

process.channel?.unref();
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 5_000).unref();
});
