import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./report.mjs";

const DEATHS_MAX = 3;

/**
 * Waits until `isReady` returns true. Gives up if one of `children` keeps dying, with its last error, or after the timeout,
 * with what `isReady` returned.
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

/** The address that reaches a server listening on `host` from this machine. */
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

/**
 * `fetch` would bring a client of three megabytes, which stays with the launcher; so would an import of `node:http`, which hands
 * out parts of that client.
 */
const { get } = process.getBuiltinModule("node:http");

function ask({ port, host }, path) {
  return new Promise((resolve, reject) => {
    const asked = { host: reachedAt(host), port, path, agent: false, signal: AbortSignal.timeout(5_000) };
    const request = get(asked, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
      });
      response.once("end", () => resolve({ status: response.statusCode, text }));
      response.once("error", reject);
    });
    request.once("error", reject);
  });
}

/** Whether the web process answers at all, ready or not. */
export const answers = (settings) =>
  ask(settings, "/healthz").then(
    ({ status, text }) => text !== "" && status === 200,
    () => false,
  );

/** True, or what is missing according to the web process. Parts in `without` may be missing. */
export async function isReady(settings, without = []) {
  try {
    const answer = await ask(settings, "/readyz");
    if (answer.status === 200) return true;
    const text = answer.text.slice(0, 300);
    if (without.length > 0 && JSON.parse(text).missing?.every((part) => without.includes(part))) return true;
    return `/readyz says ${answer.status} ${text}`;
  } catch (cause) {
    return `/readyz: ${cause.code ?? cause.message}`;
  }
}

const EVERY_MS = 10_000;
const SILENCES_MAX = 6;
const END_MS = 10_000;

/**
 * A process can be alive without answering: out of file descriptors, or blocked by one piece of work. /healthz needs nothing
 * but the process itself; after too many missing answers in a row the process is restarted.
 */
export async function watchWeb(product, web, { answers, say, everyMs = EVERY_MS }) {
  let silences = 0;
  while (!product.ending) {
    await sleep(everyMs, undefined, { ref: false });
    if (product.ending) return;
    silences = (await answers()) ? 0 : silences + 1;
    if (silences < SILENCES_MAX || product.ending) continue;
    say(`! web does not answer at /healthz; starting it again, log: ${web.logFile}`);
    web.restart({ timeoutMs: END_MS });
    silences = 0;
  }
}

/** Refuses ports that are in use, before anything is started. */
export async function checkPorts(wanted, { timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  for (const { name, port, host } of wanted) {
    let problem = await problemOf(port, host);
    // After kill -9 of the last launcher its children need a moment to end.
    while (problem && Date.now() < deadline) {
      await sleep(100);
      problem = await problemOf(port, host);
    }
    if (problem === NOT_OURS) throw new Refusal(`HOST ${host} ${problem}`);
    if (problem) throw new Refusal(`port ${port} (${name}) ${problem}: choose another one with ${name}=…`);
  }
}

const NOT_OURS = "is not an address of this machine";

async function problemOf(port, host) {
  if (host) return tryToListen({ port, host });
  // Both, because some systems allow a listener on each.
  return (await tryToListen({ port })) ?? (await tryToListen({ port, host: "127.0.0.1" }));
}

const PROBLEMS = { EACCES: "may not be used by this account", EADDRNOTAVAIL: NOT_OURS, ENOTFOUND: NOT_OURS };

const tryToListen = (address) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) => resolve(PROBLEMS[code] ?? "is in use"));
    probe.listen(address, () => probe.close(() => resolve(undefined)));
  });
