import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inRoot, LANE } from "./runtime.mjs";

const addressOf = (file) => pathToFileURL(file).href;

const ENTRIES = ["web", "worker", "sandbox", "cli"].map((name) => inRoot(`lib/bin/${name}.ts`));
/** What they load later: the page lane, and the database client of the dashboard. */
const LATER = [path.join(LANE, "server.mjs"), inRoot("prisma/generated/client.ts")];
const IMPORT = /^(?:import|\}) .*from "([^"]+)";$/gm;
const STOP = "data:text/javascript,throw undefined";

/**
 * Loads what the processes of the product load, so that Node's compile cache has it. A process that finds its TypeScript there
 * does not load Node's own TypeScript compiler, which would stay in its memory: ten megabytes in each.
 */
export async function compileAhead() {
  const stops = new Map();
  // Not in the Nodes that need a package to read TypeScript; nothing is compiled ahead for them.
  if (nodeModule.registerHooks === undefined || process.features.typescript === false) return;
  nodeModule.registerHooks({
    resolve: (target, context, next) =>
      stops.get(context.parentURL) === target ? { url: STOP, shortCircuit: true } : next(target, context),
  });
  for (const entry of ENTRIES) {
    const targets = [...readFileSync(entry, "utf8").matchAll(IMPORT)].map(([, target]) => target);
    for (const target of targets) {
      await import(target.startsWith(".") ? new URL(target, addressOf(entry)).href : target);
    }
    // An entry would begin its work. It is compiled, but its last import throws before anything of its own runs.
    stops.set(addressOf(entry), targets.at(-1));
    await import(addressOf(entry)).catch(ignore);
  }
  for (const file of LATER) if (existsSync(file)) await import(addressOf(file));
}

function ignore() {}
