import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./report.mjs";

/** Refuses ports that something listens on already, before anything is started. */
export async function checkPorts(wanted, { timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  for (const { name, port, host } of wanted) {
    let problem = await problemOf(port, host);
    // After a kill -9 of ours, its children need a moment to notice.
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
  // Both, since some systems let the two live side by side.
  return (await tryToListen({ port })) ?? (await tryToListen({ port, host: "127.0.0.1" }));
}

const PROBLEMS = { EACCES: "may not be used by this account", EADDRNOTAVAIL: NOT_OURS, ENOTFOUND: NOT_OURS };

const tryToListen = (address) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) => resolve(PROBLEMS[code] ?? "is in use"));
    probe.listen(address, () => probe.close(() => resolve(undefined)));
  });
