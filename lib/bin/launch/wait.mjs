import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./report.mjs";

const DEATHS_MAX = 3;

/**
 * Waits until `isReady` says true. Gives up when one of `children` keeps dying, with its last words, or when the time
 * is over, with what `isReady` said.
 */
export async function waitFor(children, isReady, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = await isReady();
    if (state === true) return;
    const dying = children.find(({ deaths }) => deaths >= DEATHS_MAX);
    if (dying)
      throw new Refusal(`${dying.name} does not start: ${dying.lastWords || "no word"} (log: ${dying.logFile})`);
    if (Date.now() > deadline) {
      const [child] = children.slice(-1);
      const why = typeof state === "string" ? `: ${state}` : "";
      throw new Refusal(`${child.name} is not ready after ${timeoutMs / 1000} s${why} (log: ${child.logFile})`);
    }
    await sleep(50);
  }
}

export const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });

/** True, or what the web process says is missing. */
export async function isReady(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) });
    if (answer.status === 200) return true;
    return `/readyz says ${answer.status} ${(await answer.text()).slice(0, 300)}`;
  } catch (cause) {
    return `/readyz: ${cause.cause?.code ?? cause.message}`;
  }
}
