import { endTools } from "./runtime.mjs";

const CHILD_TIMEOUT_MS = 5_000; // With the database's 3 s this stays below the documented 10 s.
const ECHO_MS = 1_000;

/** Ends everything: first the processes that use the database, then the database. */
export async function shutDown(product) {
  product.ending = true;
  endTools();
  await Promise.all(product.children.map((child) => child.stop(CHILD_TIMEOUT_MS)));
  await product.opening?.catch(() => {}); // A server that is starting cannot be stopped yet.
  await product.server?.stop();
}

/**
 * SIGINT, SIGTERM or a closed terminal: shuts down in order, exit 0. A second signal kills. In a terminal Ctrl-C arrives twice,
 * from the terminal and from npm, so a signal within one second counts as the same.
 */
export function obeySignals(product, { say, onEnd }) {
  let since;
  const obey = async () => {
    if (since !== undefined) {
      if (Date.now() - since < ECHO_MS) return;
      endTools("SIGKILL");
      for (const child of product.children) child.kill();
      if (product.server) process.kill(product.server.pid, "SIGQUIT");
      process.exit(130);
    }
    since = Date.now();
    say("stopping …");
    await shutDown(product).catch((cause) => say(`! ${cause.message}`));
    onEnd();
    say(`stopped (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, obey);
}
