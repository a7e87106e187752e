import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./report.mjs";

const DEATHS_MAX = 3;

/**
 * Waits until `isReady` returns true. Gives up when one of `children` keeps dying, with its last error, or when the time
 * is over, with what `isReady` returned.
 */
export async function waitFor(children, isReady, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = await isReady();
    if (state === true) return;
    const dying = children.find(({ deaths }) => deaths >= DEATHS_MAX);
    if (dying)
      throw new Refusal(`${dying.name} does not start: ${dying.lastError || "no output"} (log: ${dying.logFile})`);
    if (Date.now() > deadline) {
      const [child] = children.slice(-1);
      const why = typeof state === "string" ? `: ${state}` : "";
      throw new Refusal(`${child.name} is not ready after ${timeoutMs / 1000} s${why} (log: ${child.logFile})`);
    }
    await sleep(50);
  }
}

/** Where a server that listens on `host` is reached from this machine. */
function reachedAt(host) {
  if (!host || host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

export const listens = (port, host) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: reachedAt(host) });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });

function ask({ port, host }, path) {
  const at = reachedAt(host);
  const address = `http://${at.includes(":") ? `[${at}]` : at}:${port}${path}`;
  return fetch(address, { signal: AbortSignal.timeout(5_000) });
}

/** Whether the web process answers at all, ready or not. */
export const answers = (settings) =>
  ask(settings, "/healthz").then(
    async (answer) => (await answer.text()) !== "" && answer.status === 200,
    () => false,
  );

/** True, or what the web process says is missing. `without` need not be there. */
export async function isReady(settings, without = []) {
  try {
    const answer = await ask(settings, "/readyz");
    if (answer.status === 200) return true;
    const text = (await answer.text()).slice(0, 300);
    if (without.length > 0 && JSON.parse(text).missing?.every((part) => without.includes(part))) return true;
    return `/readyz says ${answer.status} ${text}`;
  } catch (cause) {
    return `/readyz: ${cause.cause?.code ?? cause.message}`;
  }
}
