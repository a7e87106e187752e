// Run by `ensureBuilt` after `next build`, in a process of its own: what a compiler holds, and esbuild's own process, end with it
// instead of staying with the launcher for as long as the shop runs.
import { buildLane } from "./build-lane.mjs";
import { compileAhead } from "./compile-ahead.mjs";

await buildLane();
await compileAhead();
// Modules that were loaded only to be compiled may have begun something.
process.exit(0);
